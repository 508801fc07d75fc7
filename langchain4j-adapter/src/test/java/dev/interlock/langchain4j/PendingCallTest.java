package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static dev.interlock.langchain4j.SuspendedFixture.suspended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls whose tool has begun a job elsewhere, and says so by throwing {@link CallPendingException}. */
@Timeout(60)
class PendingCallTest {

    private final ChatMemory memory = Memory.ofManyMessages();

    static class Printing {
        final CountDownLatch started = new CountDownLatch(1);
        final List<String> log = new CopyOnWriteArrayList<>();

        @Tool
        @Writes("printer")
        String print(@P(name = "text") String text) {
            log.add(text);
            started.countDown();
            throw new CallPendingException("job of " + text);
        }
    }

    @Test
    void tool_that_began_a_job_elsewhere_is_given_its_result_and_no_handler_hears_of_a_failure() {
        Printing printing = new Printing();
        List<Throwable> handled = new CopyOnWriteArrayList<>();
        Assistant first = ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.saying(calls(call("a", "print", "{\"text\": \"x\"}"))))
                .chatMemory(memory)
                .tools(printing)
                .toolExecutionErrorHandler((error, context) -> {
                    handled.add(error);
                    return ToolErrorHandlerResult.text("handled");
                })
                .build();
        SuspendedInvocation suspended = suspended(() -> first.chat("go"));
        assertThat(((SuspendedCall.Pending) suspended.round().calls().getFirst()).kind())
                .isEqualTo(PendingKind.EXTERNAL);
        assertThat(suspended.results().getFirst().text())
                .startsWith("tool 'print' was started and has no result yet: job of x.");
        ParallelTools second = ParallelTools.builder().build();
        ScriptedChatModel model = ScriptedChatModel.saying(AiMessage.from("done"));
        Assistant again = second.aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(printing)
                .build();

        second.resume(suspended, Map.of("a", Decision.completed("printed")), () -> again.chat("go"));

        assertThat(model.resultTexts()).containsExactly("printed");
        assertThat(printing.log).containsExactly("x");
        assertThat(handled).isEmpty();
    }

    @Test
    void future_ends_by_the_suspension_and_the_memory_is_complete() {
        List<AiServiceTool> tools = List.of(tool("look", request -> "seen"), tool("print", request -> {
            throw new CallPendingException("job 12");
        }));
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "look", "{}"), call("2", "print", "{}"), call("3", "look", "{}")));
        FutureService service = FutureService.of(
                ParallelTools.builder().build(), model, memory, ForkJoinPool.commonPool(), tools, settings -> {});

        Throwable thrown = catchThrowable(() -> service.chat("go").join());

        assertThat(thrown).isInstanceOf(CompletionException.class);
        assertThat(thrown.getCause()).isInstanceOf(InvocationSuspendedException.class);
        assertThat(Memory.resultTexts(memory)).hasSize(3).element(0).isEqualTo("seen");
        assertThat(Memory.resultTexts(memory).get(1)).contains("was started and has no result yet: job 12");
        assertThat(Memory.resultTexts(memory).get(2)).contains("has not run yet: it waits for");
    }

    private StreamedAnswer streamed(ScriptedStreamingModel model, Printing printing) {
        ParallelTools parallel =
                ParallelTools.builder().earlyStart(EarlyStart.ALL).build();
        return StreamedAnswer.to(parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(printing)
                .build()
                .chat("go"));
    }

    @Test
    void pending_call_that_the_message_does_not_have_is_no_part_of_what_is_suspended() throws Exception {
        Printing printing = new Printing();
        ToolExecutionRequest told = call("1", "print", "{\"text\": \"x\"}");
        ToolExecutionRequest meant = call("1", "print", "{\"text\": \"y\"}");

        Throwable left = streamed(
                        replying(stream -> {
                            stream.call(told);
                            Waiting.await(printing.started);
                            stream.end(meant);
                        }),
                        printing)
                .error();

        assertThat(left).isInstanceOf(InvocationSuspendedException.class);
        assertThat(left.getSuppressed())
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .hasMessageContaining("before the response was complete, call 1 of tool 'print' (id 1) ran"));
        SuspendedInvocation suspended = ((InvocationSuspendedException) left).suspended();
        assertThat(suspended.message().toolExecutionRequests()).containsExactly(meant);
        assertThat(suspended.results().getLast().text()).contains("job of y");
        Ids.assertThatProviderTakes(memory.messages());
    }

    @Test
    void stream_that_breaks_off_says_what_a_pending_call_may_have_done() throws Exception {
        Printing printing = new Printing();

        Throwable left = streamed(
                        replying(
                                stream -> {
                                    stream.call(call("1", "print", "{\"text\": \"x\"}"));
                                    Waiting.await(printing.started);
                                    stream.error(new IllegalStateException("the line is dead"));
                                },
                                says("unused")),
                        printing)
                .error();

        assertThat(left).hasMessageContaining("the line is dead");
        assertThat(printing.log).containsExactly("x");
        assertThat(left.getSuppressed())
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .hasMessageContaining("call 1 of tool 'print' (id 1) ran and may have taken effect"));
        Ids.assertThatProviderTakes(memory.messages());
    }
}
