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
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a cancel or an interrupt reaches, and what stays behind of it. */
@Timeout(60)
class CancelsAndInterruptsTest {

    private final FakeTime time = new FakeTime();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    enum First {
        INTERRUPT,
        CANCEL,
        CLOSE
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_cancel_interrupts_a_body_also_after_the_batch_within_it_has_ended_by_it(boolean alone) throws Exception {
        ToolCallExecutor executor =
                ToolCallExecutor.builder().gracePeriod(Duration.ofSeconds(30)).build();
        ToolSet inner = ToolSet.of(ToolDefinition.of("inner", Effects.exclusive(), c -> {
            started.countDown();
            blockUntilInterrupted();
            return null;
        }));
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        ToolSet outer = ToolSet.of(
                ToolDefinition.of("outer", alone ? Effects.exclusive() : Effects.writes("a"), c -> {
                    executor.execute(List.of(call("inner")), inner);
                    // The cancel may have reached the batch within, and not yet this one.
                    interrupted.complete(isInterruptedAtLast());
                    return null;
                }),
                ToolDefinition.of("other", Effects.writes("b"), c -> {
                    blockUntilInterrupted();
                    return null;
                }));
        List<ToolCall> calls = alone ? List.of(call("outer")) : List.of(call("outer"), call("other"));
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Boolean> flagAfterwards = new CompletableFuture<>();
        Thread owner = Thread.ofPlatform().start(() -> {
            cancellation.run(() -> executor.execute(calls, outer));
            flagAfterwards.complete(Thread.currentThread().isInterrupted());
        });
        await(started);
        cancellation.cancel();
        assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(flagAfterwards.get(20, TimeUnit.SECONDS)).isFalse();
        owner.join();
    }

    private static boolean isInterruptedAtLast() {
        try {
            return new CountDownLatch(1).await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Test
    void a_thread_that_cancels_when_it_is_interrupted_blocks_nobody() throws Exception {
        Cancellation cancellation = new Cancellation();
        CountDownLatch bodyEnded = new CountDownLatch(1);
        class Cancelling extends Thread {
            Cancelling(Runnable body) {
                super(body);
            }

            @Override
            public void interrupt() {
                super.interrupt();
                try {
                    await(bodyEnded);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                cancellation.cancel();
            }
        }
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .threadFactory(Cancelling::new)
                .time(time)
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.builder("tool", c -> {
                    started.countDown();
                    try {
                        blockUntilInterrupted();
                    } finally {
                        bodyEnded.countDown();
                    }
                    return null;
                })
                .effects(Effects.reads("a"))
                .policy(ToolPolicy.builder()
                        .timeout(Duration.ofMillis(50))
                        .retry(RetryPolicy.builder().maxAttempts(2).build())
                        .build())
                .build());
        CompletableFuture<List<CallResult>> results = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> cancellation.run(() -> results.complete(executor.execute(List.of(call("tool")), tools))));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(50));
        time.advance(Duration.ofMillis(50));
        assertThat(results.get(20, TimeUnit.SECONDS).get(0).isSuccess()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(First.class)
    void a_cancel_has_interrupted_all_when_it_returns_though_another_was_about_to(First first) throws Exception {
        CountDownLatch interrupting = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        class Slow extends Thread {
            Slow(Runnable body) {
                super(body);
            }

            @Override
            public void interrupt() {
                super.interrupt();
                if (getName().endsWith("first")) {
                    interrupting.countDown();
                    try {
                        await(release);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                } else {
                    second.countDown();
                }
            }
        }
        CountDownLatch both = new CountDownLatch(2);
        ToolBody body = c -> {
            both.countDown();
            blockUntilInterrupted();
            return null;
        };
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("first", Effects.reads("a"), body),
                ToolDefinition.of("second", Effects.reads("a"), body));
        ToolCallExecutor executor =
                ToolCallExecutor.builder().threadFactory(Slow::new).build();
        Cancellation cancellation = new Cancellation();
        Thread owner = Thread.ofPlatform()
                .start(() -> cancellation.run(() -> executor.execute(List.of(call("first"), call("second")), tools)));
        await(both);
        Thread other = Thread.ofPlatform().start(() -> {
            switch (first) {
                case INTERRUPT -> owner.interrupt();
                case CANCEL -> cancellation.cancel();
                case CLOSE -> executor.close();
            }
        });
        await(interrupting);
        assertThat(second.getCount()).isEqualTo(1);
        cancellation.cancel();
        assertThat(second.getCount()).isZero();
        release.countDown();
        owner.join();
        other.join();
    }

    @Test
    void the_callers_interrupt_is_kept_though_the_round_interrupts_the_call_on_the_caller_too() throws Exception {
        CountDownLatch interrupts = new CountDownLatch(2);
        CompletableFuture<Thread> caller = new CompletableFuture<>();
        boolean[] fail = {false};
        ToolSet tools = ToolSet.of(ToolDefinition.of("tool", Effects.pure(), c -> {
            if (!fail[0]) {
                return null;
            }
            if (c.arguments().path("i").asInt() == 1) {
                // Not brief: the other call gets a thread.
                time.advance(Duration.ofMillis(10));
                while (interrupts.getCount() > 0) {
                    Thread.onSpinWait();
                }
                return null;
            }
            caller.join().interrupt();
            throw new IllegalStateException("fails fast");
        }));
        ToolCallExecutor executor =
                ToolCallExecutor.builder().time(time).failFast(true).build();
        List<ToolCall> calls = List.of(call("tool", "i", 1), call("tool", "i", 2));
        do {
            // Until its calls are known to be brief. Time stands still, so they stay so.
            calls.forEach(c -> executor.execute(List.of(c), tools));
        } while (executor.execute(calls, tools).get(1).thread() != ThreadKind.OWNER);
        fail[0] = true;
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread counting =
                new Thread(() -> {
                    executor.execute(calls, tools);
                    flag.complete(Thread.currentThread().isInterrupted());
                }) {
                    @Override
                    public void interrupt() {
                        super.interrupt();
                        interrupts.countDown();
                    }
                };
        caller.complete(counting);
        counting.start();
        assertThat(flag.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void listeners_do_not_see_the_interrupt_that_was_meant_for_the_call() throws Exception {
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .timeout(Duration.ofMillis(50))
                .listener(event -> {
                    if (event instanceof RoundEvent.CallEnded) {
                        flag.complete(Thread.currentThread().isInterrupted());
                    }
                })
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("tool", Effects.reads("a"), c -> {
            started.countDown();
            try {
                blockUntilInterrupted();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        }));
        var running = start(executor, tools, call("tool"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(50));
        time.advance(Duration.ofMillis(50));
        running.get();
        assertThat(flag.join()).isFalse();
    }

    @Test
    void a_cancel_comes_while_the_effects_of_the_batch_are_found() throws Exception {
        Cancellation cancellation = new Cancellation();
        ToolCallExecutor executor =
                ToolCallExecutor.builder().callTimeout(Duration.ofSeconds(50)).build();
        ToolSet tools = ToolSet.of(ToolDefinition.of(
                "t",
                Effects.of(c -> {
                    cancellation.cancel("enough");
                    return List.of(Access.read("a"));
                }),
                c -> null));
        List<CallResult> results =
                cancellation.call(() -> executor.execute(List.of(call("t"), call("t"), call("t")), tools));
        assertThat(results)
                .extracting(result -> result.outcome().message())
                .containsOnly("tool 't' was not started: enough");
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
}
