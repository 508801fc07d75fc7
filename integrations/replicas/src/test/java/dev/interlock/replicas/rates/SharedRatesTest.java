package dev.interlock.replicas.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.replicas.Databases;
import dev.interlock.replicas.RedisProcess;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.distributed.serialization.Mapper;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;
import io.github.bucket4j.redis.redisson.Bucket4jRedisson;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;

/** Two executors with interceptors of their own stand for two replicas. */
@Timeout(60)
class SharedRatesTest {

    private final AtomicInteger calls = new AtomicInteger();
    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("search", Effects.pure(), c -> calls.incrementAndGet()),
            ToolDefinition.of("other", Effects.pure(), c -> "other"));

    private static BucketConfiguration tokens(int tokens, Duration period) {
        return BucketConfiguration.builder()
                .addLimit(limit -> limit.capacity(tokens).refillIntervally(tokens, period))
                .build();
    }

    private List<CallResult> run(
            ProxyManager<String> buckets, String name, Duration longestWait, int count, String tool) {
        return run(buckets, name, tokens(5, Duration.ofMillis(400)), longestWait, count, tool);
    }

    private List<CallResult> run(
            ProxyManager<String> buckets,
            String name,
            BucketConfiguration tokens,
            Duration longestWait,
            int count,
            String tool) {
        try (ToolCallExecutor executor = ToolCallExecutor.builder()
                .maxConcurrency(3)
                .interceptor(SharedRates.builder(buckets)
                        .rate(name, tokens, longestWait, "sea*")
                        .build())
                .build()) {
            return executor.execute(
                    Collections.nCopies(count, new ToolCall("id", tool, JsonNodeFactory.instance.objectNode())), tools);
        }
    }

    private void assertOneBucketForTwo(ProxyManager<String> first, ProxyManager<String> second) {
        String name = UUID.randomUUID().toString();
        long start = System.nanoTime();
        assertThat(run(first, name, Duration.ofSeconds(20), 4, "search")).allMatch(CallResult::isSuccess);
        assertThat(run(second, name, Duration.ofSeconds(20), 4, "search")).allMatch(CallResult::isSuccess);
        assertThat(System.nanoTime() - start).as("8 calls, 5 tokens in 400 ms").isGreaterThan(350_000_000);
        assertThat(run(second, name, Duration.ofSeconds(20), 9, "other")).allMatch(CallResult::isSuccess);
        String other = UUID.randomUUID().toString();
        List<CallResult> refused = run(first, other, tokens(5, Duration.ofHours(1)), Duration.ZERO, 6, "search");
        assertThat(refused).filteredOn(CallResult::isSuccess).hasSizeLessThanOrEqualTo(5);
        assertThat(refused.stream().filter(result -> !result.isSuccess()).findFirst())
                .hasValueSatisfying(result -> assertThat(result.outcome().message())
                        .isEqualTo("tool 'search' was not started: rate '" + other
                                + "', which all replicas share, lets no further call through within 0 ms"));
    }

    @Test
    void replicas_share_a_bucket_in_redis() {
        assumeTrue(RedisProcess.shared().isPresent(), "Redis is not installed");
        RedissonClient one = RedisProcess.shared().orElseThrow().client();
        RedissonClient two = RedisProcess.shared().orElseThrow().client();
        try {
            assertOneBucketForTwo(buckets(one), buckets(two));
        } finally {
            one.shutdown();
            two.shutdown();
        }
    }

    private static ProxyManager<String> buckets(RedissonClient redisson) {
        return Bucket4jRedisson.casBasedBuilder(((Redisson) redisson).getCommandExecutor())
                .keyMapper(Mapper.STRING)
                .build();
    }

    @Test
    void replicas_share_a_bucket_in_postgres() throws Exception {
        assumeTrue(Databases.url().isPresent(), "PostgreSQL is not installed");
        DataSource database = Databases.at(Databases.url().orElseThrow());
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists bucket(id text primary key, state bytea, expires_at bigint)");
        }
        assertOneBucketForTwo(buckets(database), buckets(database));
    }

    private static ProxyManager<String> buckets(DataSource database) {
        return Bucket4jPostgreSQL.selectForUpdateBasedBuilder(database)
                .primaryKeyMapper(io.github.bucket4j.distributed.jdbc.PrimaryKeyMapper.STRING)
                .build();
    }

    @Test
    void while_the_store_is_lost_calls_fail_or_run() throws Exception {
        assumeTrue(RedisProcess.shared().isPresent(), "Redis is not installed");
        RedisProcess own = RedisProcess.start().orElseThrow();
        RedissonClient redisson = own.impatientClient();
        try {
            ProxyManager<String> buckets = buckets(redisson);
            own.stop();
            assertThat(run(buckets, "lost", Duration.ZERO, 1, "search")
                            .get(0)
                            .outcome()
                            .message())
                    .startsWith(
                            "tool 'search' was not started: rate 'lost', which all replicas share, is unavailable: ");
            try (ToolCallExecutor open = ToolCallExecutor.builder()
                    .interceptor(SharedRates.builder(buckets)
                            .rate("lost", tokens(1, Duration.ofHours(1)), Duration.ZERO, "search")
                            .failOpen()
                            .build())
                    .build()) {
                assertThat(open.execute(
                                List.of(new ToolCall("id", "search", JsonNodeFactory.instance.objectNode())), tools))
                        .allMatch(CallResult::isSuccess);
            }
        } finally {
            redisson.shutdown();
        }
    }
}
