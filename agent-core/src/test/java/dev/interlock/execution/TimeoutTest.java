package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.callTimeout;
import static dev.interlock.execution.Fixtures.start;
import static dev.interlock.execution.Fixtures.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits of time, on a clock that only the tests move. */
@Timeout(60)
class TimeoutTest {

    private final FakeTime time = new FakeTime();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch quickEnded = new CountDownLatch(1);

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("read", Effects.reads("a"), c -> {
                started.countDown();
                blockUntilInterrupted();
                return null;
            }),
            ToolDefinition.of("write", Effects.writes("a"), c -> {
                started.countDown();
                blockUntilInterrupted();
                return null;
            }),
            ToolDefinition.of("stubborn", Effects.writes("a"), c -> {
                started.countDown();
                awaitStubbornly(release);
                return "late";
            }),
            ToolDefinition.of("quick", Effects.reads("b"), c -> "ok"));

    private ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder().time(time).listener(event -> {
            if (event instanceof RoundEvent.CallEnded call
                    && call.result().call().tool().equals("quick")) {
                quickEnded.countDown();
            }
        });
    }

    @Test
    void an_attempt_that_passes_its_limit_is_interrupted_and_its_siblings_succeed() throws Exception {
        var running = start(executor().timeout(Duration.ofMillis(300)).build(), tools, call("read"), call("quick"));
        await(started);
        await(quickEnded);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        List<CallResult> results = running.get();
        assertThat(results.get(0).outcome())
                .isEqualTo(new Outcome.TimedOut(
                        "tool 'read' timed out: the attempt exceeded 300 ms", Duration.ofMillis(300), false));
        assertThat(results.get(1).isSuccess()).isTrue();
        assertThat(running.flag().get()).isFalse();
    }

    @Test
    void a_write_that_passes_its_limit_may_still_take_effect() throws Exception {
        var running = start(executor().timeout(Duration.ofMillis(300)).build(), tools, call("write"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        assertThat(running.get().get(0).outcome().message())
                .isEqualTo("tool 'write' timed out: the attempt exceeded 300 ms; it may still take effect");
    }

    @Test
    void the_limit_of_a_tool_wins_over_that_of_the_executor() throws Exception {
        var running = start(
                executor()
                        .timeout(Duration.ofMillis(300))
                        .policy("read", timeout(Duration.ofMillis(100)))
                        .build(),
                tools,
                call("read"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        assertThat(running.get().get(0).outcome().message()).contains("exceeded 100 ms");
    }

    @Test
    void the_limit_of_a_call_counts_its_waits() throws Exception {
        var running = start(
                executor()
                        .policy("write", callTimeout(Duration.ofMillis(100)))
                        .policy("read", timeout(Duration.ofMillis(150)))
                        .build(),
                tools,
                call("read"),
                call("write"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        time.awaitParkedUntil(Duration.ofMillis(150));
        time.advance(Duration.ofMillis(50));
        List<CallResult> results = running.get();
        assertThat(results.get(1).outcome().message())
                .isEqualTo("tool 'write' timed out: the call exceeded 100 ms before the tool could start");
        assertThat(results.get(1).attempts()).isZero();
        assertThat(results.get(0).outcome().message()).contains("exceeded 150 ms");
    }

    @Test
    void the_limit_of_a_round_ends_all_that_is_unfinished() throws Exception {
        var running = start(
                executor().roundTimeout(Duration.ofMillis(500)).build(),
                tools,
                call("quick"),
                call("read"),
                call("write"));
        await(started);
        await(quickEnded);
        time.awaitParkedUntil(Duration.ofMillis(500));
        time.advance(Duration.ofMillis(500));
        List<CallResult> results = running.get();
        assertThat(results.get(0).isSuccess()).isTrue();
        assertThat(results.get(1).outcome().message()).isEqualTo("tool 'read' timed out: the round exceeded 500 ms");
        assertThat(results.get(2).outcome().message())
                .isEqualTo("tool 'write' timed out: the round exceeded 500 ms before the tool could start");
    }

    @Test
    void an_abandoned_call_keeps_its_resources_until_its_thread_ends() throws Exception {
        var running = start(
                executor().policy("stubborn", timeout(Duration.ofMillis(300))).build(),
                tools,
                call("stubborn"),
                call("read"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        time.awaitParkedUntil(Duration.ofMillis(550));
        time.advance(Duration.ofMillis(250));
        // The read waits for what the abandoned call holds, at most 10 s.
        time.awaitParkedUntil(Duration.ofMillis(10_550));
        assertThat(running.results()).isNotDone();
        time.advance(Duration.ofSeconds(10));
        List<CallResult> results = running.get();
        assertThat(results.get(0).outcome().message())
                .isEqualTo("tool 'stubborn' timed out: the attempt exceeded 300 ms; it may still take effect");
        assertThat(results.get(1).outcome().message())
                .isEqualTo("tool 'read' gave up after waiting 10000 ms for a resource held by call 1 (tool"
                        + " 'stubborn'), which "
                        + "was abandoned 10000 ms ago and is still running");
        release.countDown();
    }

    @Test
    void a_call_that_waits_for_an_abandoned_one_starts_when_that_ends() throws Exception {
        var running = start(
                executor().policy("stubborn", timeout(Duration.ofMillis(300))).build(),
                ToolSet.of(
                        tools.find("stubborn"), ToolDefinition.of("after", Effects.reads("a"), c -> "ran after all")),
                call("stubborn"),
                call("after"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        time.awaitParkedUntil(Duration.ofMillis(550));
        time.advance(Duration.ofMillis(250));
        time.awaitParkedUntil(Duration.ofMillis(10_550));
        release.countDown();
        List<CallResult> results = running.get();
        assertThat(results.get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(results.get(1).outcome()).isEqualTo(new Outcome.Succeeded("ran after all"));
    }

    @Test
    void a_limit_of_a_call_that_starts_while_the_owner_is_parked_rearms_it() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        ToolSet chained = ToolSet.of(
                ToolDefinition.of("first", Effects.writes("a"), c -> {
                    await(go);
                    return null;
                }),
                ToolDefinition.of("other", Effects.writes("z"), c -> {
                    await(go);
                    return null;
                }),
                tools.find("read"));
        var running = start(
                executor().policy("read", timeout(Duration.ofMillis(300))).build(),
                chained,
                call("first"),
                call("other"),
                call("read"));
        // The owner parks without a limit; the read starts on the thread that ends the first call.
        time.awaitParkedUntil(Duration.ofNanos(Long.MAX_VALUE));
        go.countDown();
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        assertThat(running.get().get(2).outcome()).isInstanceOf(Outcome.TimedOut.class);
    }
}
