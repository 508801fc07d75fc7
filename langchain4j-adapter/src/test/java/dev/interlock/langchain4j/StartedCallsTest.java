package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever throws, a call that LangChain4j has started gets its future completed, and those after it run. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // join() hears no interrupt
class StartedCallsTest {

    private final IllegalStateException noMemory = new IllegalStateException("no memory to be had");
    private final IllegalStateException broken = new IllegalStateException("broken off");
    private final NotingTools noting = new NotingTools();
    private final List<String> log = noting.log;
    private final CountDownLatch running = noting.running;
    private final InvocationContext invocation = InvocationContext.builder()
            .invocationId(UUID.randomUUID())
            .chatMemoryId("default")
            .build();
    private final List<AiServiceTool> tools = List.of(noting.note, noting.hang);
    private final Map<String, ToolExecutor> executors =
            tools.stream().collect(Collectors.toMap(AiServiceTool::name, AiServiceTool::toolExecutor));
    private final ServiceRounds rounds = rounds();

    private ServiceRounds rounds() {
        AiServiceContext context = Waiting.patientTools().build().aiServiceContext(Assistant.class);
        AiServices.builder(context)
                .chatModel(ScriptedChatModel.saying())
                .tools(tools)
                .chatMemoryProvider(id -> {
                    throw noMemory;
                })
                .build();
        return ((AsyncToolService) context.toolService).rounds();
    }

    private StartedCalls on(Executor threads) {
        return new StartedCalls(rounds, new AsyncInvocation(rounds::captureContext, null, threads));
    }

    private static Executor newThreads() {
        return task -> Thread.ofVirtual().start(task);
    }

    private CompletableFuture<ToolExecutionResult> start(StartedCalls calls, String id, String tool) {
        return calls.start(
                call(id, tool, "{}"),
                () -> rounds.callFactory(
                        ToolServiceContext.builder().toolExecutors(executors).build(),
                        invocation,
                        rounds.hooks().asyncHandling(null, null, null)),
                invocation);
    }

    @Test
    void memory_that_cannot_be_had_keeps_no_dropped_call_waiting() {
        StartedCalls calls = on(newThreads());
        calls.keepWaiting();
        CompletableFuture<ToolExecutionResult> dropped = start(calls, "1", "note");

        calls.drop(broken);

        assertThatThrownBy(dropped::join).hasCause(broken);
        assertThat(broken).hasSuppressedException(noMemory);
        assertThat(start(calls, "2", "note").join().resultText()).isEqualTo("noted 2");
        assertThat(log).containsExactly("note 2");
    }

    @Test
    void memory_that_cannot_be_had_keeps_no_cancelled_call_waiting_nor_those_after_it() throws Exception {
        StartedCalls calls = on(newThreads());
        CompletableFuture<ToolExecutionResult> hanging = start(calls, "1", "hang");
        Waiting.await(running);
        CompletableFuture<ToolExecutionResult> waiting = start(calls, "2", "note");

        calls.cancel("the user has gone");

        assertThatThrownBy(hanging::join).isInstanceOf(CancellationException.class);
        assertThatThrownBy(waiting::join).isInstanceOf(CancellationException.class);
        assertThatThrownBy(start(calls, "3", "note")::join).isInstanceOf(CancellationException.class);
        assertThat(log).isEmpty();
    }

    @Test
    void call_for_which_no_thread_can_be_had_fails_and_the_next_one_runs() {
        RejectedExecutionException noThread = new RejectedExecutionException("no thread");
        AtomicInteger asked = new AtomicInteger();
        // Neither for the round, nor for the end of it.
        StartedCalls calls = on(task -> {
            if (asked.getAndIncrement() < 2) {
                throw noThread;
            }
            newThreads().execute(task);
        });

        assertThatThrownBy(start(calls, "1", "note")::join).hasCause(noThread);
        assertThat(start(calls, "2", "note").join().resultText()).isEqualTo("noted 2");
        assertThat(log).containsExactly("note 2");
    }

    @Test
    void calls_of_a_complete_response_for_which_no_thread_can_be_had_fail() {
        RejectedExecutionException noThread = new RejectedExecutionException("no thread");
        StartedCalls calls = on(task -> {
            throw noThread;
        });
        calls.keepWaiting();
        List<CompletableFuture<ToolExecutionResult>> held =
                List.of(start(calls, "1", "note"), start(calls, "2", "note"));

        calls.letRun(ResponseEnd.UNKNOWN);

        assertThat(held).allSatisfy(result -> assertThatThrownBy(result::join).hasCause(noThread));
        assertThat(log).isEmpty();
    }

    @Test
    void dropped_calls_end_also_where_no_thread_can_be_had() {
        StartedCalls calls = on(task -> {
            throw new RejectedExecutionException("no thread");
        });
        calls.keepWaiting();
        CompletableFuture<ToolExecutionResult> dropped = start(calls, "1", "note");

        calls.drop(broken);

        assertThatThrownBy(dropped::join).hasCause(broken);
    }

    @Test
    void calls_that_cannot_be_made_fail_and_the_next_one_runs() {
        StartedCalls calls = on(newThreads());

        CompletableFuture<ToolExecutionResult> unmade = calls.start(
                call("1", "note", "{}"),
                () -> {
                    throw broken;
                },
                invocation);

        assertThatThrownBy(unmade::join).hasCause(broken);
        assertThat(start(calls, "2", "note").join().resultText()).isEqualTo("noted 2");
    }
}
