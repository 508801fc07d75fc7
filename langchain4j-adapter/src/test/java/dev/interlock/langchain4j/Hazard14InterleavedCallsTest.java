package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.langchain4j.OpenAiServer.WireCall;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.AiServices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Where the pieces of several calls come by turns, the client reports calls as complete that are not. */
@Timeout(60)
class Hazard14InterleavedCallsTest {

    private static final WireCall LOOK = new WireCall("call_1", "look", "{\"shelf\":\"42\"}");
    private static final WireCall PUT = new WireCall("call_2", "put", "{\"shelf\":\"43\"}");

    private final ShelfTools tools = new ShelfTools();
    private final ChatMemory memory = Memory.ofManyMessages();

    static StreamingChatModel openAi(SseServer server) {
        return OpenAiStreamingChatModel.builder()
                .baseUrl(server.baseUrl())
                .apiKey("no-key-needed")
                .modelName("gpt-4.1-mini")
                .build();
    }

    private static SseServer interleaving(WireCall... calls) throws Exception {
        return SseServer.serving(
                connection -> connection.send(OpenAiEvents.interleaved(calls)),
                connection -> connection.send(OpenAiEvents.text("done")));
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void each_call_runs_once_with_the_arguments_of_the_message(StreamingWay way) throws Exception {
        try (SseServer server = interleaving(LOOK, PUT)) {
            StreamingWay.Ended ended = way.run(openAi(server), tools, memory);

            assertThat(ended.error()).isNull();
            assertThat(ended.answer()).isEqualTo("done");
            assertThat(tools.ran).containsExactlyInAnyOrder("look 42", "put 43");
            assertThat(Memory.resultTexts(memory)).containsExactly("look 42", "put 43");
        }
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void each_of_two_writes_runs_once_whatever_starts_early(StreamingWay way) throws Exception {
        try (SseServer server = interleaving(PUT, new WireCall("call_3", "put", "{\"shelf\":\"44\"}"))) {
            StreamingWay.Ended ended =
                    way.run(settings -> settings.earlyStart(EarlyStart.ALL), openAi(server), tools, memory);

            assertThat(ended.answer()).isEqualTo("done");
            assertThat(tools.ran).containsExactlyInAnyOrder("put 43", "put 44");
            assertThat(Memory.resultTexts(memory)).containsExactly("put 43", "put 44");
        }
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void read_that_ran_without_its_optional_arguments_gives_its_result_to_nothing(StreamingWay way) throws Exception {
        ToolExecutionRequest first = call("1", "list", "{\"shelf\": \"42\"}");
        ToolExecutionRequest second = call("2", "list", "{\"shelf\": \"43\"}");
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(0, call("1", "list", "{}"));
                    stream.call(1, call("2", "list", "{}"));
                    Waiting.await(tools.done("list null"));
                    stream.end(first, second);
                },
                says("done"));

        assertThat(way.run(model, tools, memory).answer()).isEqualTo("done");

        assertThat(tools.ran).contains("list 42", "list 43");
        assertThat(model.resultTexts()).containsExactly("list 42", "list 43");
    }

    /** The message of a model may count calls otherwise than its stream. */
    @ParameterizedTest
    @CsvSource({"SERVICE", "HAND_WRITTEN", "TASK_AGENT"})
    void run_at_another_place_is_found_by_its_content_and_used_once(StreamingWay way) throws Exception {
        ToolExecutionRequest a = call("1", "look", "{\"shelf\": \"a\"}");
        ToolExecutionRequest b = call("2", "look", "{\"shelf\": \"b\"}");
        ToolExecutionRequest c = call("3", "look", "{\"shelf\": \"c\"}");
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(0, a);
                    stream.call(1, b);
                    Waiting.await(tools.done("look a"));
                    Waiting.await(tools.done("look b"));
                    stream.end(c, a, b, b);
                },
                says("done"));

        assertThat(way.run(model, tools, memory).answer()).isEqualTo("done");

        assertThat(model.resultTexts()).containsExactly("look c", "look a", "look b", "look b");
        assertThat(tools.ran).containsExactlyInAnyOrder("look a", "look b", "look b", "look c");
    }

    @Test
    void plain_langchain4j_runs_concurrent_tools_without_their_arguments() throws Exception {
        try (SseServer server = interleaving(LOOK, PUT)) {
            StreamingAssistant assistant = AiServices.builder(StreamingAssistant.class)
                    .executeToolsConcurrently(Runnable::run)
                    .streamingChatModel(openAi(server))
                    .chatMemory(memory)
                    .tools(tools)
                    .build();

            StreamedAnswer.to(assistant.chat("go")).ended();

            assertThat(tools.ran).contains("look null", "put null").doesNotContain("look 42", "put 43");
        }
    }
}
