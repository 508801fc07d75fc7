package dev.interlock.replicas.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.effect.Access;
import dev.interlock.replicas.LimitServer;
import dev.interlock.replicas.LimitServerContract;
import dev.interlock.replicas.LimitServerLostException;
import dev.interlock.replicas.RedisProcess;
import dev.interlock.replicas.ReplicaClaim;
import dev.interlock.replicas.ReplicaEvent;
import dev.interlock.replicas.ReplicaLimits;
import dev.interlock.replicas.ReplicaRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;

class RedisLimitServerTest extends LimitServerContract {

    private static RedissonClient redisson;

    @BeforeAll
    static void connect() {
        assumeTrue(RedisProcess.shared().isPresent(), "Redis is not installed");
        redisson = RedisProcess.shared().orElseThrow().client();
    }

    @AfterAll
    static void disconnect() {
        if (redisson != null) {
            redisson.shutdown();
        }
    }

    @Override
    protected LimitServer server(String name) {
        return RedisLimitServer.of(redisson, name);
    }

    private static ReplicaClaim write(ReplicaLimits limits, String id) {
        return ReplicaClaim.of(limits.idPrefix() + id, "tool 'w'", List.of(), List.of(Access.write("x")), List.of());
    }

    @Test
    void one_that_waits_is_told_when_it_is_granted() throws Exception {
        try (ReplicaLimits one = ReplicaLimits.builder(server("told"))
                        .lease(Duration.ofHours(1))
                        .build();
                ReplicaLimits two = ReplicaLimits.builder(server("told"))
                        .lease(Duration.ofHours(1))
                        .build()) {
            ReplicaRequest first = one.request(write(one, "1"));
            assertThat(first.granted().toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isTrue();
            ReplicaRequest second = two.request(write(two, "1"));
            assertThat(second.answered().toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isFalse();
            one.giveBackAll(first.claim().id());
            assertThat(second.granted().toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    /**
     * As after a restart, or a fail-over to a copy that is empty; the replica is told of grants in the session that
     * follows, too.
     */
    @Test
    void a_server_that_has_forgotten_all_is_asked_again_for_what_waits() throws Exception {
        CompletableFuture<ReplicaEvent> told = new CompletableFuture<>();
        try (ReplicaLimits one = ReplicaLimits.builder(server("forgets"))
                        .lease(Duration.ofMillis(1_500))
                        .listener(told::complete)
                        .build();
                ReplicaLimits two = ReplicaLimits.builder(server("forgets"))
                        .lease(Duration.ofHours(1))
                        .build()) {
            assertThat(granted(one.request(write(one, "1")))).isTrue();
            ReplicaRequest waits = two.request(write(two, "1"));
            assertThat(waits.answered().toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isFalse();
            assertThat(redisson.getKeys().deleteByPattern("interlock:{forgets}:*"))
                    .isPositive();
            assertThat(granted(waits)).isTrue();
            assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo(new ReplicaEvent.LeaseLost("forgets", 1));
            ReplicaRequest again = one.request(write(one, "2"));
            assertThat(again.answered().toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isFalse();
            two.giveBackAll(waits.claim().id());
            assertThat(granted(again)).isTrue();
        }
    }

    private static boolean granted(ReplicaRequest ask) throws Exception {
        return ask.granted().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** The script and the subscription are gone with the server. */
    @Test
    void a_server_that_is_stopped_and_started_again_is_lost_and_back() throws Exception {
        RedisProcess own = RedisProcess.start().orElseThrow();
        RedissonClient client = own.impatientClient();
        CompletableFuture<ReplicaEvent> back = new CompletableFuture<>();
        try (ReplicaLimits limits = ReplicaLimits.builder(RedisLimitServer.of(client, "stopped"))
                .lease(Duration.ofMillis(600))
                .listener(event -> {
                    if (event instanceof ReplicaEvent.ServerBack) {
                        back.complete(event);
                    }
                })
                .build()) {
            assertThat(limits.request(write(limits, "1"))
                            .granted()
                            .toCompletableFuture()
                            .get(20, TimeUnit.SECONDS))
                    .isTrue();
            own.stop();
            limits.giveBackAll(limits.idPrefix() + "1");
            assertThat(lost(limits))
                    .isInstanceOf(LimitServerLostException.class)
                    .hasMessageContaining("Redis gave");
            own.run();
            back.get(60, TimeUnit.SECONDS);
            assertThat(limits.request(write(limits, "3"))
                            .granted()
                            .toCompletableFuture()
                            .get(20, TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            client.shutdown();
            own.stop();
        }
    }

    private static Throwable lost(ReplicaLimits limits) throws Exception {
        try {
            limits.request(write(limits, "2")).granted().toCompletableFuture().get(60, TimeUnit.SECONDS);
            throw new AssertionError("it was granted");
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
