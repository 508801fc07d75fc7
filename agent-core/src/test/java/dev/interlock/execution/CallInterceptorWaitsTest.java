package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Interceptors around attempts, limits and waits. */
@Timeout(60)
class CallInterceptorWaitsTest extends CallInterceptorFixture {

    @Test
    void an_interceptor_stands_around_all_attempts() throws Exception {
        var running = start(
                with(logging("a"))
                        .policy("flaky", retrying(Duration.ofMillis(200)))
                        .build(),
                tools,
                call("flaky"));
        time.awaitParkedUntil(Duration.ofMillis(200));
        time.advance(Duration.ofMillis(200));
        time.awaitParkedUntil(Duration.ofMillis(600));
        time.advance(Duration.ofMillis(400));
        CallResult result = running.get().get(0);
        assertThat(result.outcome()).isEqualTo(new Outcome.Succeeded("at last"));
        assertThat(result.attempts()).isEqualTo(3);
        assertThat(told).containsExactly("a before", "flaky", "a after");
    }

    @Test
    void an_interceptor_gets_the_failure_of_the_last_attempt() throws Exception {
        attempts.set(-10);
        AtomicInteger seen = new AtomicInteger();
        Outcome outcome = outcome(
                with(call -> {
                            try {
                                return call.proceed();
                            } catch (IOException e) {
                                seen.incrementAndGet();
                                throw e;
                            }
                        })
                        .policy("flaky", retrying(Duration.ZERO)),
                call("flaky"));
        assertThat(outcome.message()).isEqualTo("attempt -7 failed");
        assertThat(seen).hasValue(1);
    }

    @Test
    void the_limit_of_an_attempt_does_not_count_while_an_interceptor_waits() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        CompletableFuture<String> answer = new CompletableFuture<>();
        var running = start(
                with(call -> {
                            waits.countDown();
                            told.add(call.await(answer, null));
                            return call.proceed();
                        })
                        .timeout(Duration.ofMillis(100))
                        .build(),
                tools,
                call("hang"));
        await(waits);
        time.advance(Duration.ofSeconds(10));
        assertThat(running.results()).isNotDone();
        answer.complete("go");
        time.awaitParkedUntil(Duration.ofMillis(10_100));
        time.advance(Duration.ofMillis(100));
        assertThat(running.get().get(0).outcome())
                .isEqualTo(new Outcome.TimedOut(
                        "tool 'hang' timed out: the attempt exceeded 100 ms", Duration.ofMillis(100), false));
        assertThat(told).containsExactly("go");
    }

    @Test
    void the_limit_of_an_attempt_does_not_count_after_the_tool() throws Exception {
        CountDownLatch after = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        var running = start(
                with(call -> {
                            Object result = call.proceed();
                            after.countDown();
                            await(go);
                            return result;
                        })
                        .timeout(Duration.ofMillis(100))
                        .build(),
                tools,
                call("quick"));
        await(after);
        time.advance(Duration.ofSeconds(10));
        go.countDown();
        assertThat(running.get().get(0).outcome()).isEqualTo(new Outcome.Succeeded("ok"));
    }

    @Test
    void the_limit_of_the_call_interrupts_an_interceptor() throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        var running = start(
                with(call -> {
                            within.countDown();
                            blockUntilInterrupted();
                            return null;
                        })
                        .callTimeout(Duration.ofMillis(100))
                        .build(),
                tools,
                call("write", "id", "1"));
        await(within);
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        assertThat(running.get().get(0).outcome().message())
                .isEqualTo("tool 'write' timed out: the call exceeded 100 ms before the tool could start");
        assertThat(told).isEmpty();
    }

    @Test
    void an_interrupt_of_the_caller_reaches_an_interceptor() throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        var running = start(
                with(call -> {
                            within.countDown();
                            blockUntilInterrupted();
                            return null;
                        })
                        .build(),
                tools,
                call("write", "id", "1"));
        await(within);
        running.owner().interrupt();
        assertThat(running.get().get(0).outcome().message())
                .isEqualTo("tool 'write' was not started: the calling thread was interrupted");
        assertThat(running.flag().get()).isTrue();
    }

    @Test
    void a_wait_without_a_permit_lets_others_run_and_a_wait_with_one_does_not() throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CallInterceptor waiting = call -> call.index() != 0
                ? call.proceed()
                : call.withoutPermit(() -> {
                    within.countDown();
                    await(quickRan);
                    told.add("waited");
                    return go.getCount();
                });
        List<CallResult> results = run(with(waiting).maxConcurrency(1), call("write", "id", "1"), call("quick"));
        assertThat(results)
                .extracting(CallResult::outcome)
                .containsExactly(new Outcome.Succeeded(1L), new Outcome.Succeeded("ok"));
        assertThat(told).containsExactly("quick", "waited");
        assertThat(within.getCount()).isZero();
    }

    @Test
    void an_interceptor_keeps_its_permit_unless_it_waits_without() throws Exception {
        List<CallResult> results = run(
                with(call -> {
                            told.add("before " + call.call().tool());
                            Object result = call.proceed();
                            told.add("after " + call.call().tool());
                            return result;
                        })
                        .maxConcurrency(1),
                call("read", "id", "1"),
                call("quick"));
        assertThat(results).allMatch(CallResult::isSuccess);
        assertThat(told)
                .containsExactly(
                        "before read", "read {\"id\":\"1\"}", "after read", "before quick", "quick", "after quick");
    }

    @Test
    void what_a_wait_without_a_permit_throws_is_thrown_on() throws Exception {
        IOException closed = new IOException("closed");
        assertThat(outcome(
                        with(call -> call.withoutPermit(() -> {
                            throw closed;
                        })),
                        call("quick")))
                .isEqualTo(new Outcome.Failed(closed));
    }

    @Test
    void an_answer_that_does_not_come_is_a_timeout() throws Exception {
        var running = start(
                with(call -> {
                            try {
                                return call.await(new CompletableFuture<>(), Duration.ofMillis(50));
                            } catch (TimeoutException e) {
                                told.add(String.valueOf(e.getMessage()));
                                return call.proceed();
                            }
                        })
                        .build(),
                tools,
                call("quick"));
        time.awaitParkedUntil(Duration.ofMillis(50));
        time.advance(Duration.ofMillis(50));
        assertThat(running.get().get(0).outcome()).isEqualTo(new Outcome.Succeeded("ok"));
        assertThat(told).containsExactly("tool 'quick' waited 50 ms for an answer that did not come", "quick");
    }

    @Test
    void a_wait_may_end_at_any_reading_of_the_clock() throws Exception {
        var running = start(
                with(call -> call.await(new CompletableFuture<>(), Duration.ofSeconds(1)))
                        .build(),
                tools,
                call("quick"));
        time.awaitParkedUntil(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        assertThat(running.get().get(0).outcome().message()).contains("waited 1000 ms");
    }

    @Test
    void an_answer_that_fails_is_thrown_as_it_is() throws Exception {
        IOException closed = new IOException("closed");
        assertThat(outcome(with(call -> call.await(CompletableFuture.failedFuture(closed), null)), call("quick")))
                .isEqualTo(new Outcome.Failed(closed));
    }

    /** A user's class may do anything then, and the condition of a wait is asked under the round's lock. */
    private static final class AskedFuture extends CompletableFuture<String> {
        private final AtomicInteger asked;

        AskedFuture(AtomicInteger asked) {
            this.asked = asked;
        }

        @Override
        public boolean isDone() {
            asked.incrementAndGet();
            return super.isDone();
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            @SuppressWarnings("unchecked") // of a class that any dependent future of this one has
            CompletableFuture<U> dependent = (CompletableFuture<U>) new AskedFuture(asked);
            return dependent;
        }
    }

    @Test
    void an_answer_of_a_users_class_is_never_asked_whether_it_is_done() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        AskedFuture late = new AskedFuture(asked);
        CompletableFuture<String> dependent = new AskedFuture(asked).thenApply(given -> given);
        var running = start(
                with(call -> {
                            told.add(call.await(late, Duration.ofSeconds(1)));
                            return call.await(dependent, Duration.ofMillis(50));
                        })
                        .build(),
                tools,
                call("quick"));
        time.awaitParkedUntil(Duration.ofSeconds(1));
        late.complete("go");
        time.awaitParkedUntil(Duration.ofMillis(50));
        time.advance(Duration.ofMillis(50));
        assertThat(running.get().get(0).outcome().message()).contains("waited 50 ms for an answer that did not come");
        assertThat(told).containsExactly("go");
        assertThat(asked).hasValue(0);
    }

    @Test
    void an_answer_that_depends_on_a_failed_one_is_thrown_without_its_wrapper() throws Exception {
        IOException closed = new IOException("closed");
        CompletableFuture<Object> failed =
                CompletableFuture.failedFuture(closed).thenApply(given -> given);
        assertThat(outcome(with(call -> call.await(failed, null)), call("quick")))
                .isEqualTo(new Outcome.Failed(closed));
        assertThat(outcome(with(call -> call.await(failed.minimalCompletionStage(), null)), call("quick")))
                .isEqualTo(new Outcome.Failed(closed));
    }

    @Test
    void an_interceptor_that_is_told_of_the_end_of_its_call_cannot_go_on() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        var running = start(
                with(call -> {
                            assertThatThrownBy(() -> call.withoutPermit(() -> {
                                        waits.countDown();
                                        blockUntilInterrupted();
                                        return null;
                                    }))
                                    .isInstanceOf(InterruptedException.class);
                            assertThatThrownBy(() -> call.await(new CompletableFuture<>(), null))
                                    .isInstanceOf(InterruptedException.class);
                            assertThatThrownBy(call::proceed).isInstanceOf(InterruptedException.class);
                            over.countDown();
                            return "a late result";
                        })
                        .build(),
                tools,
                call("write", "id", "1"));
        await(waits);
        running.owner().interrupt();
        running.get();
        await(over);
        assertThat(told).isEmpty();
    }

    @Test
    void no_call_with_interceptors_runs_on_the_callers_thread() throws Exception {
        assertThat(run(with(logging("a")), call("quick")))
                .extracting(CallResult::thread)
                .containsExactly(ThreadKind.VIRTUAL);
        assertThat(run(with(logging("a")).maxConcurrency(1), call("write", "id", "1"), call("write", "id", "1")))
                .extracting(CallResult::thread)
                .containsOnly(ThreadKind.VIRTUAL);
    }

    @Test
    void an_interceptor_can_tell_that_an_attempt_timed_out() throws Exception {
        var running = start(
                with(call -> {
                            try {
                                return call.proceed();
                            } catch (TimeoutException e) {
                                return "instead of " + e.getMessage();
                            }
                        })
                        .timeout(Duration.ofMillis(100))
                        .build(),
                tools,
                call("hang"));
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        assertThat(running.get().get(0).outcome())
                .isEqualTo(new Outcome.Succeeded("instead of tool 'hang' timed out: the attempt exceeded 100 ms"));
    }

    @Test
    void an_interceptor_has_the_callers_context() throws Exception {
        ThreadLocal<String> user = new ThreadLocal<>();
        ToolCallExecutor executor = with(call -> {
                    told.add(String.valueOf(user.get()));
                    return call.proceed();
                })
                .contextPropagator(() -> {
                    String captured = user.get();
                    return new ContextPropagator.Captured() {
                        @Override
                        public <T extends @org.jspecify.annotations.Nullable Object> T call(
                                java.util.concurrent.Callable<T> body) throws Exception {
                            user.set(captured);
                            try {
                                return body.call();
                            } finally {
                                user.remove();
                            }
                        }
                    };
                })
                .build();
        user.set("ann");
        executor.execute(List.of(call("quick")), tools);
        assertThat(told).containsExactly("ann", "quick");
    }
}
