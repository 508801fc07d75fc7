package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that announce themselves do so one after the other, and go on side by side. */
@Timeout(60)
class AnnouncementTest extends AnnouncementFixture {

    @ParameterizedTest
    @ValueSource(ints = {3, 5, Concurrency.UNLIMITED})
    void calls_announce_themselves_in_call_order_and_run_at_the_same_time(int cap) {
        ToolCallExecutor executor = executor().maxConcurrency(cap).build();
        CyclicBarrier three = new CyclicBarrier(3);
        AnnouncingCall[] calls = new AnnouncingCall[6];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = call(executor, "t" + i, Part.NOTHING, () -> three.await(20, TimeUnit.SECONDS));
        }

        assertThat(executed(executor, calls).results()).allMatch(CallResult::isSuccess);

        assertThat(log.stream().filter(line -> line.startsWith("announce")))
                .containsExactly(
                        "announce t0", "announce t1", "announce t2", "announce t3", "announce t4", "announce t5");
        assertThat(mostAnnouncing).hasValue(1);
    }

    @Test
    void call_that_waits_for_another_holds_up_none_behind_it() {
        ToolCallExecutor executor = executor().build();
        CountDownLatch last = new CountDownLatch(1);

        Round round = executed(
                executor,
                new AnnouncingCall(executor, "first", Effects.writes("a"), Part.NOTHING, () -> await(last)),
                new AnnouncingCall(executor, "waits", Effects.writes("a"), Part.NOTHING, Part.NOTHING),
                new AnnouncingCall(executor, "free", Effects.writes("b"), Part.NOTHING, last::countDown));

        assertThat(round.results()).allMatch(CallResult::isSuccess);
        assertThat(log.stream().filter(line -> line.startsWith("announce")))
                .containsExactly("announce first", "announce free", "announce waits");
    }

    @Test
    void interceptors_do_not_wait_for_each_other_but_the_calls_behind_them_are_announced_one_by_one() {
        CyclicBarrier three = new CyclicBarrier(3);
        ToolCallExecutor executor = executor()
                .interceptor(call -> {
                    three.await(20, TimeUnit.SECONDS);
                    return call.proceed();
                })
                .build();
        CyclicBarrier bodies = new CyclicBarrier(3);

        Round round = executed(
                executor,
                call(executor, "a", Part.NOTHING, () -> bodies.await(20, TimeUnit.SECONDS)),
                call(executor, "b", Part.NOTHING, () -> bodies.await(20, TimeUnit.SECONDS)),
                call(executor, "c", Part.NOTHING, () -> bodies.await(20, TimeUnit.SECONDS)));

        assertThat(round.results()).allMatch(CallResult::isSuccess);
        assertThat(mostAnnouncing).hasValue(1);
    }

    @Test
    void interceptor_that_gives_a_result_itself_lets_the_others_go_on() {
        ToolCallExecutor executor = executor()
                .maxConcurrency(2)
                .interceptor(call -> call.call().tool().equals("b") ? call.proceed() : "known")
                .build();

        Round round = executed(
                executor,
                call(executor, "a", Part.NOTHING, Part.NOTHING),
                call(executor, "b", Part.NOTHING, Part.NOTHING),
                call(executor, "c", Part.NOTHING, Part.NOTHING));

        assertThat(round.results()).allMatch(CallResult::isSuccess);
        assertThat(log).containsExactly("announce b", "run b");
    }

    @Test
    void further_attempts_are_not_announced_again() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        AtomicInteger attempts = new AtomicInteger();
        ToolPolicy twice = ToolPolicy.builder()
                .retry(RetryPolicy.builder()
                        .maxAttempts(3)
                        .initialDelay(Duration.ofNanos(1))
                        .build())
                .build();
        CountDownLatch retried = new CountDownLatch(1);

        Round round = executed(
                executor,
                new AnnouncingCall(executor, "flaky", Effects.reads("a"), twice, Part.NOTHING, () -> {
                    if (attempts.incrementAndGet() < 3) {
                        throw new IllegalStateException("again");
                    }
                    retried.countDown();
                }),
                call(executor, "other", Part.NOTHING, () -> await(retried)));

        assertThat(round.results()).allMatch(CallResult::isSuccess);
        assertThat(round.results().get(0).attempts()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void users_executor_with_few_threads_suffices(int threads) {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<AnnouncingCall> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(call(executor, "t" + i, Part.NOTHING, Part.NOTHING));
            }
            Round round =
                    executor.rounds().round(calls, pool, null, executor.rounds().captureContext());
            round.execute();
            assertThat(round.results()).allMatch(CallResult::isSuccess);
            assertThat(mostAnnouncing).hasValue(1);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void any_number_of_calls_gets_by() {
        ToolCallExecutor executor =
                ToolCallExecutor.builder().concurrency(Concurrency.unlimited()).build();
        AtomicInteger sum = new AtomicInteger();
        AnnouncingCall[] calls = new AnnouncingCall[5_000];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = call(executor, "t", Part.NOTHING, sum::incrementAndGet);
        }

        executed(executor, calls);

        assertThat(sum).hasValue(5_000);
        assertThat(mostAnnouncing).hasValue(1);
    }

    /** The owner runs calls that have been brief; the one that is not is taken over while it announces itself. */
    @Test
    void calls_of_a_rescued_round_wait_for_the_one_that_is_being_announced() {
        ToolCallExecutor executor = executor().build();
        ToolBinding pure = executor.rounds().bind(ToolDefinition.of("pure", Effects.pure(), call -> null));
        learnThatItIsBrief(executor, pure);
        CyclicBarrier all = new CyclicBarrier(3);
        CountDownLatch rescued = new CountDownLatch(1);
        List<Thread> bodies = Collections.synchronizedList(new ArrayList<>());

        class Pure extends RoundCall {
            private final boolean first;

            Pure(boolean first) {
                super(pure);
                this.first = first;
            }

            @Override
            protected ToolCall call() {
                return Fixtures.call("pure");
            }

            @Override
            protected boolean announces() {
                return true;
            }

            @Override
            protected @Nullable Object run() throws Exception {
                if (first) {
                    log.add("first");
                    time.advance(Duration.ofMillis(10));
                    long until = System.nanoTime() + 20_000_000;
                    while (System.nanoTime() - until < 0) {
                        // Not brief: the watch has the others dispatched meanwhile.
                        Thread.onSpinWait();
                    }
                    assertThat(log).containsExactly("first");
                } else {
                    log.add("other");
                }
                announced();
                bodies.add(Thread.currentThread());
                all.await(20, TimeUnit.SECONDS);
                rescued.countDown();
                return null;
            }
        }

        Round round = executed(executor, new Pure(true), new Pure(false), new Pure(false));

        assertThat(round.results()).allMatch(CallResult::isSuccess);
        assertThat(round.results().get(0).thread()).isEqualTo(ThreadKind.OWNER);
        assertThat(log).containsExactly("first", "other", "other");
    }

    private static void learnThatItIsBrief(ToolCallExecutor executor, ToolBinding binding) {
        for (int i = 0; i < 100_000; i++) {
            RoundCall[] calls = Stream.generate(() -> new ToolTask(binding, call -> null))
                    .limit(4)
                    .toArray(RoundCall[]::new);
            Round round = executed(executor, calls);
            if (round.results().stream().allMatch(result -> result.thread() == ThreadKind.OWNER)) {
                return;
            }
        }
        throw new AssertionError("the tool never counted as brief");
    }
}
