package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits, retries, waits, cancels and interrupts where a guard has all calls run on the owner. */
@Timeout(60)
class OwnerLimitsTest {

    private final FakeTime time = new FakeTime();
    private final CountDownLatch running = new CountDownLatch(1);
    private final AtomicInteger attempts = new AtomicInteger();

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("hang", Effects.writes("a"), c -> {
                running.countDown();
                blockUntilInterrupted();
                return null;
            }),
            ToolDefinition.of("slow_once", Effects.reads("a"), c -> {
                if (attempts.incrementAndGet() == 1) {
                    running.countDown();
                    blockUntilInterrupted();
                }
                return "attempt " + attempts.get();
            }),
            ToolDefinition.of("fail_once", Effects.reads("a"), c -> {
                if (attempts.incrementAndGet() == 1) {
                    throw new IOException("broken");
                }
                return "attempt " + attempts.get();
            }),
            ToolDefinition.of(
                    "flag", Effects.reads("b"), c -> Thread.currentThread().isInterrupted()));

    private ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder().time(time).roundGuard(calls -> RoundGuard.Where.ON_OWNER);
    }

    private static ToolPolicy retrying() {
        return ToolPolicy.builder()
                .retry(RetryPolicy.builder()
                        .initialDelay(Duration.ofMillis(100))
                        .jitter(0)
                        .build())
                .build();
    }

    @Test
    void a_limit_of_an_attempt_interrupts_the_owner_which_goes_on_with_the_next_call() throws Exception {
        var round = start(executor().timeout(Duration.ofMillis(10)).build(), tools, call("hang"), call("flag"));
        await(running);
        time.awaitAlarmAt(Duration.ofMillis(10));
        time.advance(Duration.ofMillis(10));
        List<CallResult> results = round.get();
        assertThat(results.get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(results.get(0).outcome().message()).contains("exceeded 10 ms");
        assertThat(results.get(1).outcome()).isEqualTo(new Outcome.Succeeded(false));
        assertThat(results).extracting(CallResult::thread).containsOnly(ThreadKind.OWNER);
        assertThat(round.flag().get()).isFalse();
    }

    @Test
    void a_limit_of_the_round_interrupts_the_owner_and_no_other_call_starts() throws Exception {
        var round = start(executor().roundTimeout(Duration.ofMillis(10)).build(), tools, call("hang"), call("flag"));
        await(running);
        time.awaitAlarmAt(Duration.ofMillis(10));
        time.advance(Duration.ofMillis(10));
        assertThat(round.get()).allMatch(result -> result.outcome() instanceof Outcome.TimedOut);
        assertThat(round.get().get(1).attempts()).isZero();
        assertThat(round.flag().get()).isFalse();
    }

    @Test
    void an_attempt_that_passed_its_limit_is_tried_again_on_the_owner() throws Exception {
        var round = start(
                executor()
                        .timeout(Duration.ofMillis(10))
                        .policy("slow_once", retrying())
                        .build(),
                tools,
                call("slow_once"),
                call("flag"));
        await(running);
        time.awaitAlarmAt(Duration.ofMillis(10));
        time.advance(Duration.ofMillis(10));
        time.awaitParkedUntil(Duration.ofMillis(110));
        time.advance(Duration.ofMillis(100));
        List<CallResult> results = round.get();
        assertThat(results.get(0).outcome()).isEqualTo(new Outcome.Succeeded("attempt 2"));
        assertThat(results.get(1).outcome()).isEqualTo(new Outcome.Succeeded(false));
        assertThat(results).extracting(CallResult::thread).containsOnly(ThreadKind.OWNER);
        assertThat(round.flag().get()).isFalse();
    }

    @Test
    void an_interrupt_of_the_owner_ends_the_wait_for_another_attempt_and_the_round() throws Exception {
        var round = start(executor().policy("fail_once", retrying()).build(), tools, call("fail_once"), call("flag"));
        time.awaitParkedUntil(Duration.ofMillis(100));
        round.owner().interrupt();
        assertThat(round.get())
                .extracting(result -> result.outcome().getClass().getSimpleName())
                .containsExactly("Cancelled", "Cancelled");
        assertThat(round.get().get(1).attempts()).isZero();
        assertThat(round.flag().get()).isTrue();
    }

    @Test
    void what_an_interrupt_of_the_owner_made_fail_is_not_tried_again() throws Exception {
        var round = start(executor().policy("slow_once", retrying()).build(), tools, call("slow_once"), call("flag"));
        await(running);
        round.owner().interrupt();
        assertThat(round.get()).allMatch(result -> result.outcome() instanceof Outcome.Cancelled);
        assertThat(attempts).hasValue(1);
        assertThat(round.flag().get()).isTrue();
    }

    @Test
    void a_cancel_reaches_what_runs_on_the_owner() throws Exception {
        for (ToolCallExecutor executor : List.of(
                executor().build(), executor().timeout(Duration.ofHours(1)).build())) {
            CountDownLatch began = new CountDownLatch(1);
            ToolSet hanging = ToolSet.of(ToolDefinition.of("hang", Effects.writes("a"), c -> {
                began.countDown();
                blockUntilInterrupted();
                return null;
            }));
            Cancellation cancellation = new Cancellation();
            CompletableFuture<List<CallResult>> results = new CompletableFuture<>();
            Thread.ofPlatform()
                    .start(() -> cancellation.run(
                            () -> results.complete(executor.execute(List.of(call("hang"), call("hang")), hanging))));
            await(began);
            cancellation.cancel("enough");
            assertThat(results.get()).allMatch(result -> result.outcome() instanceof Outcome.Cancelled);
        }
    }

    @Test
    void a_cancel_while_a_guard_takes_its_time_lets_no_call_start() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        for (RoundGuard.Where where : RoundGuard.Where.values()) {
            Cancellation cancellation = new Cancellation();
            ToolCallExecutor slow = ToolCallExecutor.builder()
                    .time(time)
                    .roundGuard(calls -> {
                        asked.countDown();
                        cancellation.cancel("enough");
                        return where;
                    })
                    .build();
            CompletableFuture<List<CallResult>> results = new CompletableFuture<>();
            Thread.ofPlatform()
                    .start(() -> cancellation.run(
                            () -> results.complete(slow.execute(List.of(call("flag"), call("hang")), tools))));
            await(asked);
            answer.countDown();
            assertThat(results.get()).allMatch(result -> result.outcome() instanceof Outcome.Cancelled);
            assertThat(results.get()).extracting(CallResult::attempts).containsOnly(0);
        }
    }

    @Test
    void an_interrupt_that_a_guard_meets_ends_the_round_and_is_kept() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .roundGuard(calls -> {
                    asked.countDown();
                    try {
                        blockUntilInterrupted();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return RoundGuard.Where.ANYWHERE;
                })
                .build();
        var round = start(executor, tools, call("flag"));
        await(asked);
        round.owner().interrupt();
        assertThat(round.get().get(0).outcome()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(round.flag().get()).isTrue();
    }

    @Test
    void a_call_that_ignores_its_interrupt_is_waited_for_since_it_is_on_the_owner() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        ToolSet stubborn = ToolSet.of(ToolDefinition.of("stubborn", Effects.reads("a"), c -> {
            running.countDown();
            try {
                blockUntilInterrupted();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            await(end);
            return "late";
        }));
        ToolCallExecutor executor = executor()
                .timeout(Duration.ofMillis(10))
                .gracePeriod(Duration.ofMillis(10))
                .build();
        var round = start(executor, stubborn, call("stubborn"));
        await(running);
        time.awaitAlarmAt(Duration.ofMillis(10));
        time.advance(Duration.ofMillis(10));
        await(interrupted);
        time.advance(Duration.ofMillis(50));
        assertThat(executor.abandoned()).isEmpty();
        assertThat(round.results()).isNotDone();
        end.countDown();
        assertThat(round.get()).first().matches(result -> result.outcome() instanceof Outcome.TimedOut);
    }
}
