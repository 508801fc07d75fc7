package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.streamedRound;
import static dev.interlock.execution.Fixtures.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Undeclared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool finds the thread-locals of the thread that called in always or never, whichever way the round goes. */
@Timeout(60)
class CallersThreadLocalsTest extends ThreadLocalsFixture {

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

    private List<@Nullable Object> onExecutor(Executor callExecutor) {
        ToolCallExecutor executor = executor().build();
        List<RoundCall> tasks = new ArrayList<>();
        for (String name : List.of("read", "exclusive", "write", "undeclared", "computed")) {
            tasks.add(task(executor, name));
        }
        Round round = executor.rounds()
                .round(tasks, callExecutor, null, executor.rounds().captureContext());
        round.execute();
        return values(round.results());
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            await(latch);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
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
        ToolCallExecutor executor = executor().time(new FakeTime()).build();
        warmUp(executor, "pure", "pure");
        for (int i = 0; i < 500; i++) {
            assertThat(values(executor, "read", "read")).containsExactly(NOT_THERE, NOT_THERE);
            assertThat(values(executor, "write", "write", "pure")).containsExactly(NOT_THERE, NOT_THERE, null);
            assertThat(values(executor, "pure", "pure", "exclusive")).containsExactly(null, null, THERE);
        }
    }

    @Test
    void a_rescuer_moves_no_barrier_from_the_callers_thread() {
        FakeTime time = new FakeTime();
        ToolCallExecutor executor = executor().time(time).build();
        warmUp(executor, "pure", "pure", "exclusive", "undeclared");
        Thread owner = Thread.currentThread();
        CountDownLatch rescued = new CountDownLatch(1);
        pure.set(c -> {
            if (Thread.currentThread().equals(owner)) {
                time.advance(Duration.ofMillis(10));
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
                .policy("limited", timeout(Duration.ofMillis(10)))
                .gracePeriod(Duration.ofMillis(10))
                .build();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        pure.set(c -> {
            begun.countDown();
            try {
                blockUntilInterrupted();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            await(end);
            return null;
        });
        var running = Fixtures.start(executor, tools, call("limited"));
        await(begun);
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
            assertThat(onExecutor(pool)).containsExactly(NOT_THERE, THERE, NOT_THERE, THERE, NOT_THERE);
        } finally {
            pool.shutdownNow();
        }
        assertThat(onExecutor(Runnable::run)).containsExactly(NOT_THERE, THERE, NOT_THERE, THERE, NOT_THERE);
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
        StreamedRound round = streamedRound(executor);
        round.admit(task(executor, "exclusive"));
        round.admit(task(executor, "pure"));
        round.admit(task(executor, "read"));
        round.admit(task(executor, "undeclared"));
        uninterruptibly(pureRan);
        assertThat(began).containsExactly("pure");
        round.await();
        assertThat(values(round.results())).containsExactly(THERE, null, NOT_THERE, THERE);
    }

    @Test
    void a_streamed_barrier_that_nobody_awaits_does_not_start_when_the_round_is_cancelled() {
        ToolCallExecutor executor = executor().build();
        StreamedRound round = streamedRound(executor);
        round.admit(task(executor, "exclusive"));
        round.cancel("enough");
        round.await();
        assertThat(round.results().get(0).outcome().message()).isEqualTo("tool 'exclusive' was not started: enough");
    }
}
