package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Fixtures.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What two replicas share. */
@Timeout(60)
class ReplicasTest extends ReplicaFixture {

    @Test
    void a_call_waits_for_a_resource_that_a_call_of_another_replica_holds() throws Exception {
        Running first = start(replica().build(), tool("write", Effects.writes("a/b"), c -> blocked()), call("write"));
        await(started);
        Running second = start(replica().build(), tool("read", Effects.reads("a"), c -> "two"), call("read"));
        server.awaitWaiting(1);
        assertThat(second.results()).isNotDone();
        release.countDown();
        assertThat(outcome(first)).isEqualTo(new Outcome.Succeeded("one"));
        assertThat(outcome(second)).isEqualTo(new Outcome.Succeeded("two"));
        server.awaitGranted(0);
    }

    @Test
    void the_cap_of_all_calls_holds_for_two_replicas_together() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch together = new CountDownLatch(3);
        ToolSet tools = tool("t", Effects.pure(), c -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            together.countDown();
            try {
                await(together);
            } finally {
                running.decrementAndGet();
            }
            return null;
        });
        List<Running> rounds = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            rounds.add(start(
                    replica().totalConcurrency(3).maxConcurrency(10).build(),
                    tools,
                    Collections.nCopies(20, call("t")).toArray(dev.interlock.call.ToolCall[]::new)));
        }
        for (Running round : rounds) {
            assertThat(round.get()).allMatch(CallResult::isSuccess);
        }
        assertThat(most).hasValue(3);
    }

    @Test
    void while_a_call_waits_for_another_replica_others_have_its_permit() throws Exception {
        Running first = start(replica().build(), tool("a", Effects.writes("a"), c -> blocked()), call("a"));
        await(started);
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("a", Effects.writes("a"), c -> "a"),
                ToolDefinition.of("b", Effects.writes("b"), c -> {
                    release.countDown();
                    return "b";
                }));
        Running second = start(replica().maxConcurrency(1).build(), tools, call("a"), call("b"));
        assertThat(second.get()).allMatch(CallResult::isSuccess);
        assertThat(outcome(first)).isEqualTo(new Outcome.Succeeded("one"));
    }

    @Test
    void a_call_that_is_not_shared_asks_nobody() throws Exception {
        ToolCallExecutor executor =
                ToolCallExecutor.builder().replicaLimits(limits()).build();
        assertThat(outcome(start(executor, tool("t", Effects.writes("a"), c -> "t"), call("t"))))
                .isEqualTo(new Outcome.Succeeded("t"));
        assertThat(server.exchanges()).isEmpty();
    }

    @Test
    void a_limit_that_passes_says_what_the_call_waited_for() throws Exception {
        Running first =
                start(replica().totalConcurrency(1).build(), tool("t", Effects.pure(), c -> blocked()), call("t"));
        await(started);
        Running second = start(
                replica()
                        .totalConcurrency(1)
                        .callTimeout(Duration.ofMillis(300))
                        .build(),
                tool("t", Effects.pure(), c -> "two"),
                call("t"));
        server.awaitWaiting(1);
        time.awaitParkedUntil(Duration.ofSeconds(10));
        time.advance(Duration.ofMillis(300));
        assertThat(outcome(second).message())
                .isEqualTo("tool 't' timed out: the call exceeded 300 ms before the tool could start: it waited 300 ms"
                        + " for the cap of all calls (1) that all replicas of 'tests' share");
        release.countDown();
        assertThat(outcome(first).isSuccess()).isTrue();
        server.awaitWaiting(0);
        server.awaitGranted(0);
    }

    @Test
    void an_abandoned_call_keeps_its_resources_and_not_its_slot() throws Exception {
        Running first = start(
                replica().totalConcurrency(1).timeout(Duration.ofMillis(100)).build(),
                tool("stubborn", Effects.writes("a"), c -> stubborn()),
                call("stubborn"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        time.awaitParkedUntil(Duration.ofMillis(350));
        time.advance(Duration.ofMillis(250));
        assertThat(outcome(first)).isInstanceOf(Outcome.TimedOut.class);
        server.awaitAbandoned();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("same", Effects.writes("a/b"), c -> "same"),
                ToolDefinition.of("other", Effects.writes("b"), c -> "other"));
        ToolCallExecutor second = replica().totalConcurrency(1).build();
        assertThat(outcome(start(second, tools, call("other")))).isEqualTo(new Outcome.Succeeded("other"));
        Running same = start(second, tools, call("same"));
        server.awaitWaiting(1);
        time.awaitParkedUntil(Duration.ofMillis(10_350));
        time.advance(Duration.ofSeconds(10));
        assertThat(outcome(same).message())
                .contains(
                        "tool 'same' gave up after waiting 10000 ms for a resource that all replicas of 'tests' share,"
                                + " held by tool 'stubborn' of replica ")
                .endsWith(", which was abandoned 5 ms ago and is still running");
        release.countDown();
        server.awaitGranted(0);
    }

    @Test
    void a_call_that_waits_to_be_tried_again_gives_its_slot_back_and_keeps_its_resources() throws Exception {
        ToolSet flaky = flaky(c -> "flaky");
        Running first = start(replica().totalConcurrency(1).build(), flaky, call("flaky"));
        time.awaitParkedUntil(Duration.ofMillis(77));
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("same", Effects.writes("a"), c -> "same"),
                ToolDefinition.of("other", Effects.writes("b"), c -> "other"));
        ToolCallExecutor second = replica().totalConcurrency(1).build();
        assertThat(outcome(start(second, tools, call("other")))).isEqualTo(new Outcome.Succeeded("other"));
        Running same = start(second, tools, call("same"));
        server.awaitWaiting(1);
        time.advance(Duration.ofMillis(77));
        assertThat(outcome(first)).isEqualTo(new Outcome.Succeeded("flaky"));
        assertThat(outcome(same)).isEqualTo(new Outcome.Succeeded("same"));
        server.awaitGranted(0);
    }

    @Test
    void a_round_within_a_body_is_held_up_neither_by_its_resources_nor_by_its_slot() throws Exception {
        ToolCallExecutor executor = replica().totalConcurrency(1).build();
        ToolSet inner = tool("inner", Effects.writes("a/b"), c -> "inner");
        ToolSet outer = tool(
                "outer",
                Effects.writes("a"),
                c -> executor.execute(List.of(call("inner")), inner).get(0).isSuccess());
        assertThat(outcome(start(executor, outer, call("outer")))).isEqualTo(new Outcome.Succeeded(true));
        server.awaitGranted(0);
    }
}
