package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application that stops can wait until no round runs. */
@Timeout(60)
class AwaitIdleTest {

    private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);

    private final CountDownLatch started = new CountDownLatch(2);
    private final CountDownLatch first = new CountDownLatch(1);
    private final CountDownLatch second = new CountDownLatch(1);
    private final ToolSet tools = ToolSet.of(tool("first", first), tool("second", second));

    private ToolDefinition tool(String name, CountDownLatch release) {
        return ToolDefinition.of(name, Effects.reads(name), c -> {
            started.countDown();
            await(release);
            return name;
        });
    }

    /** Waits on a thread of its own. */
    private static CompletableFuture<Boolean> idle(ToolCallExecutor executor, CountDownLatch about) {
        CompletableFuture<Boolean> idle = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().start(() -> {
            try {
                idle.complete(executor.awaitIdle(LONG));
            } catch (Throwable e) {
                idle.completeExceptionally(e);
            }
        });
        while (waiting.getState() != Thread.State.TIMED_WAITING && waiting.isAlive()) {
            Thread.onSpinWait();
        }
        about.countDown();
        return idle;
    }

    @Test
    void it_ends_with_the_last_of_several_rounds() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        Fixtures.Running one = Fixtures.start(executor, tools, call("first"));
        Fixtures.Running other = Fixtures.start(executor, tools, call("second"), call("second"));
        await(started);
        CountDownLatch waits = new CountDownLatch(1);
        CompletableFuture<Boolean> idle = idle(executor, waits);
        await(waits);
        assertThat(executor.runningRounds()).hasSize(2);
        first.countDown();
        one.get();
        assertThat(idle).isNotDone();
        assertThat(executor.runningRounds()).hasSize(1);
        assertThat(executor.awaitIdle(Duration.ZERO)).isFalse();
        assertThat(executor.awaitIdle(Duration.ofSeconds(Long.MIN_VALUE))).isFalse();
        second.countDown();
        other.get();
        assertThat(idle.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(executor.runningRounds()).isEmpty();
        assertThat(executor.awaitIdle(Duration.ZERO)).isTrue();
    }

    @Test
    void rounds_of_another_executor_do_not_count() throws Exception {
        ToolCallExecutor busy = ToolCallExecutor.builder().build();
        Fixtures.Running running = Fixtures.start(busy, tools, call("first"), call("second"));
        await(started);
        assertThat(ToolCallExecutor.builder().build().awaitIdle(Duration.ZERO)).isTrue();
        first.countDown();
        second.countDown();
        running.get();
    }

    @Test
    void a_cancelled_round_is_waited_for_as_well() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        Fixtures.Running running = Fixtures.start(executor, tools, call("first"), call("second"));
        await(started);
        executor.close();
        assertThat(executor.awaitIdle(LONG)).isTrue();
        assertThat(running.get()).noneMatch(result -> result.isSuccess());
    }

    @Test
    void a_round_has_the_number_that_its_events_have() {
        CompletableFuture<Set<Long>> seen = new CompletableFuture<>();
        CompletableFuture<Long> number = new CompletableFuture<>();
        CompletableFuture<ToolCallExecutor> itself = new CompletableFuture<>();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .listener(event -> {
                    if (event instanceof RoundEvent.RoundStarted began) {
                        number.complete(began.round());
                    }
                })
                .build();
        itself.complete(executor);
        ToolSet looks = ToolSet.of(ToolDefinition.of(
                "looks", Effects.pure(), c -> seen.complete(itself.join().runningRounds())));
        executor.execute(List.of(call("looks")), looks);
        assertThat(seen.join()).containsExactly(number.join());
    }
}
