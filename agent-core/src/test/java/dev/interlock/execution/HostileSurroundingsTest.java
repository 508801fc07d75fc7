package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads, executors, listeners and propagators of users that do what they should not. */
@Timeout(60)
class HostileSurroundingsTest {

    private final FakeTime time = new FakeTime();

    private static final class Task extends RoundCall {
        private final ToolCall call;
        private final Callable<@Nullable Object> body;

        Task(ToolBinding binding, Callable<@Nullable Object> body) {
            super(binding);
            this.call = Fixtures.call(binding.name());
            this.body = body;
        }

        @Override
        protected ToolCall call() {
            return call;
        }

        @Override
        protected @Nullable Object run() throws Exception {
            return body.call();
        }
    }

    private static ToolBinding pure(ToolCallExecutor executor, String name) {
        return executor.rounds().bind(ToolDefinition.of(name, Effects.pure(), c -> null));
    }

    @Test
    void a_thread_that_fails_to_be_interrupted_does_not_break_the_round() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .threadFactory(body -> new Thread(body) {
                    @Override
                    public void interrupt() {
                        super.interrupt();
                        throw new IllegalStateException("close failed");
                    }
                })
                .build();
        CountDownLatch started = new CountDownLatch(2);
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> {
            started.countDown();
            blockUntilInterrupted();
            return null;
        }));
        Fixtures.Running running = start(executor, tools, call("t"), call("t"));
        await(started);
        running.owner().interrupt();
        assertThat(running.get()).allMatch(r -> r.outcome() instanceof Outcome.Cancelled);
        assertThat(running.flag().get()).isTrue();
    }

    @Test
    void a_body_does_not_start_after_its_interrupt_although_a_listener_ate_it() throws Exception {
        CountDownLatch telling = new CountDownLatch(2);
        AtomicInteger ran = new AtomicInteger();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .listener(event -> {
                    if (event instanceof RoundEvent.CallStarted) {
                        telling.countDown();
                        try {
                            blockUntilInterrupted();
                        } catch (InterruptedException e) {
                            // eats it
                        }
                    }
                })
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("write", Effects.writes("x/{i}"), c -> ran.incrementAndGet()));
        Fixtures.Running running = start(executor, tools, call("write", "i", 1), call("write", "i", 2));
        await(telling);
        running.owner().interrupt();
        assertThat(running.get()).allMatch(r -> r.outcome() instanceof Outcome.Cancelled);
        assertThat(ran).hasValue(0);
    }

    @Test
    void a_call_whose_limit_passed_while_another_ran_does_not_start() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("first", Effects.writes("a"), c -> {
                    started.countDown();
                    await(go);
                    return null;
                }),
                ToolDefinition.builder("second", c -> ran.incrementAndGet())
                        .effects(Effects.writes("a/{i}"))
                        .policy(ToolPolicy.builder()
                                .callTimeout(Duration.ofMillis(20))
                                .build())
                        .build());
        Fixtures.Running running = start(
                ToolCallExecutor.builder().time(time).build(),
                tools,
                call("first"),
                call("second", "i", 1),
                call("second", "i", 2));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(20));
        time.advance(Duration.ofMillis(60));
        go.countDown();
        assertThat(running.get().subList(1, 3)).allMatch(r -> r.outcome() instanceof Outcome.TimedOut);
        assertThat(ran).hasValue(0);
    }

    @Test
    void calls_that_do_not_conflict_with_an_abandoned_call_go_on_when_those_between_have_failed() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                ToolDefinition.builder("stubborn", c -> {
                            started.countDown();
                            while (true) {
                                try {
                                    release.await();
                                    return null;
                                } catch (InterruptedException e) {
                                    // ignores it
                                }
                            }
                        })
                        .effects(Effects.writes("x"))
                        .policy(ToolPolicy.builder()
                                .timeout(Duration.ofMillis(100))
                                .build())
                        .build(),
                ToolDefinition.of("both", Effects.writes("x", "y"), c -> "ran"),
                ToolDefinition.of("other", Effects.writes("y"), c -> "ran"));
        Fixtures.Running running = start(
                ToolCallExecutor.builder().time(time).build(), tools, call("stubborn"), call("both"), call("other"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        time.awaitParkedUntil(Duration.ofMillis(350));
        time.advance(Duration.ofMillis(250));
        time.awaitParkedUntil(Duration.ofMillis(10_350));
        time.advance(Duration.ofSeconds(10));
        List<CallResult> results = running.get();
        assertThat(results.get(1).outcome().message()).contains("holds");
        assertThat(results.get(2).outcome()).isEqualTo(new Outcome.Succeeded("ran"));
        release.countDown();
    }

    @Test
    void an_executor_that_runs_calls_on_the_thread_that_gives_them_works_for_long_chains() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        AtomicInteger ran = new AtomicInteger();
        ToolBinding write = executor.rounds().bind(ToolDefinition.of("w", Effects.writes("x"), c -> null));
        ToolBinding other = executor.rounds().bind(ToolDefinition.of("o", Effects.writes("y"), c -> null));
        List<Task> tasks = IntStream.range(0, 20_000)
                .mapToObj(i -> new Task(i % 2 == 0 ? write : other, ran::incrementAndGet))
                .toList();
        executor.rounds()
                .round(tasks, Runnable::run, null, executor.rounds().captureContext())
                .execute();
        assertThat(ran).hasValue(20_000);
        assertThat(tasks).allMatch(task -> task.outcome().isSuccess());
    }

    @Test
    void an_executor_whose_threads_are_all_taken_by_callers_does_not_starve_them() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            Callable<Object> nested = () -> {
                List<Task> inner = List.of(
                        new Task(pure(executor, "a"), () -> "inner"), new Task(pure(executor, "b"), () -> "inner"));
                executor.rounds()
                        .round(inner, pool, null, executor.rounds().captureContext())
                        .execute();
                return inner.get(0).outcome();
            };
            List<Task> outer = List.of(new Task(pure(executor, "x"), nested), new Task(pure(executor, "y"), nested));
            executor.rounds()
                    .round(outer, pool, null, executor.rounds().captureContext())
                    .execute();
            assertThat(outer)
                    .extracting(RoundCall::outcome)
                    .containsOnly(new Outcome.Succeeded(new Outcome.Succeeded("inner")));
        }
    }

    @Test
    void a_failure_that_must_leave_the_round_does_so_through_a_propagator_that_wraps_exceptions() {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .contextPropagator(() -> new ContextPropagator.Captured() {
                    @Override
                    public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
                        try {
                            return body.call();
                        } catch (Exception e) {
                            throw new IllegalStateException("wrapped", e);
                        }
                    }
                })
                .build();
        IllegalArgumentException veto = new IllegalArgumentException("veto");
        Round round = executor.rounds()
                .round(List.of(
                        new Task(pure(executor, "a"), () -> {
                            throw new RoundFailure(veto);
                        }),
                        new Task(pure(executor, "b"), () -> null)));
        round.execute();
        assertThat(round.failure()).isSameAs(veto);
    }

    @Test
    void of_several_failures_that_must_leave_the_round_the_earliest_calls_does() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        IllegalArgumentException first = new IllegalArgumentException("first");
        CountDownLatch secondFailed = new CountDownLatch(1);
        Round round = executor.rounds()
                .round(List.of(
                        new Task(executor.rounds().bind(ToolDefinition.of("a", Effects.writes("a"), c -> null)), () -> {
                            await(secondFailed);
                            throw new RoundFailure(first);
                        }),
                        new Task(pure(executor, "b"), () -> {
                            secondFailed.countDown();
                            throw new RoundFailure(new IllegalStateException("second"));
                        })));
        round.execute();
        assertThat(round.failure()).isSameAs(first);
    }

    @Test
    void an_earlier_read_that_would_fail_too_is_not_cut_off_by_a_later_failure() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().time(time).build();
        IllegalArgumentException first = new IllegalArgumentException("first");
        CountDownLatch secondFailed = new CountDownLatch(1);
        Round round = executor.rounds()
                .round(List.of(
                        new Task(executor.rounds().bind(ToolDefinition.of("a", Effects.reads("a"), c -> null)), () -> {
                            await(secondFailed);
                            throw new RoundFailure(first);
                        }),
                        new Task(pure(executor, "b"), () -> {
                            secondFailed.countDown();
                            throw new RoundFailure(new IllegalStateException("second"));
                        })));
        round.execute();
        assertThat(round.failure()).isSameAs(first);
    }

    @Test
    void an_earlier_read_that_does_not_end_is_interrupted_after_the_grace_period_of_a_failed_round() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        List<Task> tasks = new ArrayList<>();
        Thread owner = Thread.ofPlatform().start(() -> {
            ToolCallExecutor executor = ToolCallExecutor.builder().time(time).build();
            tasks.add(new Task(executor.rounds().bind(ToolDefinition.of("a", Effects.reads("a"), c -> null)), () -> {
                reading.countDown();
                blockUntilInterrupted();
                return null;
            }));
            tasks.add(new Task(pure(executor, "b"), () -> {
                await(reading);
                throw new RoundFailure(new IllegalStateException("second"));
            }));
            executor.rounds().round(tasks).execute();
        });
        time.awaitParkedUntil(Duration.ofMillis(250));
        time.advance(Duration.ofMillis(250));
        owner.join(20_000);
        assertThat(tasks.get(0).outcome().message()).endsWith("the failure of another call ended the round");
    }

    @Test
    void a_round_of_which_every_call_fails_takes_time_linear_in_the_calls() {
        ToolCallExecutor executor =
                ToolCallExecutor.builder().concurrency(Concurrency.unlimited()).build();
        ToolBinding binding = pure(executor, "a");
        List<Task> tasks = IntStream.range(0, 40_000)
                .mapToObj(i -> new Task(binding, () -> {
                    throw new RoundFailure(new IllegalStateException("no"));
                }))
                .toList();
        Round round = executor.rounds().round(tasks);
        round.execute();
        assertThat(round.failure()).hasMessage("no");
    }

    @Test
    void a_round_is_executed_once_and_a_task_is_of_one_round() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        Task task = new Task(pure(executor, "a"), () -> null);
        Round round = executor.rounds().round(List.of(task));
        round.execute();
        assertThatThrownBy(round::execute).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> executor.rounds().round(List.of(task)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("call 1 was given to a round before");
    }
}
