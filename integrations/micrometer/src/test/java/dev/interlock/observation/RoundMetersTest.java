package dev.interlock.observation;

import static dev.interlock.observation.Traces.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RoundMetersTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final RoundMeters meters = RoundMeters.to(registry);
    private final CyclicBarrier gate = new CyclicBarrier(2);

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    @Test
    void gauges_say_what_runs_and_what_waits_just_now() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(ToolDefinition.of("write", Effects.writes("a"), c -> {
            gate.await(20, TimeUnit.SECONDS);
            return go.await(20, TimeUnit.SECONDS);
        }));
        ToolCallExecutor executor = ToolCallExecutor.builder().listener(meters).build();
        Thread caller = Thread.ofPlatform()
                .start(() -> executor.execute(List.of(call("write"), call("write"), call("write")), tools));
        gate.await(20, TimeUnit.SECONDS);

        assertThat(gauge(RoundMeters.IN_FLIGHT)).isEqualTo(1);
        assertThat(gauge(RoundMeters.WAITING)).isEqualTo(2);
        go.countDown();
        gate.await(20, TimeUnit.SECONDS);
        gate.await(20, TimeUnit.SECONDS);
        caller.join();
        assertThat(gauge(RoundMeters.IN_FLIGHT)).isZero();
        assertThat(gauge(RoundMeters.WAITING)).isZero();
        assertThat(registry.get(RoundMeters.WAIT)
                        .tag("gen_ai.tool.name", "write")
                        .tag("interlock.wait", "dependency")
                        .timer()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void an_abandoned_call_is_counted_until_it_holds_nothing() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(ToolDefinition.of("deaf", Effects.reads("a"), c -> {
            boolean ignored = false;
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    ignored = true;
                }
            }
            return ignored;
        }));
        ToolCallExecutor.builder()
                .listener(meters)
                .listener(event -> {
                    if (event instanceof RoundEvent.CallReleased) {
                        released.countDown();
                    }
                })
                // Time for the tool to begin, on a busy machine too.
                .timeout(Duration.ofSeconds(1))
                .gracePeriod(Duration.ofMillis(1))
                .build()
                .execute(List.of(call("deaf")), tools);

        assertThat(gauge(RoundMeters.ABANDONED)).isEqualTo(1);
        assertThat(gauge(RoundMeters.IN_FLIGHT)).isZero();
        release.countDown();
        assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(gauge(RoundMeters.ABANDONED)).isZero();
    }

    @Test
    void durations_are_those_of_observations_without_any() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("read", Effects.reads("a"), c -> 1),
                ToolDefinition.of("fail", Effects.reads("a"), c -> {
                    throw new IllegalStateException("no");
                }));
        ToolCallExecutor.builder()
                .listener(RoundMeters.withDurations(registry, Tags.of("service", "desk")))
                .build()
                .execute(List.of(call("read"), call("read"), call("fail"), call("made_up")), tools);

        assertThat(registry.get(DefaultToolCallConvention.NAME)
                        .tags(
                                "gen_ai.tool.name",
                                "read",
                                "error.type",
                                "none",
                                "interlock.end",
                                "ok",
                                "service",
                                "desk")
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get(DefaultToolCallConvention.NAME)
                        .tags("gen_ai.tool.name", "fail", "error.type", "java.lang.IllegalStateException")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get(DefaultToolCallConvention.NAME)
                        .tags("gen_ai.tool.name", "_OTHER")
                        .timers())
                .hasSize(1);
    }

    @Test
    void buckets_of_the_application_stay() {
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return DistributionStatisticConfig.builder()
                        .serviceLevelObjectives(2e9)
                        .build()
                        .merge(config);
            }
        });
        registry.config().meterFilter(RoundMeters.conventionBuckets());
        HistogramSnapshot calls = registry.timer(DefaultToolCallConvention.NAME).takeSnapshot();
        assertThat(calls.histogramCounts())
                .extracting(bucket -> bucket.bucket(TimeUnit.SECONDS))
                .containsExactly(2.0);
    }

    @Test
    void what_rounds_save_is_counted_in_seconds() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("meet", Effects.reads("a"), c -> {
            gate.await(20, TimeUnit.SECONDS);
            return Thread.currentThread().isVirtual();
        }));
        double[] saved = new double[1];
        ToolCallExecutor.builder()
                .listener(meters)
                .listener(event -> {
                    if (event instanceof RoundEvent.RoundEnded ended) {
                        saved[0] = ended.report().timeSaved().toNanos() / 1e9;
                    }
                })
                .build()
                .execute(List.of(call("meet"), call("meet")), tools);

        assertThat(registry.get(RoundMeters.SAVED).counter().count()).isEqualTo(saved[0]);
    }
}
