package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;

import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Fixtures.Running;
import dev.interlock.replicas.FakeLimitServer;
import dev.interlock.replicas.ReplicaLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;

/** Replicas, each an executor with limits of its own session, at one server. */
abstract class ReplicaFixture {

    final FakeLimitServer server = new FakeLimitServer();
    final FakeTime time = new FakeTime();
    final List<ReplicaLimits> limits = new ArrayList<>();
    final CountDownLatch release = new CountDownLatch(1);
    final CountDownLatch started = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        limits.forEach(ReplicaLimits::close);
    }

    ReplicaLimits limits() {
        ReplicaLimits made =
                ReplicaLimits.builder(server).lease(Duration.ofHours(1)).build();
        limits.add(made);
        return made;
    }

    ToolCallExecutor.Builder replica() {
        return ToolCallExecutor.builder()
                .time(time)
                .exclusiveAcrossConversations(true)
                .replicaLimits(limits());
    }

    Object blocked() throws InterruptedException {
        started.countDown();
        await(release);
        return "one";
    }

    Object stubborn() {
        started.countDown();
        awaitStubbornly(release);
        return null;
    }

    static ToolSet tool(String name, Effects effects, ToolBody body) {
        return ToolSet.of(ToolDefinition.of(name, effects, body));
    }

    /** A write whose first attempt fails, and whose second begins 77 ms later and runs the body. */
    static ToolSet flaky(ToolBody secondAttempt) {
        AtomicInteger attempts = new AtomicInteger();
        return ToolSet.of(ToolDefinition.builder("flaky", c -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new IllegalStateException("once");
                    }
                    return secondAttempt.run(c);
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
    }

    static Outcome outcome(Running running) throws Exception {
        return running.get().get(0).outcome();
    }
}
