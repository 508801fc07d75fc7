package dev.interlock.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScaleWayTest {

    private static final int CONVERSATIONS = 3;
    private static final int CALLS = 4;

    static Stream<Arguments> ways() {
        return Arrays.stream(ScaleWay.values())
                .flatMap(way -> Arrays.stream(Threads.values()).map(threads -> Arguments.of(way, threads)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void each_way_runs_each_call_of_a_message_once(ScaleWay way, Threads threads) throws Exception {
        AtomicInteger runs = new AtomicInteger();
        ScaleTools tools = new ScaleTools(CONVERSATIONS, runs::incrementAndGet);
        ScaleLoad load = new ScaleLoad(way.open(tools, CONVERSATIONS, CALLS, threads), tools, CONVERSATIONS, threads);
        ScaleLoad.Result result = load.run(Duration.ZERO, Duration.ZERO);
        assertThat(result.over()).hasSize(CONVERSATIONS);
        assertThat(runs).hasValue(CONVERSATIONS * CALLS);
    }

    /** The rows are about calls that wait at the same time. */
    @ParameterizedTest
    @MethodSource("ways")
    void each_way_has_all_calls_of_all_conversations_wait_at_the_same_time(ScaleWay way, Threads threads)
            throws Exception {
        CountDownLatch all = new CountDownLatch(CONVERSATIONS * CALLS);
        ScaleTools tools = new ScaleTools(CONVERSATIONS, () -> {
            all.countDown();
            all.await();
        });
        ScaleLoad load = new ScaleLoad(way.open(tools, CONVERSATIONS, CALLS, threads), tools, CONVERSATIONS, threads);
        load.join(load.begin());
        assertThat(all.getCount()).isZero();
    }

    @Test
    void longest_call_of_a_message_is_no_overhead() throws Exception {
        long nanos = Duration.ofMillis(20).toNanos();
        ScaleTools tools = new ScaleTools(1, () -> {
            long start = System.nanoTime();
            while (System.nanoTime() - start < nanos) {
                Thread.onSpinWait();
            }
        });
        ScaleLoad load = new ScaleLoad(conversation -> tools.work(conversation, 0), tools, 1, Threads.VIRTUAL);
        ScaleLoad.Result result = load.run(Duration.ZERO, Duration.ZERO);
        assertThat(result.nanos()).isGreaterThanOrEqualTo(nanos);
        assertThat(result.over().get(0)).isBetween(0L, result.nanos() - nanos);
    }
}
