package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.asks;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The user's hooks and error handlers around the calls of streamed responses. */
@Timeout(60)
class StreamingHooksTest {

    private static final ToolExecutionRequest READ = call("1", "read", "{}");
    private static final ToolExecutionRequest FAIL = call("2", "fail", "{}");

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final CountDownLatch failed = new CountDownLatch(1);
    private final ChatMemory memory = Memory.ofManyMessages();
    private final List<AiServiceTool> tools = List.of(
            tool("read", request -> {
                told.add("body " + request.id() + " " + Thread.currentThread().getName());
                ran.add(request.id());
                return "read";
            }),
            tool("fail", request -> {
                failed.countDown();
                throw new IllegalStateException("broken");
            }),
            tool("late", request -> {
                throw new AssertionError("too late to start");
            }),
            tool("undeclared", request -> {
                ran.add(request.id());
                return "undeclared";
            }));

    private AiServices<StreamingAssistant> services(ScriptedStreamingModel model) {
        return Waiting.patientTools()
                .effects("read", Effects.reads("place"))
                .effects("fail", Effects.reads("place"))
                .effects("late", Effects.writes("place"))
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools);
    }

    @Test
    void hooks_of_the_service_and_of_the_stream_run_around_the_call_on_its_thread() throws InterruptedException {
        CountDownLatch after = new CountDownLatch(1);
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> {
                    stream.call(READ);
                    Waiting.await(after);
                    told.add("end of response");
                    stream.end(READ);
                },
                says("done"));
        StreamingAssistant assistant = services(model)
                .beforeToolExecution(event -> note("service before", event.request()))
                .afterToolExecution(event -> note("service after", event.request()))
                .build();

        StreamedAnswer answer = StreamedAnswer.to(assistant
                .chat("go")
                .beforeToolExecution(event -> note("stream before", event.request()))
                .onToolExecuted(event -> {
                    note("stream after", event.request());
                    after.countDown();
                }));

        assertThat(answer.text()).isEqualTo("done");
        String thread = told.get(0).substring("service before 1 ".length());
        assertThat(thread).startsWith("interlock-");
        assertThat(told)
                .containsExactly(
                        "service before 1 " + thread,
                        "stream before 1 " + thread,
                        "body 1 " + thread,
                        "service after 1 " + thread,
                        "stream after 1 " + thread,
                        "end of response");
    }

    private void note(String what, ToolExecutionRequest request) {
        told.add(what + " " + request.id() + " " + Thread.currentThread().getName());
    }

    @Test
    void hooks_run_once_for_calls_that_start_after_the_response() throws InterruptedException {
        ScriptedStreamingModel model =
                ScriptedStreamingModel.asking(call("1", "undeclared", "{}"), call("2", "undeclared", "{}"));
        StreamingAssistant assistant = services(model)
                .beforeToolExecution(
                        event -> told.add("service before " + event.request().id()))
                .build();

        StreamedAnswer answer = StreamedAnswer.to(assistant
                .chat("go")
                .beforeToolExecution(
                        event -> told.add("stream before " + event.request().id()))
                .onToolExecuted(
                        event -> told.add("stream after " + event.request().id() + ": " + event.result())));

        assertThat(answer.text()).isEqualTo("done");
        assertThat(told)
                .containsExactly(
                        "service before 1",
                        "stream before 1",
                        "stream after 1: undeclared",
                        "service before 2",
                        "stream before 2",
                        "stream after 2: undeclared");
    }

    @Test
    void hook_that_throws_keeps_the_tool_from_running_and_the_error_reaches_the_user() throws InterruptedException {
        ScriptedStreamingModel model =
                ScriptedStreamingModel.replying(asks(READ, call("2", "late", "{}"), call("3", "undeclared", "{}")));
        StreamingAssistant assistant = services(model).build();

        StreamedAnswer answer = StreamedAnswer.to(assistant.chat("go").beforeToolExecution(event -> {
            throw new SecurityException("not allowed");
        }));

        assertThat(answer.error()).isInstanceOf(SecurityException.class).hasMessage("not allowed");
        assertThat(ran).isEmpty();
        assertThat(Memory.types(memory))
                .containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory))
                .containsExactly(
                        "not allowed",
                        "tool 'late' was not started: the failure of another call ended the round",
                        "tool 'undeclared' was not started: the failure of another call ended the round");
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void error_handler_that_throws_while_the_model_streams_ends_the_round_and_memory_is_complete()
            throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> {
                    stream.call(READ);
                    stream.call(FAIL);
                    stream.call(call("3", "late", "{}"));
                    Waiting.await(failed);
                    stream.end(READ, FAIL, call("3", "late", "{}"), call("4", "undeclared", "{}"));
                },
                says("we can go on"));
        StreamingAssistant assistant = services(model)
                .toolExecutionErrorHandler((error, context) -> {
                    throw new IllegalStateException("handler says: " + error.getMessage());
                })
                .build();

        StreamedAnswer answer = StreamedAnswer.to(assistant.chat("go"));

        assertThat(answer.error()).isInstanceOf(IllegalStateException.class).hasMessage("handler says: broken");
        assertThat(answer.errors()).hasSize(1);
        assertThat(Memory.resultTexts(memory))
                .containsExactly(
                        "read",
                        "handler says: broken",
                        "tool 'late' was not started: the failure of another call ended the round",
                        "tool 'undeclared' was not started: the failure of another call ended the round");
        assertThat(StreamedAnswer.to(assistant.chat("and now?")).text()).isEqualTo("we can go on");
    }

    @Test
    void error_handler_makes_the_result() throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.asking(READ, FAIL);
        StreamingAssistant assistant = services(model)
                .toolExecutionErrorHandler(
                        (error, context) -> ToolErrorHandlerResult.text("handled: " + error.getMessage()))
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        assertThat(model.resultTexts()).containsExactly("read", "handled: broken");
        assertThat(model.results().get(1).isError()).isTrue();
    }

    @Test
    void unknown_tool_is_for_the_users_strategy_which_throws_by_default() throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(asks(READ, call("2", "divine", "{}")));
        StreamingAssistant assistant = services(model).build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).error()).hasMessageContaining("divine");
        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory).get(0)).isEqualTo("read");
    }

    @Test
    void listener_of_the_round_is_told_of_its_calls() throws InterruptedException {
        Rounds rounds = new Rounds();
        StreamingAssistant assistant = ParallelTools.builder()
                .effects("read", Effects.reads("place"))
                .listener(rounds)
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(ScriptedStreamingModel.asking(READ, call("2", "undeclared", "{}")))
                .tools(tools)
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        assertThat(rounds.reports())
                .singleElement()
                .satisfies(report -> assertThat(report.results())
                        .extracting(result -> result.call().tool())
                        .containsExactly("read", "undeclared"));
    }
}
