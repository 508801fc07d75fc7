package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.callTimeout;
import static dev.interlock.execution.Fixtures.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A barrier on the thread that called in, and limits of time meanwhile. */
@Timeout(60)
class PlaceAndTimeTest extends ThreadLocalsFixture {

    @Test
    void a_barrier_has_not_where_the_thread_must_be_free_to_end_or_repeat_it() {
        List<Consumer<ToolCallExecutor.Builder>> settings = List.of(
                builder -> builder.timeout(Duration.ofHours(1)),
                builder -> builder.callTimeout(Duration.ofHours(1)),
                builder -> builder.roundTimeout(Duration.ofHours(1)),
                builder -> builder.policy("exclusive", timeout(Duration.ofHours(1))),
                builder -> builder.policy("exclusive", callTimeout(Duration.ofHours(1))),
                builder -> builder.policy(
                        "exclusive",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder().build())
                                .build()),
                builder -> builder.interceptor(InterceptedCall::proceed));
        for (Consumer<ToolCallExecutor.Builder> setting : settings) {
            ToolCallExecutor.Builder builder = executor();
            setting.accept(builder);
            ToolCallExecutor executor = builder.build();
            assertThat(values(executor, "exclusive")).containsExactly(NOT_THERE);
            assertThat(values(executor, "exclusive", "pure", "exclusive")).containsExactly(NOT_THERE, null, NOT_THERE);
        }
    }

    @Test
    void a_limit_of_another_call_passes_in_time_while_the_caller_runs_a_barrier() throws Exception {
        FakeTime time = new FakeTime();
        ToolCallExecutor executor = executor()
                .time(time)
                .policy("limited", timeout(Duration.ofMillis(10)))
                .build();
        CountDownLatch barrierRuns = new CountDownLatch(1);
        CountDownLatch limitedRuns = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        barrier.set(c -> {
            barrierRuns.countDown();
            await(interrupted);
            return null;
        });
        pure.set(c -> {
            limitedRuns.countDown();
            try {
                blockUntilInterrupted();
            } finally {
                interrupted.countDown();
            }
            return null;
        });
        Thread clock = Thread.ofPlatform().start(() -> {
            try {
                await(barrierRuns);
                await(limitedRuns);
                time.awaitAlarmAt(Duration.ofMillis(10));
                time.advance(Duration.ofMillis(10));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        List<CallResult> results = executor.execute(calls("limited", "exclusive"), tools);
        clock.join();
        assertThat(results.get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(results.get(1).outcome()).isEqualTo(new Outcome.Succeeded(THERE));
    }

    @Test
    void a_call_that_waits_for_a_barrier_on_the_caller_times_out_meanwhile() throws Exception {
        FakeTime time = new FakeTime();
        CountDownLatch timedOut = new CountDownLatch(1);
        ToolCallExecutor executor = executor()
                .time(time)
                .failFast(false)
                .policy("read", callTimeout(Duration.ofMillis(10)))
                .build();
        CountDownLatch barrierRuns = new CountDownLatch(1);
        barrier.set(c -> {
            barrierRuns.countDown();
            await(timedOut);
            return null;
        });
        Thread clock = Thread.ofPlatform().start(() -> {
            try {
                await(barrierRuns);
                time.awaitAlarmAt(Duration.ofMillis(10));
                time.advance(Duration.ofMillis(10));
                timedOut.countDown();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        List<CallResult> results = executor.execute(calls("exclusive", "read"), tools);
        clock.join();
        assertThat(results.get(0).outcome()).isEqualTo(new Outcome.Succeeded(THERE));
        assertThat(results.get(1).outcome().message())
                .isEqualTo("tool 'read' timed out: the call exceeded 10 ms before the tool could start");
    }

    @Test
    void a_failure_of_the_round_leaves_a_barrier_on_the_caller_the_grace_period() throws Exception {
        FakeTime time = new FakeTime();
        ToolCallExecutor executor =
                executor().time(time).gracePeriod(Duration.ofMillis(100)).build();
        CountDownLatch barrierRuns = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        barrier.set(c -> {
            barrierRuns.countDown();
            await(ended);
            return null;
        });
        pure.set(c -> {
            await(barrierRuns);
            throw new RoundFailure(new IllegalStateException("leaves"));
        });
        Thread clock = Thread.ofPlatform().start(() -> {
            try {
                time.awaitAlarmAt(Duration.ofMillis(100));
                ended.countDown();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Round round = executor.rounds()
                .round(List.of(task(executor, "pure"), task(executor, "exclusive"), task(executor, "read")));
        round.execute();
        clock.join();
        assertThat(round.failure()).hasMessage("leaves");
        assertThat(round.results().get(1).outcome()).isEqualTo(new Outcome.Succeeded(THERE));
    }

    @Test
    void listeners_are_told_by_the_thread_of_the_call() {
        List<String> threads = Collections.synchronizedList(new ArrayList<>());
        ToolCallExecutor executor = executor()
                .listener(event -> {
                    if (event instanceof RoundEvent.CallStarted started) {
                        threads.add(started.call().tool() + " " + LOCAL.get());
                    }
                })
                .build();
        values(executor, "exclusive", "read");
        assertThat(threads).containsExactly("exclusive " + THERE, "read " + NOT_THERE);
    }

    @Test
    void threads_of_calls_find_classes_where_the_caller_does() {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        ClassLoader own = new ClassLoader(before) {};
        AtomicReference<@Nullable ClassLoader> found = new AtomicReference<>();
        ToolSet looking = ToolSet.of(ToolDefinition.of("read", Effects.reads("a"), c -> {
            found.set(Thread.currentThread().getContextClassLoader());
            return null;
        }));
        Thread.currentThread().setContextClassLoader(own);
        try {
            executor().build().execute(List.of(call("read")), looking);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        assertThat(found.get()).isSameAs(own);
    }
}
