package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rounds whose owner runs the calls, and what takes them over. */
@Timeout(60)
class OwnerRunTest {

    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    /** A body that ignores interrupts until it is released. */
    private Object stubborn() {
        started.countDown();
        awaitStubbornly(release);
        return null;
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
                // One that is held up while it is learnt that calls are brief may be rescued, too.
                if (ticks[0] > 0 && Thread.currentThread().getName().startsWith("interlock-rescue")) {
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
        // Until its calls are known to be brief, and by far: one that is held up must not change that.
        for (int brief = 0; brief < 200; ) {
            executor.rounds().round(List.of(new Task())).execute();
            brief = three.get().get(2).thread() == ThreadKind.OWNER ? brief + 1 : 0;
        }
        ticks[0] = 10;
        assertThat(three.get()).allMatch(CallResult::isSuccess);
        assertThat(rescuers).hasValue(1);
        assertThat(rescuer.join().isAlive()).isFalse();
    }

    @Test
    void a_rescued_round_is_cancelled_while_its_owner_still_runs_a_call() throws Exception {
        AtomicReference<ToolBody> body = new AtomicReference<>(c -> null);
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("t", Effects.pure(), c -> body.get().run(c)));
        ToolCallExecutor executor = ToolCallExecutor.builder().maxConcurrency(2).build();
        List<ToolCall> batch = Collections.nCopies(4, call("t"));
        int brief = 0;
        for (int i = 0; i < 100_000 && brief < 200; i++) {
            boolean onOwner = executor.execute(batch, tools).stream().allMatch(r -> r.thread() == ThreadKind.OWNER);
            brief = onOwner ? brief + 1 : 0;
        }
        Thread owner = Thread.currentThread();
        CyclicBarrier two = new CyclicBarrier(3);
        CountDownLatch interrupted = new CountDownLatch(1);
        body.set(c -> {
            two.await(20, TimeUnit.SECONDS);
            if (Thread.currentThread().equals(owner)) {
                awaitStubbornly(interrupted);
            } else {
                try {
                    blockUntilInterrupted();
                } finally {
                    interrupted.countDown();
                }
            }
            return null;
        });
        Cancellation cancellation = new Cancellation();
        Thread canceller = Thread.ofPlatform().start(() -> {
            try {
                two.await(20, TimeUnit.SECONDS);
                cancellation.cancel("enough");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        List<CallResult> results = cancellation.call(() -> executor.execute(batch, tools));
        canceller.join();
        assertThat(Thread.interrupted()).isFalse();
        assertThat(results.get(0).thread()).isEqualTo(ThreadKind.OWNER);
        assertThat(results.subList(1, 4)).allMatch(result -> result.outcome() instanceof Outcome.Cancelled);
        assertThat(results.stream().filter(result -> result.attempts() > 0)).hasSize(2);
    }

    @Test
    void a_call_is_abandoned_in_a_round_within_a_chain_on_the_owner() {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .gracePeriod(Duration.ofMillis(5))
                .heldResourceTimeout(Duration.ofMillis(20))
                .build();
        AtomicBoolean began = new AtomicBoolean();
        ToolSet inner = ToolSet.of(ToolDefinition.builder("stubborn", c -> stubborn())
                .effects(Effects.writes("a"))
                // Time for it to begin, on a busy machine too.
                .policy(timeout(Duration.ofMillis(600)))
                .build());
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("outer", c -> executor.execute(List.of(call("stubborn")), inner)),
                ToolDefinition.of("next", c -> {
                    began.set(true);
                    return null;
                }));
        List<CallResult> results = executor.execute(List.of(call("outer"), call("next")), tools);
        assertThat(results.get(0).isSuccess()).isTrue();
        assertThat(results.get(1).outcome().message()).contains("for a resource held by call 1");
        assertThat(began).isFalse();
        release.countDown();
    }
}
