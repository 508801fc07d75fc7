package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Fixtures.Running;
import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.FakeLimitServer;
import dev.interlock.replicas.LimitServerLostException;
import dev.interlock.replicas.ReplicaEvent;
import dev.interlock.replicas.ReplicaLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two replicas, each an executor with limits of its own session at one server. */
@Timeout(60)
class ReplicaLimitsTest {

    private final FakeLimitServer server = new FakeLimitServer();
    private final FakeTime time = new FakeTime();
    private final List<ReplicaLimits> limits = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch started = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        limits.forEach(ReplicaLimits::close);
    }

    private ReplicaLimits limits() {
        ReplicaLimits made =
                ReplicaLimits.builder(server).lease(Duration.ofHours(1)).build();
        limits.add(made);
        return made;
    }

    private ToolCallExecutor.Builder replica() {
        return ToolCallExecutor.builder()
                .time(time)
                .exclusiveAcrossConversations(true)
                .replicaLimits(limits());
    }

    private Object blocked() throws InterruptedException {
        started.countDown();
        await(release);
        return "one";
    }

    private Object stubborn() {
        started.countDown();
        boolean waiting = true;
        while (waiting) {
            try {
                release.await();
                waiting = false;
            } catch (InterruptedException e) {
                // ignores it
            }
        }
        return null;
    }

    private static ToolSet tool(String name, Effects effects, ToolBody body) {
        return ToolSet.of(ToolDefinition.of(name, effects, body));
    }

    private static Outcome outcome(Running running) throws Exception {
        return running.get().get(0).outcome();
    }

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
        AtomicInteger attempts = new AtomicInteger();
        ToolSet flaky = ToolSet.of(ToolDefinition.builder("flaky", c -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new IllegalStateException("once");
                    }
                    return "flaky";
                })
                .effects(Effects.writes("a"))
                .policy(ToolPolicy.builder()
                        .idempotent(true)
                        .retry(RetryPolicy.builder()
                                .initialDelay(Duration.ofMillis(77))
                                .jitter(0)
                                .build())
                        .build())
                .build());
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

    /** It gets slots for its second attempt in the session that follows; its resources are not among what it has there. */
    @Test
    void a_call_that_has_lost_its_resources_with_the_lease_waits_for_them_before_it_is_tried_again() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        List<Integer> together = Collections.synchronizedList(new ArrayList<>());
        ToolSet flaky = ToolSet.of(ToolDefinition.builder("flaky", c -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new IllegalStateException("once");
                    }
                    together.add(running.get());
                    return "flaky";
                })
                .effects(Effects.writes("a"))
                .policy(ToolPolicy.builder()
                        .idempotent(true)
                        .retry(RetryPolicy.builder()
                                .initialDelay(Duration.ofMillis(77))
                                .jitter(0)
                                .build())
                        .build())
                .build());
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

    @Test
    void while_the_server_is_lost_calls_fail_and_say_so() throws Exception {
        server.lost(true);
        Outcome outcome = outcome(start(replica().build(), tool("t", Effects.writes("a"), c -> "t"), call("t")));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error())
                                .isInstanceOf(LimitServerLostException.class)
                                .hasMessage(
                                        "the limits that all replicas of 'tests' share cannot be asked, and calls fail"
                                                + " then: a fake gave java.io.IOException: the fake is lost"));
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
