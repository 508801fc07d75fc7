package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that announce themselves do so one after the other, and go on side by side. */
@Timeout(60)
class AnnouncementTest {

    private interface Part {
        Part NOTHING = () -> {};

        void run() throws Exception;
    }

    private final FakeTime time = new FakeTime();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final AtomicInteger announcing = new AtomicInteger();
    private final AtomicInteger mostAnnouncing = new AtomicInteger();

    /** A call with something before its tool. */
    private class Task extends RoundCall {
        private final String name;
        private final Part before;
        private final Part body;

        Task(ToolCallExecutor executor, String name, Effects effects, Part before, Part body) {
            this(executor, name, effects, ToolPolicy.builder().build(), before, body);
        }

        Task(ToolCallExecutor executor, String name, Effects effects, ToolPolicy policy, Part before, Part body) {
            super(executor.rounds()
                    .bind(ToolDefinition.builder(name, call -> null)
                            .effects(effects)
                            .policy(policy)
                            .build()));
            this.name = name;
            this.before = before;
            this.body = body;
        }

        @Override
        protected ToolCall call() {
            return Fixtures.call(name);
        }

        @Override
        protected boolean announces() {
            return true;
        }

        @Override
        protected @Nullable Object run() throws Exception {
            mostAnnouncing.accumulateAndGet(announcing.incrementAndGet(), Math::max);
            log.add("announce " + name);
            try {
                before.run();
            } finally {
                announcing.decrementAndGet();
            }
            announced();
            log.add("run " + name);
            body.run();
            return name;
        }
    }

    private Task task(ToolCallExecutor executor, String name, Part before, Part body) {
        return new Task(executor, name, Effects.reads("place"), before, body);
    }

    private static Round executed(ToolCallExecutor executor, RoundCall... tasks) {
        Round round = executor.rounds().round(Arrays.asList(tasks));
        round.execute();
        return round;
    }

    private ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder().time(time);
    }

    private static RoundFailure veto() {
        return new RoundFailure(new SecurityException("no"));
    }

    private static List<String> messages(Round round) {
        return round.results().stream()
                .map(result -> result.isSuccess() ? "ran" : result.outcome().message())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, Concurrency.UNLIMITED})
    void calls_announce_themselves_in_call_order_and_run_at_the_same_time(int cap) {
        ToolCallExecutor executor = executor().maxConcurrency(cap).build();
        CyclicBarrier three = new CyclicBarrier(3);
        Task[] tasks = new Task[6];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = task(executor, "t" + i, Part.NOTHING, () -> three.await(20, TimeUnit.SECONDS));
        }

        assertThat(executed(executor, tasks).results()).allMatch(CallResult::isSuccess);

        assertThat(log.stream().filter(line -> line.startsWith("announce")))
                .containsExactly(
                        "announce t0", "announce t1", "announce t2", "announce t3", "announce t4", "announce t5");
        assertThat(mostAnnouncing).hasValue(1);
    }

    @Test
    void call_that_fails_before_it_is_announced_has_started_nothing_after_it() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        CountDownLatch first = new CountDownLatch(1);

        Round round = executed(
                executor,
                task(executor, "ok", Part.NOTHING, () -> {
                    first.countDown();
                    blockUntilInterrupted();
                }),
                task(
                        executor,
                        "vetoed",
                        () -> {
                            await(first);
                            throw veto();
                        },
                        Part.NOTHING),
                task(executor, "late", Part.NOTHING, Part.NOTHING),
                new Task(executor, "write", Effects.writes("elsewhere"), Part.NOTHING, Part.NOTHING));

        assertThat(round.failure()).isInstanceOf(SecurityException.class);
        assertThat(log).containsExactlyInAnyOrder("announce ok", "run ok", "announce vetoed");
        assertThat(messages(round).subList(1, 4))
                .containsExactly(
                        "no",
                        "tool 'late' was not started: the failure of another call ended the round",
                        "tool 'write' was not started: the failure of another call ended the round");
    }

    @Test
    void call_that_waits_for_another_holds_up_none_behind_it() {
        ToolCallExecutor executor = executor().build();
        CountDownLatch last = new CountDownLatch(1);

        Round round = executed(
                executor,
                new Task(executor, "first", Effects.writes("a"), Part.NOTHING, () -> await(last)),
                new Task(executor, "waits", Effects.writes("a"), Part.NOTHING, Part.NOTHING),
                new Task(executor, "free", Effects.writes("b"), Part.NOTHING, last::countDown));

        assertThat(round.results()).allMatch(CallResult::isSuccess);
        assertThat(log.stream().filter(line -> line.startsWith("announce")))
                .containsExactly("announce first", "announce free", "announce waits");
    }

    @Test
    void round_that_comes_one_call_at_a_time_is_announced_in_order_too() throws InterruptedException {
        ToolCallExecutor executor = executor().build();
        CountDownLatch mayAnnounce = new CountDownLatch(1);
        CountDownLatch began = new CountDownLatch(1);
        StreamedRound round =
                executor.rounds().streamedRound(null, null, executor.rounds().captureContext());
        round.admit(task(
                executor,
                "first",
                () -> {
                    began.countDown();
                    await(mayAnnounce);
                    throw veto();
                },
                Part.NOTHING));
        await(began);
        round.admit(task(executor, "second", Part.NOTHING, Part.NOTHING));
        mayAnnounce.countDown();
        round.await();

        assertThat(log).containsExactly("announce first");
        assertThat(round.failure()).isInstanceOf(SecurityException.class);
    }

    @Test
    void call_that_hangs_before_it_is_announced_lets_others_go_on_once_it_is_abandoned() throws Exception {
        ToolCallExecutor executor = executor()
                .timeout(Duration.ofMillis(300))
                .gracePeriod(Duration.ofMillis(100))
                .build();
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        AtomicInteger abandoned = new AtomicInteger();
        Task hanging =
                new Task(
                        executor,
                        "hangs",
                        Effects.reads("place"),
                        () -> {
                            hangs.countDown();
                            while (never.getCount() > 0) {
                                try {
                                    never.await();
                                } catch (InterruptedException e) {
                                    // Ignored.
                                }
                            }
                        },
                        Part.NOTHING) {
                    @Override
                    protected void onAbandoned() {
                        abandoned.incrementAndGet();
                    }
                };
        Round round = executor.rounds().round(List.of(hanging, task(executor, "next", Part.NOTHING, Part.NOTHING)));
        Thread owner = Thread.ofPlatform().start(round::execute);
        await(hangs);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        time.awaitParkedUntil(Duration.ofMillis(400));
        time.advance(Duration.ofMillis(100));
        owner.join();

        assertThat(messages(round))
                .containsExactly(
                        "tool 'hangs' timed out: the attempt exceeded 300 ms before the tool could start", "ran");
        assertThat(abandoned).hasValue(1);
        never.countDown();
        Awaitility.await().until(() -> executor.abandoned().isEmpty());
        assertThat(log).as("nobody waits for its tool any more").doesNotContain("run hangs");
    }

    @Test
    void call_that_is_condemned_before_it_is_announced_does_not_start_its_tool() throws Exception {
        ToolCallExecutor executor = executor().build();
        Cancellation cancellation = new Cancellation();

        Round round = cancellation.call(() -> executed(
                executor,
                task(
                        executor,
                        "first",
                        () -> {
                            cancellation.cancel("enough");
                            Thread.interrupted();
                        },
                        Part.NOTHING),
                task(executor, "second", Part.NOTHING, Part.NOTHING)));

        assertThat(messages(round))
                .containsExactly("tool 'first' was not started: enough", "tool 'second' was not started: enough");
        assertThat(log).containsExactly("announce first");
    }

    @Test
    void write_that_is_being_announced_when_an_earlier_call_fails_does_not_start() throws Exception {
        ToolCallExecutor executor = executor().build();
        CountDownLatch announcingWrite = new CountDownLatch(1);
        CountDownLatch mayFail = new CountDownLatch(1);
        Task failing = task(executor, "fails", Part.NOTHING, () -> {
            await(announcingWrite);
            throw veto();
        });
        Task write = new Task(
                executor,
                "write",
                Effects.writes("b"),
                () -> {
                    announcingWrite.countDown();
                    try {
                        await(mayFail);
                    } catch (InterruptedException e) {
                        // As a hook that does not care.
                    }
                },
                Part.NOTHING);

        Round round = executed(executor, failing, write);

        assertThat(messages(round))
                .containsExactly("no", "tool 'write' was not started: the failure of another call ended the round");
        assertThat(log).doesNotContain("run write");
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
                task(executor, "a", Part.NOTHING, () -> bodies.await(20, TimeUnit.SECONDS)),
                task(executor, "b", Part.NOTHING, () -> bodies.await(20, TimeUnit.SECONDS)),
                task(executor, "c", Part.NOTHING, () -> bodies.await(20, TimeUnit.SECONDS)));

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
                task(executor, "a", Part.NOTHING, Part.NOTHING),
                task(executor, "b", Part.NOTHING, Part.NOTHING),
                task(executor, "c", Part.NOTHING, Part.NOTHING));

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
                new Task(executor, "flaky", Effects.reads("a"), twice, Part.NOTHING, () -> {
                    if (attempts.incrementAndGet() < 3) {
                        throw new IllegalStateException("again");
                    }
                    retried.countDown();
                }),
                task(executor, "other", Part.NOTHING, () -> await(retried)));

        assertThat(round.results()).allMatch(CallResult::isSuccess);
        assertThat(round.results().get(0).attempts()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void users_executor_with_few_threads_suffices(int threads) {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Task> tasks = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                tasks.add(task(executor, "t" + i, Part.NOTHING, Part.NOTHING));
            }
            Round round =
                    executor.rounds().round(tasks, pool, null, executor.rounds().captureContext());
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
        Task[] tasks = new Task[5_000];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = task(executor, "t", Part.NOTHING, sum::incrementAndGet);
        }

        executed(executor, tasks);

        assertThat(sum).hasValue(5_000);
        assertThat(mostAnnouncing).hasValue(1);
    }

    /** The owner runs calls that have been brief; the one that is not is taken over while it announces itself. */
    @Test
    void calls_of_a_rescued_round_wait_for_the_one_that_is_being_announced() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
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
        class Plain extends RoundCall {
            Plain() {
                super(binding);
            }

            @Override
            protected ToolCall call() {
                return Fixtures.call("pure");
            }

            @Override
            protected @Nullable Object run() {
                return null;
            }
        }
        for (int i = 0; i < 100_000; i++) {
            Round round = executed(executor, new Plain(), new Plain(), new Plain(), new Plain());
            if (round.results().stream().allMatch(result -> result.thread() == ThreadKind.OWNER)) {
                return;
            }
        }
        throw new AssertionError("the tool never counted as brief");
    }
}
