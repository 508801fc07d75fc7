package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.Hazard14InterleavedCallsTest.openAi;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.langchain4j.OpenAiServer.WireCall;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A call has another id, or its arguments are written otherwise, in the message than when it was reported complete. */
@Timeout(60)
class Hazard15ReportedFormTest {

    private final ShelfTools tools = new ShelfTools();
    private final ChatMemory memory = Memory.ofManyMessages();

    /** How a call is reported, and how the message has it. */
    record Form(
            @Nullable String id,
            @Nullable String arguments,
            @Nullable String idOfMessage,
            @Nullable String argumentsOfMessage) {}

    static Stream<Arguments> forms() {
        List<Form> forms = List.of(
                new Form("call_1", "{}", "call_1call_1", ""),
                new Form("call_1", "{}", "call_1", null),
                new Form(null, "", "", "{}"),
                new Form(null, null, "call_1", "null"),
                new Form("", "  ", null, "{ }"),
                new Form("a", "{\"shelf\":\"1\"}", "b", "{ \"shelf\": \"1\" }"),
                new Form(
                        null,
                        "{\"shelf\":\"1\",\"n\":[1,{\"b\":2}]}",
                        "b",
                        "{\"n\":[1.0,{\"b\":2}], \"shelf\":\"\\u0031\"}"));
        return forms.stream().flatMap(form -> Stream.of(StreamingWay.values()).map(way -> Arguments.of(form, way)));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void write_that_was_started_early_runs_once_and_answers_the_message(Form form, StreamingWay way) throws Exception {
        ToolExecutionRequest reported = ToolExecutionRequest.builder()
                .id(form.id)
                .name("tidy")
                .arguments(form.arguments)
                .build();
        ToolExecutionRequest held = reported.toBuilder()
                .id(form.idOfMessage)
                .arguments(form.argumentsOfMessage)
                .build();
        String did = form.arguments != null && form.arguments.contains("1") ? "tidy 1" : "tidy null";
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(reported);
                    Waiting.await(tools.done(did));
                    stream.end(held);
                },
                says("done"));

        StreamingWay.Ended ended = way.run(settings -> settings.earlyStart(EarlyStart.ALL), model, tools, memory);

        assertThat(ended.answer()).isEqualTo("done");
        assertThat(tools.ran).containsExactly(did);
        assertThat(model.results())
                .singleElement()
                .satisfies(result -> assertThat(result.id()).isEqualTo(form.idOfMessage))
                .satisfies(result -> assertThat(result.text()).isEqualTo(did));
    }

    /** A server that sends the id of a call with every piece. */
    private static SseServer repeatingTheId() throws Exception {
        WireCall put = new WireCall("call_1", "put", "");
        String head = OpenAiEvents.head(0, put);
        String withArguments = head.replace("\"arguments\":\"\"", "\"arguments\":\"{\\\"shelf\\\":\\\"1\\\"}\"")
                .replace("\"name\":\"put\",", "");
        return SseServer.serving(
                connection -> {
                    connection.send(List.of(head, withArguments));
                    connection.send(OpenAiEvents.endOfCalls());
                },
                connection -> connection.send(OpenAiEvents.text("done")));
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void server_that_repeats_the_id_has_the_call_run_once_and_answered_by_the_id_it_sent(StreamingWay way)
            throws Exception {
        try (SseServer server = repeatingTheId()) {
            StreamingWay.Ended ended =
                    way.run(settings -> settings.earlyStart(EarlyStart.ALL), openAi(server), tools, memory);

            assertThat(ended.error()).isNull();
            assertThat(ended.answer()).isEqualTo("done");
            assertThat(tools.ran).containsExactly("put 1");
            assertThat(Memory.results(memory))
                    .extracting(ToolExecutionResultMessage::id)
                    .containsExactly("call_1call_1");
        }
    }

    @Test
    void plain_langchain4j_answers_by_an_id_that_the_message_does_not_have() throws Exception {
        try (SseServer server = repeatingTheId()) {
            StreamingAssistant assistant = AiServices.builder(StreamingAssistant.class)
                    .executeToolsConcurrently(Runnable::run)
                    .streamingChatModel(openAi(server))
                    .chatMemory(memory)
                    .tools(tools)
                    .build();

            StreamedAnswer.to(assistant.chat("go")).ended();

            assertThat(Memory.results(memory))
                    .extracting(ToolExecutionResultMessage::id)
                    .containsExactly("call_1");
        }
    }
}
