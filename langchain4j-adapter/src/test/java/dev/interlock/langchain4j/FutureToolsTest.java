package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools that give futures: the thread of the call waits for them. */
@Timeout(60)
class FutureToolsTest {

    private static final ToolExecutionRequest REQUEST =
            ToolExecutionRequest.builder().name("tool").arguments("{}").build();
    private static final InvocationContext CONTEXT = InvocationContext.builder().build();
    private static final ToolExecutor SYNCHRONOUS = (request, memoryId) -> "by the thread";

    private static ToolExecutionResult result(String text) {
        return ToolExecutionResult.builder().resultText(text).build();
    }

    private static @Nullable ToolExecutionResult of(CompletableFuture<ToolExecutionResult> future) throws Exception {
        return FutureTools.result(() -> future, SYNCHRONOUS, REQUEST, CONTEXT, () -> true);
    }

    @Test
    void result_of_the_future_is_that_of_the_tool() throws Exception {
        assertThat(of(CompletableFuture.completedFuture(result("later"))).resultText())
                .isEqualTo("later");
    }

    @Test
    void failure_of_the_future_is_that_of_the_tool() {
        IllegalStateException failure = new IllegalStateException("broken");

        assertThatThrownBy(() -> of(CompletableFuture.failedFuture(failure))).isSameAs(failure);
    }

    @Test
    void error_of_the_future_is_that_of_the_tool() {
        AssertionError failure = new AssertionError("broken");

        assertThatThrownBy(() -> of(CompletableFuture.failedFuture(failure))).isSameAs(failure);
    }

    @Test
    void interrupt_ends_the_wait_for_a_read_and_cancels_its_future() throws Exception {
        CompletableFuture<ToolExecutionResult> never = new CompletableFuture<>();
        CountDownLatch started = new CountDownLatch(1);
        Caller caller = Caller.of(() -> FutureTools.result(
                () -> {
                    started.countDown();
                    return never;
                },
                SYNCHRONOUS,
                REQUEST,
                CONTEXT,
                () -> true));

        Waiting.await(started);
        caller.interrupt();

        assertThat(caller.join().thrown()).isInstanceOf(InterruptedException.class);
        assertThat(never).isCancelled();
    }

    @Test
    void interrupted_read_ends_also_where_its_future_refuses_to_be_cancelled() throws Exception {
        CompletableFuture<ToolExecutionResult> own = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                throw new UnsupportedOperationException("not this one");
            }
        };
        Caller caller = Caller.of(() -> {
            Thread.currentThread().interrupt();
            return of(own);
        });

        assertThat(caller.join().thrown())
                .isInstanceOf(InterruptedException.class)
                .hasSuppressedException(new UnsupportedOperationException("not this one"));
    }

    /** An interrupted call that may write, and asks what it does: the latch says that it has heard of its interrupt. */
    private static Caller interruptedWrite(CompletableFuture<ToolExecutionResult> future, CountDownLatch heard) {
        BooleanSupplier writes = () -> {
            heard.countDown();
            return false;
        };
        return Caller.of(() -> {
            Thread.currentThread().interrupt();
            return FutureTools.result(() -> future, SYNCHRONOUS, REQUEST, CONTEXT, writes);
        });
    }

    @Test
    void interrupted_call_that_may_write_is_over_when_its_work_is_and_keeps_the_flag() throws Exception {
        CompletableFuture<ToolExecutionResult> work = new CompletableFuture<>();
        CountDownLatch heard = new CountDownLatch(1);
        Caller caller = interruptedWrite(work, heard);

        Waiting.await(heard);
        assertThat(work).isNotDone();
        work.complete(result("written"));

        assertThat(caller.join().returned())
                .extracting(done -> ((ToolExecutionResult) done).resultText())
                .isEqualTo("written");
        assertThat(caller.interruptFlag()).isTrue();
    }

    @Test
    void failure_after_the_interrupt_of_a_call_that_may_write_is_the_tools() throws Exception {
        CompletableFuture<ToolExecutionResult> work = new CompletableFuture<>();
        CountDownLatch heard = new CountDownLatch(1);
        Caller caller = interruptedWrite(work, heard);
        IllegalStateException failure = new IllegalStateException("half written");

        Waiting.await(heard);
        work.completeExceptionally(failure);

        assertThat(caller.join().thrown()).isSameAs(failure);
        assertThat(caller.interruptFlag()).isTrue();
    }

    @Test
    void write_whose_future_goes_on_after_its_limit_holds_its_resource_until_the_future_is_done() {
        CompletableFuture<ToolExecutionResult> work = new CompletableFuture<>();
        AtomicInteger others = new AtomicInteger();
        ParallelTools parallel = ParallelTools.builder()
                .effects("slow", Effects.writes("account"))
                .effects("next", Effects.writes("account"))
                .policy(
                        "slow",
                        ToolPolicy.builder().timeout(Duration.ofMillis(600)).build())
                .gracePeriod(Duration.ofMillis(20))
                .heldResourceTimeout(Duration.ofMillis(50))
                .build();
        List<AiServiceTool> tools = List.of(
                tool(
                        "slow",
                        request -> FutureTools.result(() -> work, SYNCHRONOUS, REQUEST, CONTEXT, () -> false)
                                .resultText()),
                tool("next", request -> "written " + others.incrementAndGet()));
        try {
            List<String> texts =
                    parallel.execute(calls(call("1", "slow", "{}"), call("2", "next", "{}")), tools).stream()
                            .map(ToolExecutionResultMessage::text)
                            .toList();

            assertThat(texts.get(0)).contains("exceeded 600 ms; it may still take effect");
            assertThat(texts.get(1)).matches(".* gave up after waiting \\d+ ms for a resource held by call 1 .*");
            assertThat(others).hasValue(0);
            assertThat(parallel.abandoned()).hasSize(1);
        } finally {
            work.complete(result("written"));
        }
        Awaitility.await().until(() -> parallel.abandoned().isEmpty());
    }

    /** The tool is idempotent, so it is tried again; never while what it did the time before goes on. */
    @Test
    void attempt_after_one_that_took_too_long_begins_when_the_future_of_that_is_done() throws Exception {
        List<CompletableFuture<ToolExecutionResult>> works = List.of(new CompletableFuture<>(), completed("second"));
        CountDownLatch heard = new CountDownLatch(1);
        AtomicInteger attempts = new AtomicInteger();
        List<Boolean> doneBefore = new CopyOnWriteArrayList<>();
        ParallelTools parallel = Waiting.patientTools()
                .effects("slow", Effects.writes("account"))
                .policy(
                        "slow",
                        ToolPolicy.builder()
                                .timeout(Duration.ofMillis(600))
                                .idempotent(true)
                                .retry(RetryPolicy.builder()
                                        .maxAttempts(2)
                                        .initialDelay(Duration.ofMillis(1))
                                        .build())
                                .build())
                .build();
        List<AiServiceTool> tools = List.of(tool("slow", request -> {
            int attempt = attempts.getAndIncrement();
            if (attempt == 1) {
                doneBefore.add(works.get(0).isDone());
            }
            return FutureTools.result(() -> works.get(attempt), SYNCHRONOUS, REQUEST, CONTEXT, () -> {
                        heard.countDown();
                        return false;
                    })
                    .resultText();
        }));

        Caller caller = Caller.of(() -> parallel.execute(calls(call("1", "slow", "{}")), tools));
        Waiting.await(heard);
        assertThat(works.get(0).complete(result("first"))).as("was left alone").isTrue();

        assertThat((List<?>) caller.join().returned())
                .extracting(message -> ((ToolExecutionResultMessage) message).text())
                .containsExactly("second");
        assertThat(doneBefore).containsExactly(true);
    }

    private static CompletableFuture<ToolExecutionResult> completed(String text) {
        return CompletableFuture.completedFuture(result(text));
    }

    @Test
    void tool_of_this_version_runs_as_ever() throws Exception {
        assertThat(FutureTools.execute(SYNCHRONOUS, REQUEST, CONTEXT, () -> true)
                        .resultText())
                .isEqualTo("by the thread");
    }
}
