package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.Wait;
import dev.interlock.execution.Fixtures.Running;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What rounds share is granted to a call whose owner was interrupted before, while it runs another call. */
@Timeout(60)
class GrantAfterInterruptTest {

    private final CountDownLatch holderRuns = new CountDownLatch(1);
    private final CountDownLatch holderEnds = new CountDownLatch(1);
    private final CountDownLatch ownerRuns = new CountDownLatch(1);
    private final CountDownLatch waits = new CountDownLatch(1);
    private final AtomicBoolean ownerEnds = new AtomicBoolean();
    private final AtomicBoolean swallows = new AtomicBoolean();
    private final Set<Long> ready = ConcurrentHashMap.newKeySet();

    private final ToolCallExecutor executor = ToolCallExecutor.builder()
            .listener(event -> {
                if (event instanceof RoundEvent.CallReady turn && turn.index() == 1) {
                    ready.add(turn.round());
                } else if (event instanceof RoundEvent.CallWaiting waiting
                        && waiting.waitsFor() instanceof Wait.ForCap) {
                    waits.countDown();
                }
            })
            .build();

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("barrier", c -> {
                ownerRuns.countDown();
                while (!ownerEnds.get()) {
                    Thread.onSpinWait();
                }
                if (swallows.get()) {
                    Thread.interrupted();
                }
                return null;
            }),
            ToolDefinition.builder("capped", c -> {
                        if (holderRuns.getCount() > 0) {
                            holderRuns.countDown();
                            await(holderEnds);
                        }
                        return null;
                    })
                    .effects(Effects.pure())
                    .policy(ToolPolicy.builder().maxConcurrency(1).build())
                    .build());

    private List<CallResult> interruptedBeforeGrant() throws Exception {
        Running holder = start(executor, tools, call("capped"));
        await(holderRuns);
        Running interrupted = start(executor, tools, call("barrier"), call("capped"));
        await(ownerRuns);
        await(waits);
        interrupted.owner().interrupt();
        holderEnds.countDown();
        assertThat(holder.get()).allMatch(CallResult::isSuccess);
        holder.owner().join();
        // The thread of the call that ended has told all that it granted.
        assertThat(ready).as("calls that got their turn after the interrupt").isEmpty();
        ownerEnds.set(true);
        return interrupted.get();
    }

    @Test
    void a_granted_cap_starts_no_call_after_the_owner_was_interrupted() throws Exception {
        CallResult capped = interruptedBeforeGrant().get(1);

        assertThat(capped.outcome()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(capped.attempts()).isZero();
        assertThat(executor.execute(List.of(call("capped")), tools)).allMatch(CallResult::isSuccess);
    }

    @Test
    void a_call_that_could_not_use_its_grant_starts_if_the_interrupt_is_gone() throws Exception {
        swallows.set(true);
        CallResult capped = interruptedBeforeGrant().get(1);

        assertThat(capped.isSuccess()).isTrue();
        assertThat(ready).hasSize(1);
    }
}
