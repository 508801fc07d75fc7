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
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.interlock.event.RoundEvent;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reader of the engine found, who had only its design. */
@Timeout(60)
class ColdReviewTest {

    private final FakeTime time = new FakeTime();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private static ToolPolicy callTimeout(Duration limit) {
        return ToolPolicy.builder().callTimeout(limit).build();
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
    void one_rescuer_at_a_time_and_it_ends_with_the_round() {
        AtomicInteger rescuers = new AtomicInteger();
        CountDownLatch rescued = new CountDownLatch(1);
        CompletableFuture<Thread> rescuer = new CompletableFuture<>();
        int[] ticks = {0};
        ToolDefinition tool = ToolDefinition.of("tool", Effects.pure(), c -> null);
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        ToolBinding binding = executor.rounds().bind(tool);
        ToolCall call = call("tool");
        // Planning it takes as long as its code likes.
        final class Task extends RoundCall {
            Task() {
                super(binding);
            }

            @Override
            protected ToolCall call() {
                return call;
            }

            @Override
            protected boolean hasObjectArguments() {
                if (Thread.currentThread().getName().startsWith("interlock-rescue")) {
                    rescuers.incrementAndGet();
                    rescuer.complete(Thread.currentThread());
                    rescued.countDown();
                    try {
                        blockUntilInterrupted();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                return true;
            }

            @Override
            protected @Nullable Object run() throws Exception {
                if (ticks[0] > 0) {
                    await(rescued);
                    long end = System.nanoTime() + ticks[0] * 1_000_000L;
                    while (System.nanoTime() - end < 0) {
                        Thread.onSpinWait();
                    }
                }
                return null;
            }
        }
        Supplier<List<CallResult>> three = () -> {
            Round round = executor.rounds().round(List.of(new Task(), new Task(), new Task()));
            round.execute();
            return round.results();
        };
        do {
            // Until its calls are known to be brief.
            executor.rounds().round(List.of(new Task())).execute();
        } while (three.get().get(2).thread() != ThreadKind.OWNER);
        ticks[0] = 10;
        assertThat(three.get()).allMatch(CallResult::isSuccess);
        assertThat(rescuers).hasValue(1);
        assertThat(rescuer.join().isAlive()).isFalse();
    }

    @Test
    void a_call_within_another_executors_batch_within_a_body_does_not_wait_for_that_body() throws Exception {
        ToolCallExecutor exclusive =
                ToolCallExecutor.builder().exclusiveAcrossConversations(true).build();
        ToolCallExecutor plain = ToolCallExecutor.builder().build();
        ToolSet leaf = ToolSet.of(ToolDefinition.of("leaf", Effects.writes("a"), c -> "leaf"));
        CountDownLatch both = new CountDownLatch(2);
        ToolSet middle = ToolSet.of(ToolDefinition.of("middle", Effects.pure(), c -> {
            both.countDown();
            await(both);
            return exclusive.execute(List.of(call("leaf")), leaf).get(0).isSuccess();
        }));
        ToolSet top = ToolSet.of(ToolDefinition.of(
                "top",
                Effects.writes("a"),
                c -> plain.execute(List.of(call("middle"), call("middle")), middle).stream()
                        .allMatch(result -> result.outcome().equals(new Outcome.Succeeded(true)))));
        assertThat(start(exclusive, top, call("top")).get().get(0).outcome()).isEqualTo(new Outcome.Succeeded(true));
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
                    interrupted.complete(Thread.currentThread().isInterrupted());
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

    @Test
    void a_tool_that_nobody_knows_is_not_taken_for_one_that_reads_because_it_may_overlap() {
        AtomicInteger runs = new AtomicInteger();
        ToolSet tools = ToolSet.of(ToolDefinition.of("charge", c -> {
            if (runs.incrementAndGet() == 1) {
                throw new IllegalStateException("broken");
            }
            return null;
        }));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .undeclared(Undeclared.PARALLEL)
                .coalescing(true)
                .policy(
                        "charge",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder().maxAttempts(3).build())
                                .build())
                .build();
        assertThat(executor.execute(List.of(call("charge")), tools).get(0).attempts())
                .isEqualTo(1);
        executor.execute(List.of(call("charge"), call("charge")), tools);
        assertThat(runs).hasValue(3);
    }

    private static final class Unprintable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable String getMessage() {
            throw new StackOverflowError("no message");
        }

        @Override
        public synchronized @Nullable Throwable getCause() {
            throw new IllegalStateException("no cause");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void an_exception_that_throws_when_it_is_looked_at_fails_its_call_alone(int calls) {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("tool", Effects.writes("{i}"), c -> {
            throw new Unprintable();
        }));
        List<ToolCall> batch = Collections.nCopies(calls, call("tool", "i", 1));
        assertThat(executor.execute(batch, tools))
                .hasSize(calls)
                .allSatisfy(result -> assertThat(result.outcome().message()).contains("Unprintable"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_listener_whose_exception_cannot_be_logged_does_no_harm(int calls) {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .listener(event -> {
                    throw new Unprintable();
                })
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("tool", Effects.writes("{i}"), c -> "done"));
        List<ToolCall> batch =
                List.of(call("tool", "i", 1), call("tool", "i", 2)).subList(0, calls);
        assertThat(executor.execute(batch, tools)).hasSize(calls).allMatch(CallResult::isSuccess);
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

    enum First {
        INTERRUPT,
        CANCEL,
        CLOSE
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
                while (interrupts.getCount() > 0) {
                    Thread.onSpinWait();
                }
                return null;
            }
            caller.join().interrupt();
            throw new IllegalStateException("fails fast");
        }));
        ToolCallExecutor executor = ToolCallExecutor.builder().failFast(true).build();
        List<ToolCall> calls = List.of(call("tool", "i", 1), call("tool", "i", 2));
        do {
            // Until its calls are known to be brief.
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
    void the_body_of_an_abandoned_call_does_not_wait_for_what_it_holds_itself() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().time(time).build();
        ToolSet leaf = ToolSet.of(ToolDefinition.of("leaf", Effects.exclusive(), c -> "leaf"));
        CompletableFuture<Outcome> within = new CompletableFuture<>();
        ToolSet tools = ToolSet.of(ToolDefinition.builder("stubborn", c -> {
                    boolean waiting = true;
                    while (waiting) {
                        try {
                            release.await();
                            waiting = false;
                        } catch (InterruptedException e) {
                            // ignores it
                        }
                    }
                    within.complete(
                            executor.execute(List.of(call("leaf")), leaf).get(0).outcome());
                    return null;
                })
                .effects(Effects.writes("a"))
                .policy(ToolPolicy.builder().timeout(Duration.ofMillis(50)).build())
                .build());
        var running = start(executor, tools, call("stubborn"));
        time.awaitParkedUntil(Duration.ofMillis(50));
        time.advance(Duration.ofMillis(50));
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(250));
        running.get();
        release.countDown();
        assertThat(within.get(20, TimeUnit.SECONDS)).isEqualTo(new Outcome.Succeeded("leaf"));
    }

    @Test
    void an_interceptor_may_wait_without_a_permit_within_such_a_wait() {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .interceptor(call -> {
                    Object asked = call.withoutPermit(() -> call.withoutPermit(() -> "asked"));
                    return asked + " " + call.proceed();
                })
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("tool", Effects.reads("a"), c -> "done"));
        assertThat(executor.execute(List.of(call("tool")), tools).get(0).outcome())
                .isEqualTo(new Outcome.Succeeded("asked done"));
    }
}
