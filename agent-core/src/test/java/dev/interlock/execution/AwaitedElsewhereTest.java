package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.Wait;
import dev.interlock.execution.Fixtures.Running;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A round that a body makes, and another thread awaits. */
@Timeout(60)
class AwaitedElsewhereTest {

    private static StreamedRound round(ToolCallExecutor executor, ToolDefinition tool) {
        StreamedRound round = streamedRound(executor);
        round.admit(new ToolTask(executor, tool));
        return round;
    }

    /** A thread that a body starts, and that this body waits for. */
    private static void runAndJoin(Thread thread) throws InterruptedException {
        thread.join(20_000);
        assertThat(thread.isAlive()).as("the waiting thread has not come back").isFalse();
    }

    private static void awaitParkedWithin(Thread thread, String method) {
        while (thread.getState() != Thread.State.WAITING
                || Arrays.stream(thread.getStackTrace())
                        .noneMatch(frame -> frame.getMethodName().equals(method))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void a_call_keeps_its_cap_while_another_thread_awaits_the_round_that_its_body_made() throws Exception {
        CountDownLatch outerStarted = new CountDownLatch(1);
        CountDownLatch secondQueues = new CountDownLatch(1);
        CountDownLatch innerEnds = new CountDownLatch(1);
        CountDownLatch secondEnds = new CountDownLatch(1);
        AtomicBoolean outerRuns = new AtomicBoolean();
        AtomicBoolean together = new AtomicBoolean();
        AtomicLong outerRound = new AtomicLong();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .listener(event -> {
                    if (event instanceof RoundEvent.CallStarted starts
                            && starts.call().tool().equals("capped")) {
                        outerRound.compareAndSet(0, starts.round());
                    } else if (event instanceof RoundEvent.CallWaiting waits
                            && waits.waitsFor() instanceof Wait.ForCap) {
                        // The outer call if it wants its cap back, which it had lent.
                        (waits.round() == outerRound.get() ? secondEnds : secondQueues).countDown();
                    }
                })
                .build();
        ToolDefinition inner = ToolDefinition.of("inner", Effects.pure(), c -> {
            await(innerEnds);
            return null;
        });
        AtomicBoolean first = new AtomicBoolean(true);
        ToolSet tools = ToolSet.of(ToolDefinition.builder("capped", c -> {
                    if (!first.compareAndSet(true, false)) {
                        together.set(outerRuns.get());
                        await(secondEnds);
                        return null;
                    }
                    outerRuns.set(true);
                    outerStarted.countDown();
                    await(secondQueues);
                    StreamedRound round = round(executor, inner);
                    Thread waiting = Thread.ofPlatform().daemon().start(round::await);
                    awaitParkedWithin(waiting, "await");
                    innerEnds.countDown();
                    runAndJoin(waiting);
                    outerRuns.set(false);
                    secondEnds.countDown();
                    return null;
                })
                .effects(Effects.pure())
                .policy(ToolPolicy.builder().maxConcurrency(1).build())
                .build());
        Running outer = start(executor, tools, call("capped"));
        await(outerStarted);
        Running second = start(executor, tools, call("capped"));

        assertThat(outer.get()).allMatch(CallResult::isSuccess);
        assertThat(second.get()).allMatch(CallResult::isSuccess);
        assertThat(together).as("both had the one slot").isFalse();
    }

    @Test
    void an_interrupt_of_the_call_that_made_a_round_is_none_of_the_thread_that_awaits_it() throws Exception {
        CountDownLatch innerRuns = new CountDownLatch(1);
        AtomicReference<Boolean> flag = new AtomicReference<>();
        AtomicReference<StreamedRound> made = new AtomicReference<>();
        ToolCallExecutor executor =
                ToolCallExecutor.builder().gracePeriod(Duration.ofSeconds(50)).build();
        ToolDefinition inner = ToolDefinition.of("inner", c -> {
            innerRuns.countDown();
            blockUntilInterrupted();
            return null;
        });
        CountDownLatch outerReady = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(ToolDefinition.of("outer", Effects.writes("a"), c -> {
            StreamedRound round = round(executor, inner);
            made.set(round);
            Thread waiting = Thread.ofPlatform().daemon().start(() -> {
                round.await();
                flag.set(Thread.currentThread().isInterrupted());
            });
            await(innerRuns);
            outerReady.countDown();
            try {
                blockUntilInterrupted();
            } catch (InterruptedException e) {
                // By its own round: the other thread goes on.
                round.cancel("enough");
                runAndJoin(waiting);
            }
            return null;
        }));
        Running outer = start(executor, tools, call("outer"));
        await(outerReady);
        outer.owner().interrupt();
        outer.get();

        assertThat(flag).hasValue(false);
        assertThat(made.get().interrupted()).isFalse();
        assertThat(made.get().results().get(0).outcome().message()).contains("enough");
    }
}
