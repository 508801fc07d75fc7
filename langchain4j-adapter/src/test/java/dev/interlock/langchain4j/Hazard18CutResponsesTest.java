package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.Hazard14InterleavedCallsTest.openAi;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.langchain4j.OpenAiServer.WireCall;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolService;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The response ends within a call: at its limit of tokens, by a filter, or since the stream ends too early. */
@Timeout(60)
class Hazard18CutResponsesTest {

    private static final ToolExecutionRequest PUT = call("1", "put", "{\"shelf\": \"a\"}");
    private static final ToolExecutionRequest LOOK = call("2", "look", "{\"shelf\": \"a\"}");

    private final ShelfTools tools = new ShelfTools();
    private final ChatMemory memory = Memory.ofManyMessages();

    private static ToolExecutionRequest cut(@Nullable String arguments) {
        return call("3", "put", arguments);
    }

    /** A model that answers at once, with a finish reason. */
    private static ChatModel synchronous(FinishReason reason, ToolExecutionRequest... calls) {
        return new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                boolean answered = request.messages().stream().anyMatch(ToolExecutionResultMessage.class::isInstance);
                return answered
                        ? ChatResponse.builder()
                                .aiMessage(AiMessage.from("done"))
                                .build()
                        : ChatResponse.builder()
                                .aiMessage(AiMessage.from(Arrays.asList(calls)))
                                .finishReason(reason)
                                .build();
            }
        };
    }

    private static String refusal(String why, int number, String tool, String flaw) {
        return "the response was cut (" + why + ") before call " + number + " of tool '" + tool
                + "' was complete, so it was not run: " + flaw
                + ". If you still need it, make the call again with all its arguments.";
    }

    static Stream<Arguments> cuts() {
        return Stream.of(FinishReason.LENGTH, FinishReason.CONTENT_FILTER)
                .flatMap(reason -> Stream.of(
                        Arguments.of(reason, "{\"shelf\": \"b", "its arguments are not a complete JSON object"),
                        Arguments.of(reason, "{}", "it lacks the required parameter 'shelf'"),
                        Arguments.of(reason, "", "it lacks the required parameter 'shelf'"),
                        Arguments.of(
                                reason,
                                "{\"shelf\": \"b\"}",
                                "it is the last call, which the model may not have finished")));
    }

    private void onlyTheWholeCallsRan(List<String> results, FinishReason reason, String flaw) {
        assertThat(tools.ran).containsExactly("put a", "look a");
        assertThat(results).containsExactly("put a", "look a", refusal("finish reason " + reason, 3, "put", flaw));
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void whole_calls_run_and_the_cut_one_does_not(FinishReason reason, String arguments, String flaw) {
        Assistant assistant = ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(synchronous(reason, PUT, LOOK, cut(arguments)))
                .chatMemory(memory)
                .tools(tools)
                .build();

        assertThat(assistant.chat("go")).isEqualTo("done");

        onlyTheWholeCallsRan(Memory.resultTexts(memory), reason, flaw);
        assertThat(Memory.results(memory).get(2).isError()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void task_goes_on_without_the_cut_call(FinishReason reason, String arguments, String flaw) {
        TaskResult result = TaskAgent.builder()
                .chatModel(synchronous(reason, PUT, LOOK, cut(arguments)))
                .tools(tools)
                .chatMemoryProvider(id -> memory)
                .build()
                .execute("go", "conversation");

        assertThat(result.answer()).isEqualTo("done");
        onlyTheWholeCallsRan(Memory.resultTexts(memory), reason, flaw);
        assertThat(result.failedCalls())
                .singleElement()
                .satisfies(failed -> assertThat(failed.attempts()).isZero());
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void hand_written_loop_that_has_the_response_executed_gets_the_reason(
            FinishReason reason, String arguments, String flaw) {
        ChatResponse response = ChatResponse.builder()
                .aiMessage(AiMessage.from(PUT, LOOK, cut(arguments)))
                .finishReason(reason)
                .build();

        List<ToolExecutionResultMessage> results =
                ParallelTools.builder().build().execute(response, ToolService.findTools(tools));

        onlyTheWholeCallsRan(
                results.stream().map(ToolExecutionResultMessage::text).toList(), reason, flaw);
    }

    static Stream<Arguments> streamedCuts() {
        return cuts().flatMap(cut -> Stream.of(StreamingWay.values())
                .map(way -> Arguments.of(cut.get()[0], cut.get()[1], cut.get()[2], way)));
    }

    @ParameterizedTest
    @MethodSource("streamedCuts")
    void whole_calls_of_a_stream_run_and_the_cut_one_does_not(
            FinishReason reason, String arguments, String flaw, StreamingWay way) throws Exception {
        ToolExecutionRequest[] calls = {PUT, LOOK, cut(arguments)};
        ScriptedStreamingModel model = replying(
                stream -> {
                    for (ToolExecutionRequest call : calls) {
                        stream.call(call);
                    }
                    stream.end(reason, calls);
                },
                says("done"));

        assertThat(way.run(model, tools, memory).answer()).isEqualTo("done");

        onlyTheWholeCallsRan(model.resultTexts(), reason, flaw);
        assertThat(model.results().get(2).isError()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void read_that_was_started_early_gives_no_result_to_a_call_that_may_be_cut(StreamingWay way) throws Exception {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(call("1", "list", "{}"));
                    Waiting.await(tools.done("list null"));
                    stream.end(FinishReason.LENGTH, call("1", "list", ""));
                },
                says("done"));

        way.run(model, tools, memory);

        assertThat(tools.ran).containsExactly("list null");
        assertThat(model.resultTexts())
                .containsExactly(
                        "the response was cut (finish reason LENGTH) before call 1 of tool 'list' was complete,"
                                + " so its result was dropped: it is the last call, which the model may not"
                                + " have finished."
                                + " If you still need it, make the call again with all its arguments.");
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void write_that_was_started_early_and_is_in_the_message_is_told_as_it_was(StreamingWay way) throws Exception {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(PUT);
                    Waiting.await(tools.done("put a"));
                    stream.end(FinishReason.LENGTH, PUT);
                },
                says("done"));

        way.run(settings -> settings.earlyStart(EarlyStart.ALL), model, tools, memory);

        assertThat(tools.ran).containsExactly("put a");
        assertThat(model.resultTexts()).containsExactly("put a");
    }

    static Stream<Arguments> uncertain() {
        return Stream.of(
                        Arguments.of("{\"shelf\": \"b", "its arguments are not a complete JSON object"),
                        Arguments.of("{\"shelf\": \"}\\\"", "its arguments are not a complete JSON object"),
                        Arguments.of(
                                "{\"shelf\": \"b\", \"n\": [1, tru",
                                "its arguments are not a complete" + " JSON object"),
                        Arguments.of("", "it lacks the required parameter 'shelf'"),
                        Arguments.of("{}", "it lacks the required parameter 'shelf'"))
                .flatMap(cut ->
                        Stream.of(StreamingWay.values()).map(way -> Arguments.of(cut.get()[0], cut.get()[1], way)));
    }

    @ParameterizedTest
    @MethodSource("uncertain")
    void stream_that_ends_without_a_reason_runs_what_looks_whole(String arguments, String flaw, StreamingWay way)
            throws Exception {
        ToolExecutionRequest[] calls = {PUT, cut(arguments), LOOK};
        ScriptedStreamingModel model = replying(stream -> stream.end(calls), says("done"));

        way.run(model, tools, memory);

        assertThat(tools.ran).containsExactly("put a", "look a");
        assertThat(model.resultTexts())
                .containsExactly("put a", refusal("it ended without a finish reason", 2, "put", flaw), "look a");
    }

    @Test
    void arguments_that_are_malformed_otherwise_are_handled_as_by_langchain4j() throws Exception {
        ToolExecutionRequest malformed = cut("{ \"shelf\": invalid }");
        ScriptedStreamingModel model = replying(stream -> stream.end(malformed), says("done"));
        StreamingAssistant assistant = ParallelTools.builder()
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .toolArgumentsErrorHandler((error, context) -> ToolErrorHandlerResult.text("no JSON, try again"))
                .tools(tools)
                .build();

        StreamedAnswer.to(assistant.chat("go")).text();

        assertThat(model.resultTexts()).containsExactly("no JSON, try again");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "length")
    void head_of_a_call_alone_runs_nothing(@Nullable String reason) throws Exception {
        for (StreamingWay way : StreamingWay.values()) {
            ChatMemory of = Memory.ofManyMessages();
            try (SseServer server = SseServer.serving(
                    connection -> {
                        connection.send(OpenAiEvents.call(0, new WireCall("call_1", "look", "{\"shelf\": \"a\"}")));
                        connection.send(List.of(OpenAiEvents.head(1, new WireCall("call_2", "put", ""))));
                        connection.send(OpenAiEvents.end(reason));
                    },
                    connection -> connection.send(OpenAiEvents.text("done")))) {
                assertThat(way.run(openAi(server), tools, of).answer()).isEqualTo("done");

                assertThat(Memory.resultTexts(of))
                        .containsExactly(
                                "look a",
                                refusal(
                                        reason == null ? "it ended without a finish reason" : "finish reason LENGTH",
                                        2,
                                        "put",
                                        "it lacks the required parameter 'shelf'"));
            }
        }
        assertThat(tools.ran).containsExactly("look a", "look a", "look a");
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void arguments_that_break_off_run_nothing(StreamingWay way) throws Exception {
        try (SseServer server = SseServer.serving(
                connection -> {
                    connection.send(List.of(
                            OpenAiEvents.head(0, new WireCall("call_1", "put", "")),
                            OpenAiEvents.piece(0, "{\"shelf\": \"a")));
                    connection.send(OpenAiEvents.end("length"));
                },
                connection -> connection.send(OpenAiEvents.text("done")))) {
            assertThat(way.run(openAi(server), tools, memory).answer()).isEqualTo("done");
        }

        assertThat(tools.ran).isEmpty();
        assertThat(Memory.resultTexts(memory))
                .containsExactly(
                        refusal("finish reason LENGTH", 1, "put", "its arguments are not a complete JSON object"));
    }

    @ParameterizedTest
    @EnumSource(
            value = FinishReason.class,
            names = {"STOP", "TOOL_EXECUTION"})
    void response_that_was_not_cut_is_executed_as_by_langchain4j(FinishReason reason) throws Exception {
        ToolExecutionRequest without = call("1", "put", "{}");
        ScriptedStreamingModel model = replying(stream -> stream.end(reason, without), says("done"));

        StreamingWay.SERVICE.run(model, tools, memory);
        ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(synchronous(reason, without))
                .tools(tools)
                .build()
                .chat("go");

        assertThat(tools.ran).containsExactly("put null", "put null");
    }

    @ParameterizedTest
    @EnumSource(
            value = FinishReason.class,
            names = {"LENGTH", "CONTENT_FILTER"})
    void plain_langchain4j_runs_the_cut_call_without_its_arguments(FinishReason reason) {
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(synchronous(reason, PUT, cut("")))
                .tools(tools)
                .build();

        assistant.chat("go");

        assertThat(tools.ran).containsExactly("put a", "put null");
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void cut_call_is_not_run_when_what_failed_is_tried_once_more(FinishReason reason, String arguments, String flaw) {
        ParallelTools parallel = ParallelTools.builder().build();
        var all = ToolService.findTools(tools);
        ChatResponse response = ChatResponse.builder()
                .aiMessage(AiMessage.from(List.of(PUT, LOOK, cut(arguments))))
                .finishReason(reason)
                .build();
        List<ToolExecutionResultMessage> results = parallel.execute(response, all);

        List<ToolExecutionResultMessage> retried = parallel.retryFailed(response.aiMessage(), results, all);

        assertThat(retried).isEqualTo(results);
        onlyTheWholeCallsRan(
                retried.stream().map(ToolExecutionResultMessage::text).toList(), reason, flaw);
    }
}
