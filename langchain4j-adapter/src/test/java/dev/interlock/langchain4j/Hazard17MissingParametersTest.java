package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A call is reported complete without a parameter that its tool requires: the arguments are still to come. */
@Timeout(60)
class Hazard17MissingParametersTest {

    private static final ToolExecutionRequest WHOLE = call("1", "look", "{\"shelf\": \"a\"}");

    private final ShelfTools tools = new ShelfTools();
    private final ChatMemory memory = Memory.ofManyMessages();

    static Stream<Arguments> incomplete() {
        return Stream.of("{}", "", "  ", "null", null, "{\"other\": \"a\"}")
                .flatMap(arguments -> Stream.of(StreamingWay.values()).map(way -> Arguments.of(arguments, way)));
    }

    @ParameterizedTest
    @MethodSource("incomplete")
    void call_that_lacks_a_required_parameter_never_starts_early(@Nullable String arguments, StreamingWay way)
            throws Exception {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(WHOLE.toBuilder().arguments(arguments).build());
                    stream.call(call("2", "list", "{}"));
                    stream.end(WHOLE, call("2", "list", "{}"));
                },
                says("done"));

        way.run(settings -> settings.earlyStart(EarlyStart.ALL), model, tools, memory);

        assertThat(tools.ran).containsExactlyInAnyOrder("look a", "list null");
        assertThat(model.resultTexts()).containsExactly("look a", "list null");
    }

    @Test
    void call_that_lacks_a_required_parameter_in_a_message_that_was_not_cut_runs_as_in_langchain4j() throws Exception {
        ToolExecutionRequest without = call("1", "look", "{}");
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(without);
                    stream.end(FinishReason.TOOL_EXECUTION, without);
                },
                says("done"));

        StreamingWay.SERVICE.run(model, tools, memory);

        assertThat(model.resultTexts()).containsExactly("look null");
    }

    /** Gives a tool that takes one parameter. */
    private record Provider(List<@Nullable String> ran) implements ToolProvider {
        @Override
        public boolean isDynamic() {
            return true;
        }

        @Override
        public ToolProviderResult provideTools(ToolProviderRequest request) {
            return ToolProviderResult.builder()
                    .add(
                            ToolSpecification.builder()
                                    .name("provided")
                                    .parameters(JsonObjectSchema.builder()
                                            .addStringProperty("id")
                                            .required("id")
                                            .build())
                                    .build(),
                            (call, memoryId) -> {
                                ran.add(call.arguments());
                                return "ran";
                            })
                    .build();
        }
    }

    @Test
    void tools_of_a_dynamic_provider_are_no_different() throws Exception {
        List<@Nullable String> ran = new CopyOnWriteArrayList<>();
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(call("1", "provided", "{}"));
                    stream.end(call("1", "provided", "{\"id\": \"7\"}"));
                },
                says("done"));
        StreamingAssistant assistant = ParallelTools.builder()
                .effects("provided", Effects.reads("thing"))
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .toolProvider(new Provider(ran))
                .build();

        StreamedAnswer.to(assistant.chat("go")).text();

        assertThat(ran).containsExactly("{\"id\": \"7\"}");
    }

    @Test
    void plain_langchain4j_runs_the_tool_without_it() throws Exception {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(call("1", "look", "{}"));
                    stream.end(WHOLE);
                },
                says("done"));
        StreamingAssistant assistant = AiServices.builder(StreamingAssistant.class)
                .executeToolsConcurrently(Runnable::run)
                .streamingChatModel(model)
                .tools(tools)
                .build();

        StreamedAnswer.to(assistant.chat("go")).text();

        assertThat(tools.ran).containsExactly("look null");
    }
}
