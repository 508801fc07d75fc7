package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundReport;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.report.CriticalPath;
import dev.interlock.report.CriticalPath.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the calls of a round would have taken one after another, on a clock that only the test moves. */
@Timeout(60)
class SequentialTimeTest {

    private static final RetryPolicy AFTER_10_MS =
            RetryPolicy.builder().initialDelay(Duration.ofMillis(10)).jitter(0).build();

    private final FakeTime time = new FakeTime();
    private final AtomicReference<RoundReport> report = new AtomicReference<>();

    @Test
    void a_wait_for_a_permit_before_another_attempt_is_not_the_tools_time() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch waitsAgain = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                ToolDefinition.builder("flaky", c -> {
                            time.advance(Duration.ofMillis(5));
                            if (attempts.incrementAndGet() == 1) {
                                throw new IOException("not yet");
                            }
                            return "ok";
                        })
                        .effects(Effects.reads("a"))
                        .policy(ToolPolicy.builder().retry(AFTER_10_MS).build())
                        .build(),
                ToolDefinition.of("long", Effects.reads("b"), c -> {
                    time.awaitParkedUntil(Duration.ofMillis(15));
                    time.advance(Duration.ofMillis(10));
                    await(waitsAgain);
                    time.advance(Duration.ofMillis(90));
                    return "ok";
                }));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .maxConcurrency(1)
                .listener(event -> {
                    switch (event) {
                        case RoundEvent.CallWaiting(long round, int index, Wait wait, var at)
                        when index == 0 && wait instanceof Wait.ForPermit && attempts.get() == 1 ->
                            waitsAgain.countDown();
                        case RoundEvent.RoundEnded ended -> report.set(ended.report());
                        default -> {}
                    }
                })
                .build();
        start(executor, tools, call("flaky"), call("long")).get();

        RoundReport round = report.get();
        assertThat(round.traces().get(0).time(TimeKind.PERMIT)).isEqualTo(Duration.ofMillis(90));
        assertThat(round.elapsed()).isEqualTo(Duration.ofMillis(110));
        assertThat(round.traces().get(0).toolTime()).isEqualTo(Duration.ofMillis(20));
        assertThat(round.sequentialTime()).isEqualTo(Duration.ofMillis(120));
        assertThat(round.timeSaved()).isEqualTo(Duration.ofMillis(10));
        assertThat(CriticalPath.of(round).steps()).containsExactly(new Step(1, null), new Step(0, TimeKind.PERMIT));
    }
}
