package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.Fixtures.Running;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to other calls while a listener still hears that a call has ended on its round's owner. */
@Timeout(60)
class EndingOwnersCallTest {

    private final CountDownLatch bothRun = new CountDownLatch(2);
    private final CountDownLatch hears = new CountDownLatch(1);
    private final CountDownLatch heard = new CountDownLatch(1);

    private ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder().listener(event -> {
            if (event instanceof RoundEvent.CallEnded ended && ended.index() == 0) {
                hears.countDown();
                awaitStubbornly(heard);
            }
        });
    }

    private static ToolDefinition pure(String name, ToolPolicy policy, ToolBody body) {
        return ToolDefinition.builder(name, body)
                .effects(Effects.pure())
                .policy(policy)
                .build();
    }

    @Test
    void no_call_starts_any_more_if_the_owner_was_interrupted() throws Exception {
        CountDownLatch endOther = new CountDownLatch(1);
        AtomicReference<Thread> otherRunsOn = new AtomicReference<>();
        Set<String> ran = ConcurrentHashMap.newKeySet();
        ToolPolicy capped = ToolPolicy.builder().maxConcurrency(3).build();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("owners", c -> {
                    bothRun.countDown();
                    blockUntilInterrupted();
                    return null;
                }),
                pure("other", capped, c -> {
                    otherRunsOn.set(Thread.currentThread());
                    bothRun.countDown();
                    await(endOther);
                    return null;
                }),
                pure("third", capped, c -> ran.add(c.tool())));
        Running running =
                start(executor().maxConcurrency(2).build(), tools, call("owners"), call("other"), call("third"));
        await(bothRun);
        running.owner().interrupt();
        await(hears);
        endOther.countDown();
        otherRunsOn.get().join();
        heard.countDown();
        List<CallResult> results = running.get();
        assertThat(ran).isEmpty();
        assertThat(results.get(1).isSuccess()).isTrue();
        assertThat(results.get(2).attempts()).isZero();
        assertThat(running.flag().get()).isTrue();
    }

    @Test
    void a_limit_that_passes_meanwhile_ends_another_call() throws Exception {
        FakeTime time = new FakeTime();
        CountDownLatch interrupted = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("owners", c -> {
                    bothRun.countDown();
                    await(bothRun);
                    return null;
                }),
                pure("other", Fixtures.callTimeout(Duration.ofMillis(100)), c -> {
                    bothRun.countDown();
                    try {
                        blockUntilInterrupted();
                    } finally {
                        interrupted.countDown();
                    }
                    return null;
                }));
        Running running = start(executor().time(time).build(), tools, call("owners"), call("other"));
        await(hears);
        time.advance(Duration.ofMillis(100));
        await(interrupted);
        heard.countDown();
        assertThat(running.get().get(1).outcome()).isInstanceOf(Outcome.TimedOut.class);
    }
}
