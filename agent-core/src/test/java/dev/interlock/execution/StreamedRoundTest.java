package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounds whose calls come one at a time. */
@Timeout(60)
class StreamedRoundTest {

    private final FakeTime time = new FakeTime();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<RoundEvent> events = new CopyOnWriteArrayList<>();
    private final RoundListener listener = event -> {
        events.add(event);
        if (event instanceof RoundEvent.RoundEnded) {
            ended.countDown();
        }
    };

    private static ToolTask task(ToolCallExecutor executor, Effects effects, ToolBody body) {
        return new ToolTask(executor, "t", effects, body);
    }

    @Test
    void a_call_starts_when_it_is_admitted_although_nobody_waits_for_the_round() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = streamedRound(executor);
        ToolTask first = task(executor, Effects.writes("a"), c -> 1);
        round.admit(first);
        await(first.started);
        round.await();
        assertThat(round.results()).extracting(CallResult::thread).containsExactly(ThreadKind.VIRTUAL);
        assertThat(round.results().get(0).outcome()).isEqualTo(new Outcome.Succeeded(1));
    }

    @Test
    void a_call_that_conflicts_with_an_earlier_one_waits_for_it_and_one_that_does_not_overtakes() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = streamedRound(executor);
        CountDownLatch firstEnded = new CountDownLatch(1);
        ToolTask first = task(executor, Effects.writes("a"), c -> {
            await(release);
            firstEnded.countDown();
            return 1;
        });
        ToolTask second = task(executor, Effects.reads("a"), c -> firstEnded.getCount());
        ToolTask third = task(executor, Effects.reads("b"), c -> 3);
        List.of(first, second, third).forEach(round::admit);
        await(third.started);
        assertThat(second.started.getCount()).isEqualTo(1);
        release.countDown();
        await(second.started);
        round.await();
        assertThat(round.results()).extracting(result -> result.outcome()).contains(new Outcome.Succeeded(0L));
    }

    @Test
    void a_limit_passes_while_nobody_waits_for_the_round() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .timeout(Duration.ofMillis(300))
                .listener(listener)
                .build();
        StreamedRound round = streamedRound(executor);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        round.admit(task(executor, Effects.reads("a"), c -> {
            begun.countDown();
            try {
                blockUntilInterrupted();
            } finally {
                interrupted.countDown();
            }
            return null;
        }));
        await(begun);
        time.awaitAlarmAt(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        await(interrupted);
        round.await();
        assertThat(round.results().get(0).outcome().message()).contains("the attempt exceeded 300 ms");
    }

    @Test
    void a_call_that_ignores_its_interrupt_is_abandoned_while_nobody_waits_for_the_round() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .callTimeout(Duration.ofMillis(300))
                .gracePeriod(Duration.ofMillis(50))
                .build();
        StreamedRound round = streamedRound(executor);
        ToolTask stubborn = task(executor, Effects.writes("a"), c -> {
            awaitStubbornly(release);
            return "late";
        });
        round.admit(stubborn);
        await(stubborn.started);
        time.awaitAlarmAt(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        time.awaitAlarmAt(Duration.ofMillis(350));
        time.advance(Duration.ofMillis(50));
        round.await();
        assertThat(round.results().get(0).outcome().message()).contains("the call exceeded 300 ms");
        release.countDown();
    }

    @Test
    void the_limit_of_a_call_counts_from_its_admission() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .callTimeout(Duration.ofMillis(300))
                .build();
        StreamedRound round = streamedRound(executor);
        time.advance(Duration.ofMillis(200));
        ToolTask late = task(executor, Effects.reads("a"), c -> {
            blockUntilInterrupted();
            return null;
        });
        round.admit(late);
        await(late.started);
        time.awaitAlarmAt(Duration.ofMillis(500));
        time.advance(Duration.ofMillis(300));
        round.await();
        assertThat(round.results().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
    }

    @Test
    void a_call_that_is_admitted_after_the_limit_of_the_round_does_not_start() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .roundTimeout(Duration.ofMillis(300))
                .build();
        StreamedRound round = streamedRound(executor);
        time.awaitAlarmAt(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        ToolTask late = task(executor, Effects.reads("a"), c -> 1);
        round.admit(late);
        round.await();
        assertThat(late.outcome().message()).contains("the round exceeded 300 ms before the tool could start");
        assertThat(late.started.getCount()).isEqualTo(1);
    }

    @Test
    void cancel_interrupts_what_runs_starts_nothing_more_and_the_round_ends_although_nobody_waits() throws Exception {
        ToolCallExecutor executor =
                ToolCallExecutor.builder().listener(listener).build();
        StreamedRound round = streamedRound(executor);
        ToolTask running = task(executor, Effects.writes("a"), c -> {
            blockUntilInterrupted();
            return null;
        });
        ToolTask waiting = task(executor, Effects.writes("a"), c -> 2);
        round.admit(running);
        round.admit(waiting);
        await(running.started);
        round.cancel("the stream ended");
        await(ended);
        ToolTask late = task(executor, Effects.reads("b"), c -> 3);
        round.admit(late);
        assertThat(running.outcome().message()).contains("the stream ended; it may have taken effect");
        assertThat(waiting.outcome().message()).isEqualTo("tool 't' was not started: the stream ended");
        assertThat(late.outcome().message()).isEqualTo("tool 't' was not started: the stream ended");
        assertThat(events.stream().filter(RoundEvent.CallEnded.class::isInstance))
                .hasSize(2);
    }

    @Test
    void a_cancelled_round_can_be_awaited_and_ends_once() throws Exception {
        ToolCallExecutor executor =
                ToolCallExecutor.builder().listener(listener).build();
        StreamedRound round = streamedRound(executor);
        round.admit(task(executor, Effects.reads("a"), c -> {
            blockUntilInterrupted();
            return null;
        }));
        round.cancel("enough");
        round.await();
        round.cancel("once more");
        await(ended);
        assertThat(events.stream().filter(RoundEvent.RoundEnded.class::isInstance))
                .hasSize(1);
    }

    @Test
    void a_call_that_is_admitted_while_another_thread_ends_the_cancelled_round_does_not_start() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = streamedRound(executor);
        ToolTask late = new ToolTask(executor, "late", Effects.reads("a"), call -> "ran");
        round.cancel("cancelled");
        Thread other = Thread.ofVirtual().start(round::await);
        other.join();

        round.admit(late);

        assertThat(late.outcome()).isEqualTo(new Outcome.Cancelled("tool 'late' was not started: cancelled", false));
    }

    @Test
    void the_stream_itself_can_be_the_executor_that_runs_at_once_and_is_not_held_up() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = executor.rounds()
                .streamedRound(Runnable::run, null, executor.rounds().captureContext());
        ToolTask first = task(executor, Effects.reads("a"), c -> {
            await(release);
            return 1;
        });
        round.admit(first);
        release.countDown();
        round.await();
        assertThat(round.results()).extracting(CallResult::thread).containsExactly(ThreadKind.VIRTUAL);
    }

    @Test
    void a_users_executor_carries_calls_of_a_round_that_nobody_waits_for() throws Exception {
        try (var pool = Executors.newFixedThreadPool(1)) {
            ToolCallExecutor executor = ToolCallExecutor.builder().build();
            StreamedRound round = executor.rounds()
                    .streamedRound(pool, null, executor.rounds().captureContext());
            List<ToolTask> tasks = IntStream.range(0, 5)
                    .mapToObj(i -> task(executor, Effects.reads("a"), c -> i))
                    .toList();
            tasks.forEach(round::admit);
            for (ToolTask task : tasks) {
                await(task.started);
            }
            round.await();
            assertThat(round.results()).extracting(CallResult::thread).containsOnly(ThreadKind.PLATFORM);
        }
    }

    @Test
    void the_awaiting_threads_interrupt_ends_the_round_and_stays_set() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = streamedRound(executor);
        round.admit(task(executor, Effects.reads("a"), c -> {
            blockUntilInterrupted();
            return null;
        }));
        Thread.currentThread().interrupt();
        round.await();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(round.interrupted()).isTrue();
        assertThat(round.results().get(0).outcome()).isInstanceOf(Outcome.Cancelled.class);
    }

    @Test
    void a_failure_that_must_leave_keeps_calls_that_are_admitted_later_from_starting() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = streamedRound(executor);
        CountDownLatch failed = new CountDownLatch(1);
        round.admit(task(executor, Effects.reads("a"), c -> {
            failed.countDown();
            throw new RoundFailure(new IllegalStateException("handler"));
        }));
        await(failed);
        ToolTask second = task(executor, Effects.writes("a"), c -> 2);
        round.admit(second);
        round.await();
        assertThat(round.failure()).hasMessage("handler");
        assertThat(second.started.getCount()).isEqualTo(1);
    }

    @Test
    void a_call_cannot_be_admitted_twice_nor_to_a_round_that_was_awaited() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = streamedRound(executor);
        round.await();
        assertThatIllegalStateException()
                .isThrownBy(() -> round.admit(task(executor, Effects.pure(), c -> 1)))
                .withMessageContaining("takes no more calls");
        StreamedRound other = streamedRound(executor);
        ToolTask task = task(executor, Effects.pure(), c -> 1);
        other.admit(task);
        other.await();
        assertThatIllegalArgumentException().isThrownBy(() -> executor.rounds().round(List.of(task)));
    }

    @Test
    void a_used_call_among_the_rest_leaves_the_interrupt_of_the_caller_who_can_await_the_others() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = streamedRound(executor);
        ToolTask first = task(executor, Effects.pure(), c -> 1);
        round.admit(first);
        Thread.currentThread().interrupt();
        assertThatIllegalArgumentException().isThrownBy(() -> round.await(List.of(first), List.of(first)));
        assertThat(Thread.interrupted()).isTrue();
        round.await();
        assertThat(round.interrupted()).isFalse();
        assertThat(round.results()).hasSize(1);
    }

    @Test
    void a_call_cannot_be_admitted_twice_to_one_round_whose_other_calls_go_on() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = streamedRound(executor);
        ToolTask first = task(executor, Effects.pure(), c -> 1);
        round.admit(first);
        assertThatIllegalArgumentException().isThrownBy(() -> round.admit(first));
        round.admit(task(executor, Effects.pure(), c -> 2));
        round.await();
        assertThat(round.failure()).isNull();
        assertThat(round.results()).hasSize(2);
    }

    /** A value lives under each key; calls add their number to what they write, at random moments of the admission. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void random_batches_end_as_if_run_one_by_one_whenever_their_calls_come(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        for (int batch = 0; batch < 200; batch++) {
            ConcurrentHashMap<String, Long> state = new ConcurrentHashMap<>();
            ConcurrentHashMap<String, Long> serial = new ConcurrentHashMap<>();
            ToolCallExecutor executor = ToolCallExecutor.builder()
                    .maxConcurrency(1 + random.nextInt(4))
                    .build();
            StreamedRound round = streamedRound(executor);
            int calls = 1 + random.nextInt(8);
            List<Object> expected = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                String key = "k" + random.nextInt(3);
                boolean write = random.nextBoolean();
                int number = i + 1;
                int pause = random.nextInt(3);
                ToolBody body = c -> {
                    LockSupport.parkNanos(pause * 10_000L);
                    return step(state, key, write, number);
                };
                expected.add(new Outcome.Succeeded(step(serial, key, write, number)));
                round.admit(task(executor, write ? Effects.writes(key) : Effects.reads(key), body));
                LockSupport.parkNanos(random.nextInt(3) * 10_000L);
            }
            round.await();
            assertThat(round.results())
                    .as("seed %d, batch %d", seed, batch)
                    .extracting(CallResult::outcome)
                    .isEqualTo(expected);
            assertThat(state).isEqualTo(serial);
        }
    }

    private static Object step(ConcurrentHashMap<String, Long> state, String key, boolean write, int number) {
        long before = state.getOrDefault(key, 0L);
        if (write) {
            state.put(key, before * 31 + number);
        }
        return before;
    }
}
