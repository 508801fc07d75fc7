package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.interlock.call.ToolCall;
import dev.interlock.durable.Decision;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The engine itself fails, at some point of some thread of a round: every call gets its outcome, the owner returns, and
 * the error leaves.
 */
@Timeout(60)
class CollapsingTest {

    private final FailingClock clock = new FailingClock();
    private final CountDownLatch runs = new CountDownLatch(1);
    private final List<String> ran = new CopyOnWriteArrayList<>();

    private final ToolDefinition quick = ToolDefinition.of("quick", Effects.writes("b"), this::note);
    private final ToolDefinition slow = ToolDefinition.of("slow", Effects.reads("a"), this::untilInterrupted);

    /** Waits for interrupted calls however long a busy machine takes to stop them. */
    private ToolCallExecutor.Builder builder() {
        return ToolCallExecutor.builder().time(clock).gracePeriod(Duration.ofSeconds(20));
    }

    private Object note(ToolCall call) {
        ran.add(call.tool());
        return call.tool();
    }

    private Object untilInterrupted(ToolCall call) throws InterruptedException {
        runs.countDown();
        blockUntilInterrupted();
        return "never";
    }

    /** Breaks the clock on the thread that tells the end of a call. */
    private RoundListener breaksAtEndOf(int... calls) {
        return event -> {
            if (event instanceof RoundEvent.CallEnded end) {
                for (int call : calls) {
                    if (end.index() == call) {
                        clock.breakHere();
                    }
                }
            }
        };
    }

    /** Runs what must not hang on a thread of its own, and returns what it throws. */
    private static Throwable thrownBy(ThrowingCallable run) throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> thrown.complete(catchThrowable(run)));
        return thrown.get(20, TimeUnit.SECONDS);
    }

    private static void assertCollapses(ThrowingCallable run) throws Exception {
        assertThat(thrownBy(run))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("ended by an internal error")
                .hasRootCauseInstanceOf(FailingClock.Broken.class);
    }

    @Test
    void before_calls_are_admitted_some_of_which_had_ended_before() throws Exception {
        ToolDefinition ask = ToolDefinition.of(
                "ask",
                Effects.of(seen -> {
                    clock.breakHere();
                    return List.of(Access.write("a"));
                }),
                this::note);
        ApprovalInterceptor desk = ApprovalInterceptor.builder(
                        seen -> CompletableFuture.completedFuture(Approval.pending("the desk")))
                .when(seen -> seen.call().tool().equals("ask"))
                .build();
        ToolDefinition asks = ToolDefinition.of("ask", Effects.writes("a"), this::note);
        SuspendedRound round = SuspendFixture.suspended(() -> ToolCallExecutor.builder()
                .interceptor(desk)
                .build()
                .execute(List.of(call("quick"), call("ask")), ToolSet.of(quick, asks)));
        assertThat(ran).containsExactly("quick");

        ToolCallExecutor executor = builder().interceptor(desk).build();

        assertCollapses(() -> executor.resume(round, Map.of(1, Decision.approved()), ToolSet.of(quick, ask)));
        assertThat(ran).containsExactly("quick");
    }

    @Test
    void while_a_call_runs_that_others_follow() throws Exception {
        ToolDefinition other = ToolDefinition.of("other", Effects.writes("b"), seen -> {
            await(runs);
            return "ok";
        });
        ToolCallExecutor executor =
                builder().coalescing(true).listener(breaksAtEndOf(2)).build();

        assertCollapses(
                () -> executor.execute(List.of(call("slow"), call("slow"), call("other")), ToolSet.of(slow, other)));
    }

    @Test
    void again_between_the_end_of_a_call_and_what_follows_from_it() throws Exception {
        ToolDefinition other = ToolDefinition.of("other", Effects.writes("b"), seen -> {
            await(runs);
            return "ok";
        });
        // The second failure meets the thread of a call that the first one has interrupted.
        ToolCallExecutor executor = builder().listener(breaksAtEndOf(0, 1)).build();

        assertCollapses(() -> executor.execute(List.of(call("slow"), call("other")), ToolSet.of(slow, other)));
        assertThat(executor.abandoned()).isEmpty();
    }

    @Test
    void again_before_the_end_of_a_call_that_it_has_interrupted() throws Exception {
        ToolDefinition other = ToolDefinition.of("other", Effects.writes("b"), seen -> {
            await(runs);
            return "ok";
        });
        ToolDefinition write = ToolDefinition.of("slow", Effects.writes("a"), this::untilInterrupted);
        ToolCallExecutor executor = builder()
                .listener(breaksAtEndOf(1))
                .interceptor(seen -> {
                    try {
                        return seen.proceed();
                    } finally {
                        if (seen.call().tool().equals("slow")) {
                            clock.breakHere();
                        }
                    }
                })
                .build();

        assertCollapses(() -> executor.execute(List.of(call("slow"), call("other")), ToolSet.of(write, other)));
        // Its thread has gone, so it is not abandoned, and keeps nothing.
        assertThat(executor.abandoned()).isEmpty();
    }

    @Test
    void at_the_end_of_a_body_and_again_where_that_is_handled() throws Exception {
        ToolDefinition breaks = ToolDefinition.of("breaks", Effects.writes("a"), seen -> {
            clock.breakHere(3);
            return "ok";
        });
        ToolCallExecutor executor = builder().build();

        assertCollapses(() -> executor.execute(List.of(call("breaks"), call("quick")), ToolSet.of(breaks, quick)));
    }

    @Test
    void on_the_thread_of_a_call_before_it_begins() throws Exception {
        ToolDefinition first = ToolDefinition.of("first", Effects.writes("a"), this::note);
        ToolCallExecutor executor = builder()
                .threadFactory(task -> new Thread(() -> {
                    clock.breakHere();
                    task.run();
                }))
                .build();

        assertCollapses(() -> executor.execute(List.of(call("first"), call("quick")), ToolSet.of(first, quick)));
        assertThat(ran).isEmpty();
    }

    @Test
    void on_the_owner_when_a_call_has_begun() throws Exception {
        ToolCallExecutor executor = builder()
                .timeout(Duration.ofMinutes(10))
                .roundGuard(calls -> {
                    clock.breakNextAlarm();
                    return RoundGuard.Where.ON_OWNER;
                })
                .build();

        assertCollapses(() -> executor.execute(List.of(call("quick"), call("quick")), ToolSet.of(quick)));
        assertThat(ran).isEmpty();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void on_the_owner_and_again_where_that_is_handled() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        ToolCallExecutor executor = builder()
                .threadFactory(task -> {
                    // The owner makes the threads, and reads the clock next to see what else there is to do.
                    if (broken.compareAndSet(false, true)) {
                        clock.breakHere(2);
                    }
                    return new Thread(task);
                })
                .build();

        assertCollapses(() -> executor.execute(List.of(call("slow"), call("quick")), ToolSet.of(slow, quick)));
    }
}
