package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryAfter;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Further attempts, on a clock that only the tests move. */
@Timeout(60)
class RetryTest {

    private static final RetryPolicy THREE =
            RetryPolicy.builder().initialDelay(Duration.ofMillis(100)).jitter(0).build();

    private final FakeTime time = new FakeTime();
    private final AtomicInteger attempts = new AtomicInteger();

    private ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder().time(time);
    }

    private static ToolDefinition tool(Effects effects, ToolPolicy policy, ToolBody body) {
        return ToolDefinition.builder("t", body).effects(effects).policy(policy).build();
    }

    private static ToolPolicy policy(RetryPolicy retry) {
        return ToolPolicy.builder().retry(retry).build();
    }

    private ToolBody failing(int times) {
        return c -> {
            if (attempts.incrementAndGet() <= times) {
                throw new IOException("attempt " + attempts.get());
            }
            return "ok";
        };
    }

    @Test
    void a_read_that_fails_is_tried_again_after_growing_delays() throws Exception {
        ToolSet tools = ToolSet.of(tool(Effects.reads("a"), policy(THREE), failing(2)));
        var running = start(executor().build(), tools, call("t"));
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(200));
        CallResult result = running.get().get(0);
        assertThat(result.outcome()).isEqualTo(new Outcome.Succeeded("ok"));
        assertThat(result.attempts()).isEqualTo(3);
        assertThat(result.duration()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void the_failure_of_the_last_attempt_counts() throws Exception {
        ToolSet tools = ToolSet.of(tool(Effects.reads("a"), policy(immediately(2)), failing(5)));
        CallResult result = start(executor().build(), tools, call("t")).get().get(0);
        assertThat(result.outcome().message()).isEqualTo("attempt 2");
        assertThat(result.attempts()).isEqualTo(2);
    }

    private static RetryPolicy immediately(int attempts) {
        return RetryPolicy.builder()
                .maxAttempts(attempts)
                .initialDelay(Duration.ZERO)
                .build();
    }

    @Test
    void a_write_is_not_tried_again_unless_it_is_idempotent() throws Exception {
        ToolSet write = ToolSet.of(tool(Effects.writes("a"), policy(immediately(3)), failing(1)));
        assertThat(start(executor().build(), write, call("t")).get().get(0).attempts())
                .isEqualTo(1);
        attempts.set(0);
        ToolPolicy idempotent =
                ToolPolicy.builder().retry(immediately(3)).idempotent(true).build();
        ToolSet again = ToolSet.of(tool(Effects.writes("a"), idempotent, failing(1)));
        assertThat(start(executor().build(), again, call("t")).get().get(0).attempts())
                .isEqualTo(2);
    }

    @Test
    void an_unknown_tool_and_an_undeclared_one_are_not_tried_again() throws Exception {
        ToolSet tools = ToolSet.of(ToolDefinition.builder("t", failing(1))
                .policy(policy(immediately(3)))
                .build());
        List<CallResult> results =
                start(executor().build(), tools, call("t"), call("nobody")).get();
        assertThat(results).extracting(CallResult::attempts).containsExactly(1, 1);
    }

    @Test
    void the_predicate_decides_and_errors_are_not_tried_again_by_default() throws Exception {
        RetryPolicy onlyIo = RetryPolicy.builder()
                .initialDelay(Duration.ZERO)
                .retryOn(IOException.class::isInstance)
                .build();
        ToolSet io = ToolSet.of(tool(Effects.reads("a"), policy(onlyIo), failing(1)));
        assertThat(start(executor().build(), io, call("t")).get().get(0).attempts())
                .isEqualTo(2);
        ToolSet other = ToolSet.of(tool(Effects.reads("a"), policy(onlyIo), c -> {
            throw new IllegalStateException("no");
        }));
        assertThat(start(executor().build(), other, call("t")).get().get(0).attempts())
                .isEqualTo(1);
        ToolSet error = ToolSet.of(tool(Effects.reads("a"), policy(immediately(3)), c -> {
            throw new AssertionError("no");
        }));
        assertThat(start(executor().build(), error, call("t")).get().get(0).attempts())
                .isEqualTo(1);
    }

    private static final class Busy extends RuntimeException implements RetryAfter {
        private static final long serialVersionUID = 1L;

        @Override
        public Duration retryAfter() {
            return Duration.ofSeconds(30);
        }
    }

    @Test
    void a_failure_can_ask_for_a_longer_wait_also_as_a_cause() throws Exception {
        ToolSet tools = ToolSet.of(tool(Effects.reads("a"), policy(THREE), c -> {
            if (attempts.incrementAndGet() == 1) {
                throw new UncheckedIOException(new IOException(new Busy()));
            }
            return "ok";
        }));
        var running = start(executor().build(), tools, call("t"));
        time.awaitParkedUntil(Duration.ofSeconds(30));
        time.advance(Duration.ofSeconds(30));
        assertThat(running.get().get(0).isSuccess()).isTrue();
    }

    @Test
    void there_is_no_attempt_that_could_not_begin_before_the_calls_limit() throws Exception {
        ToolPolicy policy = ToolPolicy.builder()
                .retry(THREE)
                .callTimeout(Duration.ofMillis(100))
                .build();
        CallResult result = start(
                        executor().build(), ToolSet.of(tool(Effects.reads("a"), policy, failing(5))), call("t"))
                .get()
                .get(0);
        assertThat(result.attempts()).isEqualTo(1);
        assertThat(result.outcome().message()).isEqualTo("attempt 1");
    }

    @Test
    void the_rounds_limit_passes_while_a_retry_waits() throws Exception {
        ToolSet tools = ToolSet.of(tool(Effects.reads("a"), policy(THREE), failing(5)));
        var running = start(executor().roundTimeout(Duration.ofMillis(250)).build(), tools, call("t"));
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        // The second wait would end at 300 ms.
        CallResult result = running.get().get(0);
        assertThat(result.attempts()).isEqualTo(2);
    }

    @Test
    void the_caller_is_interrupted_while_a_retry_waits() throws Exception {
        ToolSet tools = ToolSet.of(tool(Effects.reads("a"), policy(THREE), failing(5)));
        var running = start(executor().build(), tools, call("t"));
        time.awaitParkedUntil(Duration.ofMillis(100));
        running.owner().interrupt();
        assertThat(running.get().get(0).outcome()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(running.flag().get()).isTrue();
        assertThat(attempts).hasValue(1);
    }

    @Test
    void a_waiting_retry_holds_no_permit() throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                tool(Effects.reads("a"), policy(THREE), failing(1)),
                ToolDefinition.of("other", Effects.reads("b"), c -> {
                    ran.countDown();
                    return "other";
                }));
        var running = start(executor().maxConcurrency(1).build(), tools, call("t"), call("other"));
        time.awaitParkedUntil(Duration.ofMillis(100));
        await(ran);
        time.advance(Duration.ofMillis(100));
        assertThat(running.get()).allMatch(CallResult::isSuccess);
    }

    @Test
    void what_conflicts_with_a_waiting_retry_waits_for_it() throws Exception {
        ToolPolicy idempotent =
                ToolPolicy.builder().retry(THREE).idempotent(true).build();
        ToolSet tools = ToolSet.of(
                tool(Effects.writes("a"), idempotent, failing(1)),
                ToolDefinition.of("read", Effects.reads("a"), c -> attempts.get()));
        var running = start(executor().build(), tools, call("t"), call("read"));
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        assertThat(running.get().get(1).outcome()).isEqualTo(new Outcome.Succeeded(2));
    }

    @Test
    void an_attempt_that_passes_its_limit_is_interrupted_and_tried_again() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        ToolPolicy policy =
                ToolPolicy.builder().retry(THREE).timeout(Duration.ofMillis(50)).build();
        List<Boolean> flags = new CopyOnWriteArrayList<>();
        ToolSet tools = ToolSet.of(tool(Effects.reads("a"), policy, c -> {
            flags.add(Thread.currentThread().isInterrupted());
            if (attempts.incrementAndGet() == 1) {
                first.countDown();
                blockUntilInterrupted();
            }
            return "ok";
        }));
        var running = start(executor().build(), tools, call("t"));
        await(first);
        time.awaitParkedUntil(Duration.ofMillis(50));
        time.advance(Duration.ofMillis(50));
        time.awaitParkedUntil(Duration.ofMillis(150));
        time.advance(Duration.ofMillis(100));
        CallResult result = running.get().get(0);
        assertThat(result.outcome()).isEqualTo(new Outcome.Succeeded("ok"));
        assertThat(result.attempts()).isEqualTo(2);
        assertThat(flags).containsExactly(false, false);
    }

    @Test
    void the_last_attempt_that_passes_its_limit_says_which_it_was() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        ToolPolicy policy = ToolPolicy.builder()
                .retry(immediately(1))
                .timeout(Duration.ofSeconds(5))
                .build();
        ToolSet tools = ToolSet.of(tool(Effects.reads("a"), policy, c -> {
            first.countDown();
            blockUntilInterrupted();
            return null;
        }));
        var running = start(executor().build(), tools, call("t"));
        await(first);
        time.awaitParkedUntil(Duration.ofSeconds(5));
        time.advance(Duration.ofSeconds(5));
        assertThat(running.get().get(0).outcome().message())
                .isEqualTo("tool 't' timed out: attempt 1 of 1 exceeded 5000 ms");
    }

    @Test
    void the_predicate_sees_an_attempt_that_passed_its_limit_as_a_timeout() throws Exception {
        List<Throwable> seen = new CopyOnWriteArrayList<>();
        CountDownLatch first = new CountDownLatch(1);
        RetryPolicy retry = RetryPolicy.builder()
                .retryOn(failure -> {
                    seen.add(failure);
                    return false;
                })
                .build();
        ToolPolicy policy =
                ToolPolicy.builder().retry(retry).timeout(Duration.ofMillis(50)).build();
        ToolSet tools = ToolSet.of(tool(Effects.reads("a"), policy, c -> {
            first.countDown();
            blockUntilInterrupted();
            return null;
        }));
        var running = start(executor().build(), tools, call("t"));
        await(first);
        time.awaitParkedUntil(Duration.ofMillis(50));
        time.advance(Duration.ofMillis(50));
        running.get();
        assertThat(seen).hasSize(1).allMatch(TimeoutException.class::isInstance);
    }

    @Test
    void an_attempt_that_ignores_its_interrupt_is_abandoned_and_not_tried_again() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ToolPolicy policy =
                ToolPolicy.builder().retry(THREE).timeout(Duration.ofMillis(50)).build();
        ToolSet tools = ToolSet.of(tool(Effects.reads("a"), policy, c -> {
            attempts.incrementAndGet();
            first.countDown();
            awaitStubbornly(release);
            return null;
        }));
        ToolCallExecutor executor = executor().build();
        var running = start(executor, tools, call("t"));
        await(first);
        time.awaitParkedUntil(Duration.ofMillis(50));
        time.advance(Duration.ofMillis(50));
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(250));
        assertThat(running.get().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(executor.abandoned()).hasSize(1);
        release.countDown();
        assertThat(attempts).hasValue(1);
    }

    @Test
    void listeners_are_told_of_each_attempt_and_each_wait() throws Exception {
        List<RoundEvent> events = new CopyOnWriteArrayList<>();
        ToolSet tools = ToolSet.of(tool(Effects.reads("a"), policy(immediately(3)), failing(2)));
        start(executor().listener(events::add).build(), tools, call("t")).get();
        assertThat(events)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly(
                        "RoundStarted",
                        "CallPlanned",
                        "CallReady",
                        "CallStarted",
                        "CallAttemptEnded",
                        "CallRetrying",
                        "CallReady",
                        "CallStarted",
                        "CallAttemptEnded",
                        "CallRetrying",
                        "CallReady",
                        "CallStarted",
                        "CallAttemptEnded",
                        "CallEnded",
                        "RoundEnded");
    }
}
