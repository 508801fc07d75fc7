package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.interlock.event.RoundEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool finds the thread-locals of the thread that called in always or never, whichever way the round goes. */
@Timeout(60)
class PlaceTest {

    private static final String THERE = "the caller's";
    private static final String NOT_THERE = "null";

    /** Also what the library's threads may inherit is not there. */
    private static final ThreadLocal<@Nullable String> LOCAL = new InheritableThreadLocal<>();

    private final AtomicReference<ToolBody> pure = new AtomicReference<>(c -> null);
    private final AtomicReference<ToolBody> barrier = new AtomicReference<>(c -> null);
    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("undeclared", c -> seen(barrier, c)),
            ToolDefinition.of("exclusive", Effects.exclusive(), c -> seen(barrier, c)),
            ToolDefinition.of("all", Effects.writes("/"), c -> seen(barrier, c)),
            ToolDefinition.of("read", Effects.reads("a/{i}"), c -> String.valueOf(LOCAL.get())),
            ToolDefinition.of("write", Effects.writes("a"), c -> String.valueOf(LOCAL.get())),
            ToolDefinition.of(
                    "computed", Effects.of(c -> List.of(Access.write("/"))), c -> String.valueOf(LOCAL.get())),
            ToolDefinition.of("pure", Effects.pure(), c -> pure.get().run(c)),
            ToolDefinition.of("limited", Effects.pure(), c -> pure.get().run(c)));

    private static String seen(AtomicReference<ToolBody> around, ToolCall call) throws Exception {
        around.get().run(call);
        return String.valueOf(LOCAL.get());
    }

    @BeforeEach
    void set() {
        LOCAL.set(THERE);
    }

    @AfterEach
    void clear() {
        LOCAL.remove();
    }

    private static ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder();
    }

    private List<@Nullable Object> values(ToolCallExecutor executor, String... names) {
        return values(executor.execute(calls(names), tools));
    }

    private static List<@Nullable Object> values(List<CallResult> results) {
        List<@Nullable Object> values = new ArrayList<>();
        for (CallResult result : results) {
            values.add(result.outcome() instanceof Outcome.Succeeded(Object value) ? value : result.outcome());
        }
        return values;
    }

    private static List<ToolCall> calls(String... names) {
        return Arrays.stream(names).map(name -> call(name, "i", 1)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"undeclared", "exclusive", "all"})
    void a_barrier_has_them_alone_in_a_chain_and_among_others(String tool) {
        assertThat(values(executor().build(), tool)).containsExactly(THERE);
        assertThat(values(executor().build(), tool, tool, tool)).containsExactly(THERE, THERE, THERE);
        assertThat(values(executor().build(), "read", "read", tool, "read", tool))
                .containsExactly(NOT_THERE, NOT_THERE, THERE, NOT_THERE, THERE);
        assertThat(values(executor().maxConcurrency(1).build(), "pure", tool, "write", tool))
                .containsExactly(null, THERE, NOT_THERE, THERE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "write", "computed"})
    void a_tool_of_which_something_is_known_has_not_even_where_it_could_not_run_beside_anything(String tool) {
        assertThat(values(executor().build(), tool)).containsExactly(NOT_THERE);
        assertThat(values(executor().build(), tool, tool, tool)).containsExactly(NOT_THERE, NOT_THERE, NOT_THERE);
        assertThat(values(executor().build(), "exclusive", tool, "exclusive", tool))
                .containsExactly(THERE, NOT_THERE, THERE, NOT_THERE);
        assertThat(values(executor().maxConcurrency(1).build(), tool, "pure", tool))
                .containsExactly(NOT_THERE, null, NOT_THERE);
    }

    @Test
    void an_undeclared_tool_that_may_overlap_has_not() {
        ToolCallExecutor parallel =
                executor().undeclared(Undeclared.PARALLEL).maxConcurrency(1).build();
        assertThat(values(parallel, "undeclared")).containsExactly(NOT_THERE);
        assertThat(values(parallel, "undeclared", "undeclared")).containsExactly(NOT_THERE, NOT_THERE);
    }

    @Test
    void how_brief_a_tool_was_of_late_makes_no_difference() {
        ToolCallExecutor executor = executor().build();
        warmUp(executor, "pure", "pure");
        for (int i = 0; i < 500; i++) {
            assertThat(values(executor, "read", "read")).containsExactly(NOT_THERE, NOT_THERE);
            assertThat(values(executor, "write", "write", "pure")).containsExactly(NOT_THERE, NOT_THERE, null);
            assertThat(values(executor, "pure", "pure", "exclusive")).containsExactly(null, null, THERE);
        }
    }

    /** Until the calls of such a batch are known to be brief. */
    private void warmUp(ToolCallExecutor executor, String... names) {
        for (int i = 0; i < 100_000; i++) {
            // Alone a barrier is run by the caller whatever is known of its speed.
            Arrays.stream(names).forEach(name -> values(executor, name));
            if (executor.execute(calls(names), tools).stream().allMatch(r -> r.thread() == ThreadKind.OWNER)) {
                return;
            }
        }
        throw new AssertionError("the tools never counted as brief");
    }

    @Test
    void a_rescuer_moves_no_barrier_from_the_callers_thread() {
        ToolCallExecutor executor = executor().build();
        warmUp(executor, "pure", "pure", "exclusive", "undeclared");
        Thread owner = Thread.currentThread();
        CountDownLatch rescued = new CountDownLatch(1);
        pure.set(c -> {
            if (Thread.currentThread().equals(owner)) {
                await(rescued);
            } else {
                rescued.countDown();
            }
            return null;
        });
        List<CallResult> results = executor.execute(calls("pure", "pure", "exclusive", "undeclared"), tools);
        assertThat(values(results)).containsExactly(null, null, THERE, THERE);
        assertThat(results.get(0).thread()).isEqualTo(ThreadKind.OWNER);
        assertThat(results.get(1).thread()).isEqualTo(ThreadKind.VIRTUAL);
    }

    @Test
    void a_barrier_has_them_whatever_runs_beside_it() {
        CountDownLatch barrierRuns = new CountDownLatch(1);
        CountDownLatch pureRuns = new CountDownLatch(1);
        barrier.set(c -> {
            barrierRuns.countDown();
            await(pureRuns);
            return null;
        });
        pure.set(c -> {
            pureRuns.countDown();
            await(barrierRuns);
            return null;
        });
        assertThat(values(executor().build(), "pure", "exclusive", "read")).containsExactly(null, THERE, NOT_THERE);
    }

    @Test
    void a_barrier_has_them_whatever_caps_priorities_and_conversations_are_heeded() {
        ToolPolicy policy = ToolPolicy.builder().maxConcurrency(1).priority(3).build();
        for (ToolCallExecutor executor : List.of(
                executor().policy("exclusive", policy).build(),
                executor().groupConcurrency(1, "exclusive", "pure").build(),
                executor().totalConcurrency(1).build(),
                executor().exclusiveAcrossConversations(true).build(),
                executor().coalescing(true).build(),
                executor().chaining(true).build())) {
            assertThat(values(executor, "exclusive")).containsExactly(THERE);
            assertThat(values(executor, "pure", "exclusive", "read", "exclusive"))
                    .containsExactly(null, THERE, NOT_THERE, THERE);
        }
    }

    @Test
    void a_barrier_has_them_while_a_call_of_another_round_is_abandoned() throws Exception {
        FakeTime time = new FakeTime();
        ToolCallExecutor executor = executor()
                .time(time)
                .policy(
                        "limited",
                        ToolPolicy.builder().timeout(Duration.ofMillis(10)).build())
                .gracePeriod(Duration.ofMillis(10))
                .build();
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        pure.set(c -> {
            try {
                blockUntilInterrupted();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            await(end);
            return null;
        });
        var running = Fixtures.start(executor, tools, call("limited"));
        time.awaitParkedUntil(Duration.ofMillis(10));
        time.advance(Duration.ofMillis(10));
        await(interrupted);
        time.awaitParkedUntil(Duration.ofMillis(20));
        time.advance(Duration.ofMillis(10));
        running.get();
        assertThat(executor.abandoned()).hasSize(1);
        assertThat(values(executor, "exclusive", "read", "exclusive")).containsExactly(THERE, NOT_THERE, THERE);
        end.countDown();
    }

    @Test
    void a_barrier_that_refers_to_a_result_has_them() {
        ToolCallExecutor executor = executor()
                .chaining(true)
                .policy("exclusive", ToolPolicy.builder().references(true).build())
                .build();
        List<ToolCall> calls = List.of(call("read", "i", 1), call("exclusive", "of", "${1}"));
        assertThat(values(executor.execute(calls, tools))).containsExactly(NOT_THERE, THERE);
    }

    @Test
    void a_users_executor_runs_what_is_known_and_not_what_may_be_a_barrier() {
        ExecutorService pool = Executors.newFixedThreadPool(
                2,
                body -> Thread.ofPlatform()
                        .inheritInheritableThreadLocals(false)
                        .unstarted(body));
        try {
            assertThat(onCarrier(pool)).containsExactly(NOT_THERE, THERE, NOT_THERE, THERE, NOT_THERE);
        } finally {
            pool.shutdownNow();
        }
        assertThat(onCarrier(Runnable::run)).containsExactly(NOT_THERE, THERE, NOT_THERE, THERE, NOT_THERE);
    }

    private List<@Nullable Object> onCarrier(java.util.concurrent.Executor carrier) {
        ToolCallExecutor executor = executor().build();
        List<RoundCall> tasks = new ArrayList<>();
        for (String name : List.of("read", "exclusive", "write", "undeclared", "computed")) {
            tasks.add(new Task(executor, name));
        }
        Round round =
                executor.rounds().round(tasks, carrier, null, executor.rounds().captureContext());
        round.execute();
        return values(round.results());
    }

    /** As an integration makes it. */
    private final class Task extends RoundCall {
        private final ToolDefinition tool;
        private final ToolCall call;

        Task(ToolCallExecutor executor, String name) {
            super(executor.rounds().bind(Objects.requireNonNull(tools.find(name))));
            this.tool = Objects.requireNonNull(tools.find(name));
            this.call = Fixtures.call(name, "i", 1);
        }

        @Override
        protected ToolCall call() {
            return call;
        }

        @Override
        protected @Nullable Object run() throws Exception {
            return tool.body().run(call);
        }
    }

    @Test
    void in_a_streamed_round_a_barrier_waits_for_the_thread_that_awaits_it() {
        ToolCallExecutor executor = executor().build();
        List<String> began = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch pureRan = new CountDownLatch(1);
        barrier.set(c -> {
            began.add("barrier");
            return null;
        });
        pure.set(c -> {
            began.add("pure");
            pureRan.countDown();
            return null;
        });
        StreamedRound round =
                executor.rounds().streamedRound(null, null, executor.rounds().captureContext());
        round.admit(new Task(executor, "exclusive"));
        round.admit(new Task(executor, "pure"));
        round.admit(new Task(executor, "read"));
        round.admit(new Task(executor, "undeclared"));
        uninterruptibly(pureRan);
        assertThat(began).containsExactly("pure");
        round.await();
        assertThat(values(round.results())).containsExactly(THERE, null, NOT_THERE, THERE);
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            await(latch);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_streamed_barrier_that_nobody_awaits_does_not_start_when_the_round_is_cancelled() {
        ToolCallExecutor executor = executor().build();
        StreamedRound round =
                executor.rounds().streamedRound(null, null, executor.rounds().captureContext());
        round.admit(new Task(executor, "exclusive"));
        round.cancel("enough");
        round.await();
        assertThat(round.results().get(0).outcome().message()).isEqualTo("tool 'exclusive' was not started: enough");
    }

    @Test
    void a_barrier_has_not_where_the_thread_must_be_free_to_end_or_repeat_it() {
        List<Consumer<ToolCallExecutor.Builder>> settings = List.of(
                builder -> builder.timeout(Duration.ofHours(1)),
                builder -> builder.callTimeout(Duration.ofHours(1)),
                builder -> builder.roundTimeout(Duration.ofHours(1)),
                builder -> builder.policy(
                        "exclusive",
                        ToolPolicy.builder().timeout(Duration.ofHours(1)).build()),
                builder -> builder.policy(
                        "exclusive",
                        ToolPolicy.builder().callTimeout(Duration.ofHours(1)).build()),
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
                .policy(
                        "limited",
                        ToolPolicy.builder().timeout(Duration.ofMillis(10)).build())
                .build();
        CountDownLatch barrierRuns = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        barrier.set(c -> {
            barrierRuns.countDown();
            await(interrupted);
            return null;
        });
        pure.set(c -> {
            await(barrierRuns);
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
                .policy(
                        "read",
                        ToolPolicy.builder().callTimeout(Duration.ofMillis(10)).build())
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
                .round(List.of(
                        new Task(executor, "pure"), new Task(executor, "exclusive"), new Task(executor, "read")));
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
