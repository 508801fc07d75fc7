package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Fixtures.Running;
import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.LimitServerLostException;
import dev.interlock.replicas.ReplicaEvent;
import dev.interlock.replicas.ReplicaLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers, leases and limits that replicas lose. */
@Timeout(60)
class ReplicaLostTest extends ReplicaFixture {

    /**
     * It gets slots for its second attempt in the session that follows; its resources are not among what it has there.
     */
    @Test
    void a_call_that_has_lost_its_resources_with_the_lease_waits_for_them_before_it_is_tried_again() throws Exception {
        AtomicInteger running = new AtomicInteger();
        List<Integer> together = Collections.synchronizedList(new ArrayList<>());
        ToolSet flaky = flaky(c -> {
            together.add(running.get());
            return "flaky";
        });
        Running first = start(replica().totalConcurrency(2).build(), flaky, call("flaky"));
        time.awaitParkedUntil(Duration.ofMillis(77));
        server.forget();
        ToolSet same = tool("same", Effects.writes("a"), c -> {
            running.incrementAndGet();
            try {
                return blocked();
            } finally {
                running.decrementAndGet();
            }
        });
        Running second = start(replica().totalConcurrency(2).build(), same, call("same"));
        await(started);
        time.advance(Duration.ofMillis(77));
        server.awaitWaiting(1);
        release.countDown();
        assertThat(outcome(first)).isEqualTo(new Outcome.Succeeded("flaky"));
        assertThat(outcome(second)).isEqualTo(new Outcome.Succeeded("one"));
        assertThat(together).containsExactly(0);
        server.awaitGranted(0);
    }

    @Test
    void while_the_server_is_lost_calls_fail_and_say_so() throws Exception {
        server.lost(true);
        Outcome outcome = outcome(start(replica().build(), tool("t", Effects.writes("a"), c -> "t"), call("t")));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error())
                                .isInstanceOf(LimitServerLostException.class)
                                .hasMessage("the limits that all replicas of 'tests' share are unavailable, so the call"
                                        + " was not started: a fake gave java.io.IOException: the fake is lost"));
    }

    @Test
    void with_fail_open_calls_run_while_the_server_is_lost_and_it_is_told_once() throws Exception {
        server.lost(true);
        List<ReplicaEvent> events = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<ReplicaEvent> back = new CompletableFuture<>();
        ReplicaLimits open = ReplicaLimits.builder(server)
                .lease(Duration.ofMillis(300))
                .failOpen()
                .listener(event -> {
                    events.add(event);
                    if (event instanceof ReplicaEvent.ServerBack) {
                        back.complete(event);
                    }
                })
                .build();
        limits.add(open);
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .totalConcurrency(1)
                .replicaLimits(open)
                .build();
        ToolSet tools = tool("t", Effects.pure(), c -> "t");
        for (int i = 0; i < 3; i++) {
            assertThat(outcome(start(executor, tools, call("t")))).isEqualTo(new Outcome.Succeeded("t"));
        }
        server.lost(false);
        assertThat(back.get()).isInstanceOf(ReplicaEvent.ServerBack.class);
        assertThat(events).hasSize(2).first().isInstanceOf(ReplicaEvent.ServerLost.class);
        assertThat(outcome(start(executor, tools, call("t")))).isEqualTo(new Outcome.Succeeded("t"));
        assertThat(server.exchanges()).flatExtracting(Exchange::asked).hasSize(1);
    }

    @Test
    void a_holder_whose_lease_is_over_goes_on_and_it_is_told() throws Exception {
        CompletableFuture<ReplicaEvent> told = new CompletableFuture<>();
        ReplicaLimits brief = ReplicaLimits.builder(server)
                .lease(Duration.ofMillis(100))
                .listener(told::complete)
                .build();
        limits.add(brief);
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .totalConcurrency(1)
                .replicaLimits(brief)
                .build();
        Running first = start(executor, tool("t", Effects.pure(), c -> blocked()), call("t"));
        await(started);
        server.forget();
        assertThat(told.get()).isEqualTo(new ReplicaEvent.LeaseLost("tests", 1));
        release.countDown();
        assertThat(outcome(first)).isEqualTo(new Outcome.Succeeded("one"));
    }

    /** It is told of grants by the name of that session, too. */
    @Test
    void a_call_that_waits_when_the_server_forgets_all_is_asked_for_again_in_a_session_that_follows() throws Exception {
        Running first = start(replica().build(), tool("one", Effects.writes("a"), c -> blocked()), call("one"));
        await(started);
        Running second = start(replica().build(), tool("two", Effects.writes("a"), c -> "two"), call("two"));
        server.awaitWaiting(1);
        server.forget();
        release.countDown();
        assertThat(outcome(first)).isEqualTo(new Outcome.Succeeded("one"));
        assertThat(outcome(second)).isEqualTo(new Outcome.Succeeded("two"));
        server.awaitGranted(0);
        assertThat(server.exchanges().stream().map(Exchange::session).distinct())
                .hasSizeGreaterThan(2);
    }

    @Test
    void a_call_that_waits_when_they_are_closed_fails_and_leaves_nothing_behind() throws Exception {
        Running first = start(replica().build(), tool("one", Effects.writes("a"), c -> blocked()), call("one"));
        await(started);
        Running second = start(replica().build(), tool("two", Effects.writes("a"), c -> "two"), call("two"));
        server.awaitWaiting(1);
        limits.get(1).close();
        assertThat(outcome(second).message()).contains("the limits of 'tests' were closed");
        server.awaitWaiting(0);
        release.countDown();
        assertThat(outcome(first)).isEqualTo(new Outcome.Succeeded("one"));
    }

    @Test
    void after_they_were_closed_calls_fail() throws Exception {
        ReplicaLimits made = limits();
        made.close();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .totalConcurrency(1)
                .replicaLimits(made)
                .build();
        assertThat(outcome(start(executor, tool("t", Effects.pure(), c -> "t"), call("t")))
                        .message())
                .contains("the limits of 'tests' were closed");
    }
}
