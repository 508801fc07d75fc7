package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A user's executor whose {@code execute} waits for a free thread, on the owner, which is then no timer. */
@Timeout(60)
class BlockingExecutorTest {

    private final CountDownLatch runs = new CountDownLatch(1);
    private final CountDownLatch waits = new CountDownLatch(1);
    private final Semaphore free = new Semaphore(1);

    private final Executor oneAtATime = task -> {
        if (!free.tryAcquire()) {
            waits.countDown();
            free.acquireUninterruptibly();
        }
        Thread.ofPlatform().daemon().start(() -> {
            try {
                task.run();
            } finally {
                free.release();
            }
        });
    };

    @Test
    void a_limit_that_passes_while_it_waits_ends_the_call_that_runs() throws Exception {
        FakeTime time = new FakeTime();
        ToolDefinition hang = ToolDefinition.builder("hang", c -> {
                    runs.countDown();
                    blockUntilInterrupted();
                    return null;
                })
                .effects(Effects.pure())
                .policy(Fixtures.callTimeout(Duration.ofMillis(100)))
                .build();
        ToolDefinition other = ToolDefinition.of("other", Effects.pure(), c -> "ran");
        ToolCallExecutor executor = ToolCallExecutor.builder().time(time).build();
        CompletableFuture<List<CallResult>> results = CompletableFuture.supplyAsync(() -> {
            Round round = executor.rounds()
                    .round(
                            List.of(new ToolTask(executor, hang), new ToolTask(executor, other)),
                            oneAtATime,
                            null,
                            executor.rounds().captureContext());
            round.execute();
            return round.results();
        });
        await(runs);
        await(waits);
        time.advance(Duration.ofMillis(100));
        assertThat(results.get().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(results.get().get(1).isSuccess()).isTrue();
    }
}
