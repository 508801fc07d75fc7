package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Fixtures.Running;
import dev.interlock.replicas.FakeLimitServer;
import dev.interlock.replicas.ReplicaLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of several replicas do not wait for each other in a circle. */
@Timeout(120)
class ReplicaTurnTest {

    private final List<ReplicaLimits> limits = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch innerGoesOn = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        innerGoesOn.countDown();
        limits.forEach(ReplicaLimits::close);
    }

    private ToolCallExecutor.Builder replica(FakeLimitServer server) {
        ReplicaLimits made =
                ReplicaLimits.builder(server).lease(Duration.ofHours(1)).build();
        limits.add(made);
        return ToolCallExecutor.builder().exclusiveAcrossConversations(true).replicaLimits(made);
    }

    private static Object nested(ToolCallExecutor executor, ToolSet tools, ToolCall... calls) {
        return executor.execute(List.of(calls), tools).stream().allMatch(CallResult::isSuccess);
    }

    /** The call that has the permit waits for the slot of the one that waits for the permit. */
    @Test
    void a_call_that_is_granted_a_slot_while_it_has_no_permit_does_not_keep_it() throws Exception {
        FakeLimitServer server = new FakeLimitServer();
        CountDownLatch holds = new CountDownLatch(1);
        Running other = start(
                replica(server).build(),
                ToolSet.of(ToolDefinition.of("hold", Effects.writes("y"), c -> {
                    holds.countDown();
                    await(release);
                    return "held";
                })),
                call("hold"));
        await(holds);
        CountDownLatch within = new CountDownLatch(1);
        ToolCallExecutor inner = ToolCallExecutor.builder().build();
        ToolSet innerTools = ToolSet.of(ToolDefinition.of("inner", Effects.pure(), c -> {
            within.countDown();
            await(innerGoesOn);
            return "inner";
        }));
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("waits", Effects.writes("y"), c -> "waited"),
                ToolDefinition.of("outer", Effects.writes("x"), c -> nested(inner, innerTools, call("inner"))));
        Running round = start(
                replica(server).maxConcurrency(1).totalConcurrency(1).build(), tools, call("waits"), call("outer"));
        // The first call waits for the other replica, without the permit; the second has it, and has lent its slot.
        server.awaitWaiting(1);
        await(within);
        release.countDown();
        assertThat(other.get()).allMatch(CallResult::isSuccess);
        // Now the first has its resource and the slot, and waits for the permit.
        server.awaitWaiting(0);
        innerGoesOn.countDown();
        assertThat(round.get())
                .extracting(CallResult::outcome)
                .containsExactly(new Outcome.Succeeded("waited"), new Outcome.Succeeded(true));
        server.awaitGranted(0);
    }

    /** Two replicas, few permits and slots, calls that run rounds of their own, and calls that are tried again. */
    @Test
    void rounds_of_two_replicas_end_whatever_the_order() throws Exception {
        for (long seed = 1; seed <= 60; seed++) {
            FakeLimitServer server = new FakeLimitServer();
            SplittableRandom random = new SplittableRandom(seed);
            List<Running> rounds = new ArrayList<>();
            for (int replica = 0; replica < 2; replica++) {
                ToolCallExecutor executor = replica(server)
                        .maxConcurrency(1 + random.nextInt(3))
                        .totalConcurrency(1 + random.nextInt(2))
                        .build();
                for (int i = 0; i < 2; i++) {
                    rounds.add(start(executor, tools(executor, random.split()), calls(random)));
                }
            }
            for (Running round : rounds) {
                assertThat(ended(round, seed)).as("seed %d", seed).allMatch(CallResult::isSuccess);
            }
            server.awaitGranted(0);
            server.awaitWaiting(0);
        }
    }

    private static List<CallResult> ended(Running round, long seed) throws Exception {
        try {
            return round.get();
        } catch (TimeoutException e) {
            throw new AssertionError("seed " + seed + ": a round has not ended after 20 s", e);
        }
    }

    private static ToolCall[] calls(SplittableRandom random) {
        ToolCall[] calls = new ToolCall[5];
        for (int i = 0; i < calls.length; i++) {
            int dice = random.nextInt(6);
            calls[i] = dice < 2
                    ? call("nest")
                    : dice == 2 ? call("flaky") : call("write", "id", String.valueOf(random.nextInt(2)));
        }
        return calls;
    }

    /** What is within a body accesses nothing, so that no call waits for a resource while its caller holds one. */
    private static ToolSet tools(ToolCallExecutor executor, SplittableRandom random) {
        ToolSet leaves = ToolSet.of(ToolDefinition.of("leaf", Effects.pure(), c -> work()));
        ThreadLocal<Boolean> failed = ThreadLocal.withInitial(() -> false);
        return ToolSet.of(
                ToolDefinition.of("write", Effects.writes("r/{id}"), c -> work()),
                ToolDefinition.of(
                        "nest",
                        Effects.writes("n/" + random.nextInt(2)),
                        c -> nested(executor, leaves, call("leaf"), call("leaf"))),
                ToolDefinition.builder("flaky", c -> {
                            if (!failed.get()) {
                                failed.set(true);
                                throw new IllegalStateException("once");
                            }
                            return work();
                        })
                        .effects(Effects.pure())
                        .policy(ToolPolicy.builder()
                                .idempotent(true)
                                .retry(RetryPolicy.builder()
                                        .initialDelay(Duration.ofNanos(100_000))
                                        .build())
                                .build())
                        .build());
    }

    /** Takes some time, so that calls meet. */
    private static String work() {
        LockSupport.parkNanos(
                TimeUnit.MICROSECONDS.toNanos(ThreadLocalRandom.current().nextInt(300)));
        return "done";
    }
}
