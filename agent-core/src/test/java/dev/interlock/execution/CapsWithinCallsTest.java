package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.callTimeout;
import static dev.interlock.execution.Fixtures.start;
import static dev.interlock.execution.Fixtures.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Fixtures.Running;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Caps, and calls that wait, time out or execute rounds while others want them. */
@Timeout(60)
class CapsWithinCallsTest {

    private final FakeTime time = new FakeTime();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    /** A body that ignores interrupts until it is released. */
    private Object stubborn() {
        started.countDown();
        awaitStubbornly(release);
        return null;
    }

    /** Waits until a thread waits within a method. */
    private static void awaitWithin(Thread thread, String method) {
        while (thread.getState() != Thread.State.WAITING
                || Arrays.stream(thread.getStackTrace())
                        .noneMatch(frame -> frame.getMethodName().equals(method))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void calls_set_aside_behind_calls_that_timed_out_get_their_cap() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .maxConcurrency(1)
                .totalConcurrency(1)
                .build();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("holder", Effects.pure(), c -> {
                    started.countDown();
                    await(release);
                    return null;
                }),
                ToolDefinition.of("quick", Effects.pure(), c -> null),
                ToolDefinition.builder("limited", c -> null)
                        .effects(Effects.pure())
                        .policy(callTimeout(Duration.ofMillis(100)))
                        .build(),
                ToolDefinition.builder("patient", c -> null)
                        .effects(Effects.pure())
                        .policy(callTimeout(Duration.ofHours(1)))
                        .build());
        var holder = start(executor, tools, call("holder"));
        await(started);
        var running = start(executor, tools, call("quick"), call("limited"), call("limited"), call("patient"));
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        time.awaitParkedUntil(Duration.ofHours(1));
        release.countDown();
        assertThat(running.get().stream().map(CallResult::isSuccess)).containsExactly(true, false, false, true);
        holder.get();
    }

    @Test
    void a_limit_passes_that_began_when_a_call_got_its_cap_while_another_call_was_running() throws Exception {
        CountDownLatch cappedRuns = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch otherStarted = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .groupConcurrency(1, "capped", "holder")
                .build();
        ToolSet tools = ToolSet.of(
                ToolDefinition.builder("capped", c -> {
                            cappedRuns.countDown();
                            try {
                                blockUntilInterrupted();
                            } finally {
                                interrupted.countDown();
                            }
                            return null;
                        })
                        .effects(Effects.pure())
                        .policy(timeout(Duration.ofMillis(5)))
                        .build(),
                ToolDefinition.of("holder", Effects.pure(), c -> {
                    first.set(false);
                    return stubborn();
                }),
                ToolDefinition.of("plain", Effects.pure(), c -> {
                    otherStarted.countDown();
                    await(interrupted);
                    return null;
                }));
        Running holder = start(executor, tools, call("holder"));
        await(started);
        Running round = start(executor, tools, call("capped"), call("plain"));
        await(otherStarted);
        release.countDown();
        await(cappedRuns);
        time.awaitParkedUntil(Duration.ofMillis(5));
        time.advance(Duration.ofMillis(5));
        assertThat(round.get().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(round.get().get(1).isSuccess()).isTrue();
        holder.get();
    }

    @Test
    void a_cap_is_not_taken_back_before_the_outermost_of_the_rounds_within_a_body_has_ended() throws Exception {
        ToolCallExecutor executor =
                ToolCallExecutor.builder().groupConcurrency(1, "capped").build();
        ToolSet innermost = ToolSet.of(ToolDefinition.of("nothing", Effects.pure(), c -> null));
        ToolSet inner = ToolSet.of(
                ToolDefinition.of(
                        "first", Effects.writes("a"), c -> executor.execute(List.of(call("nothing")), innermost)),
                ToolDefinition.of("capped", Effects.reads("a"), c -> "ran"));
        ToolSet tools = ToolSet.of(ToolDefinition.of(
                "capped",
                Effects.pure(),
                c -> executor.execute(List.of(call("first"), call("capped")), inner)
                        .get(1)
                        .outcome()));
        Running round = start(executor, tools, call("capped"));
        assertThat(round.get().get(0).outcome()).isEqualTo(new Outcome.Succeeded(new Outcome.Succeeded("ran")));
    }

    @Test
    void an_interceptor_executes_a_round_of_its_own_while_all_permits_are_taken() throws Exception {
        ToolSet judge = ToolSet.of(ToolDefinition.of("judge", Effects.pure(), c -> "fine"));
        AtomicReference<ToolCallExecutor> executor = new AtomicReference<>();
        executor.set(ToolCallExecutor.builder()
                .totalConcurrency(1)
                .interceptor(call -> {
                    if (call.call().tool().equals("t")) {
                        executor.get().execute(List.of(call("judge")), judge);
                    }
                    return call.proceed();
                })
                .build());
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> "ran"));
        Running round = start(executor.get(), tools, call("t"));
        assertThat(round.get().get(0).outcome()).isEqualTo(new Outcome.Succeeded("ran"));
    }

    @Test
    void a_call_that_holds_a_cap_lies_in_an_executor_whose_thread_waits_for_that_cap() throws Exception {
        CountDownLatch carried = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        // With a limit, so that no call runs on the owner.
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .groupConcurrency(1, "capped", "holder")
                .callTimeout(Duration.ofSeconds(50))
                .build();
        ToolDefinition capped = ToolDefinition.of("capped", Effects.pure(), c -> "ran");
        ToolDefinition holder = ToolDefinition.of("holder", Effects.pure(), c -> stubborn());
        ToolSet tools = ToolSet.of(capped, holder);
        ToolDefinition plain = ToolDefinition.of("plain", Effects.pure(), c -> {
            carried.countDown();
            await(goOn);
            return executor.execute(List.of(call("capped")), tools).get(0).outcome();
        });
        Running other = start(executor, tools, call("holder"));
        await(started);
        try (var pool = Executors.newFixedThreadPool(1)) {
            ToolTask waiting = new ToolTask(executor, capped);
            ToolTask nesting = new ToolTask(executor, plain);
            Round round = executor.rounds()
                    .round(
                            List.of(waiting, nesting),
                            pool,
                            null,
                            executor.rounds().captureContext());
            CompletableFuture<Void> over = CompletableFuture.runAsync(round::execute, Executors.newCachedThreadPool());
            await(carried);
            release.countDown();
            other.get();
            goOn.countDown();
            over.get(20, TimeUnit.SECONDS);
            assertThat(waiting.outcome()).isEqualTo(new Outcome.Succeeded("ran"));
            assertThat(nesting.outcome()).isEqualTo(new Outcome.Succeeded(new Outcome.Succeeded("ran")));
        }
    }

    @Test
    void a_call_is_told_that_it_has_its_cap_again_when_it_has_been_ended() throws Exception {
        CountDownLatch nestedEnds = new CountDownLatch(1);
        CountDownLatch holderEnds = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch inFactory = new CountDownLatch(1);
        CountDownLatch factoryGoesOn = new CountDownLatch(1);
        AtomicBoolean slowFactory = new AtomicBoolean();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .exclusiveAcrossConversations(true)
                .groupConcurrency(1, "writer", "holder")
                .gracePeriod(Duration.ofSeconds(50))
                .threadFactory(body -> {
                    if (slowFactory.compareAndSet(true, false)) {
                        inFactory.countDown();
                        awaitStubbornly(factoryGoesOn);
                    }
                    return new Thread(body);
                })
                .build();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("nothing", Effects.pure(), c -> {
                    await(nestedEnds);
                    return null;
                }),
                ToolDefinition.of("holder", Effects.writes("b"), c -> {
                    started.countDown();
                    await(holderEnds);
                    slowFactory.set(true);
                    return null;
                }),
                ToolDefinition.of("next", Effects.writes("b"), c -> null));
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        ToolDefinition writer = ToolDefinition.of("writer", Effects.writes("a"), c -> {
            thread.complete(Thread.currentThread());
            executor.execute(List.of(call("nothing")), tools);
            ended.countDown();
            awaitStubbornly(release);
            return null;
        });
        ToolTask task = new ToolTask(executor, writer);
        Round round = executor.rounds()
                .round(List.of(task), null, null, executor.rounds().captureContext());
        Thread owner = Thread.ofPlatform().start(round::execute);
        awaitWithin(thread.get(20, TimeUnit.SECONDS), "whileLent");
        Running holder = start(executor, tools, call("holder"), call("next"));
        await(started);
        nestedEnds.countDown();
        awaitWithin(thread.get(), "reclaim");
        holderEnds.countDown();
        // The cap is the writer's again; but before it is told so a thread is made, and it is ended.
        await(inFactory);
        owner.interrupt();
        await(ended);
        factoryGoesOn.countDown();
        holder.get();
        assertThat(task.driven().claim())
                .as("what a body that still runs holds")
                .isNotNull();
        release.countDown();
        owner.join();
        assertThat(task.driven().claim()).isNull();
    }
}
