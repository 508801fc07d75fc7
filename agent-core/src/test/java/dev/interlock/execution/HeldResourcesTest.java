package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static dev.interlock.execution.Fixtures.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Fixtures.Running;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for what an abandoned call holds, or a call around. */
@Timeout(60)
class HeldResourcesTest {

    private final FakeTime time = new FakeTime();
    private final CountDownLatch release = new CountDownLatch(1);
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);
    private final CountDownLatch started = new CountDownLatch(1);

    /** A body that ignores interrupts until it is released. */
    private Object stubborn() {
        started.countDown();
        awaitStubbornly(release);
        return null;
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

    @Test
    void the_body_of_an_abandoned_call_does_not_wait_for_what_it_holds_itself() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().time(time).build();
        ToolSet leaf = ToolSet.of(ToolDefinition.of("leaf", Effects.exclusive(), c -> "leaf"));
        CompletableFuture<Outcome> within = new CompletableFuture<>();
        ToolSet tools = ToolSet.of(ToolDefinition.builder("stubborn", c -> {
                    started.countDown();
                    awaitStubbornly(release);
                    within.complete(
                            executor.execute(List.of(call("leaf")), leaf).get(0).outcome());
                    return null;
                })
                .effects(Effects.writes("a"))
                .policy(timeout(Duration.ofMillis(50)))
                .build());
        var running = start(executor, tools, call("stubborn"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(50));
        time.advance(Duration.ofMillis(50));
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(250));
        running.get();
        release.countDown();
        assertThat(within.get(20, TimeUnit.SECONDS)).isEqualTo(new Outcome.Succeeded("leaf"));
    }

    @Test
    void a_call_waits_for_one_of_another_conversation_that_is_abandoned_only_then() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .exclusiveAcrossConversations(true)
                .gracePeriod(Duration.ofMillis(10))
                .heldResourceTimeout(Duration.ofMillis(50))
                .build();
        ToolSet tools = ToolSet.of(
                ToolDefinition.builder("stubborn", c -> stubborn())
                        .effects(Effects.writes("a"))
                        .policy(timeout(Duration.ofMillis(100)))
                        .build(),
                ToolDefinition.of("reads", Effects.reads("a"), c -> null));
        Running holder = start(executor, tools, call("stubborn"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(100));
        Running waiter = start(executor, tools, call("reads"));
        time.awaitParkedUntil(FOR_EVER);
        time.advance(Duration.ofMillis(100));
        time.awaitParkedUntil(Duration.ofMillis(110));
        time.advance(Duration.ofMillis(10));
        holder.get();
        time.awaitParkedUntil(Duration.ofMillis(160));
        time.advance(Duration.ofMillis(50));
        assertThat(waiter.get().get(0).outcome().message()).contains("gave up after waiting 50 ms for a resource");
        release.countDown();
    }

    @Test
    void calls_that_do_not_conflict_with_an_abandoned_call_go_on_when_those_between_have_failed() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                ToolDefinition.builder("stubborn", c -> {
                            started.countDown();
                            awaitStubbornly(release);
                            return null;
                        })
                        .effects(Effects.writes("x"))
                        .policy(timeout(Duration.ofMillis(100)))
                        .build(),
                ToolDefinition.of("both", Effects.writes("x", "y"), c -> "ran"),
                ToolDefinition.of("other", Effects.writes("y"), c -> "ran"));
        Fixtures.Running running = start(
                ToolCallExecutor.builder().time(time).build(), tools, call("stubborn"), call("both"), call("other"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        time.awaitParkedUntil(Duration.ofMillis(350));
        time.advance(Duration.ofMillis(250));
        time.awaitParkedUntil(Duration.ofMillis(10_350));
        time.advance(Duration.ofSeconds(10));
        List<CallResult> results = running.get();
        assertThat(results.get(1).outcome().message()).contains("held by call 1 (tool 'stubborn')");
        assertThat(results.get(2).outcome()).isEqualTo(new Outcome.Succeeded("ran"));
        release.countDown();
    }
}
