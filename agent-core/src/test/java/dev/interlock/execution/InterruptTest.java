package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InterruptTest {

    /** Waits for interrupted calls however long a busy machine takes to stop them. */
    private final ToolCallExecutor executor =
            ToolCallExecutor.builder().gracePeriod(Duration.ofSeconds(20)).build();

    @Test
    void a_thread_that_is_interrupted_already_starts_no_call() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> "ran"));
        for (int n = 1; n <= 3; n++) {
            Thread.currentThread().interrupt();
            List<CallResult> results = executor.execute(java.util.Collections.nCopies(n, call("t")), tools);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(results).hasSize(n).allMatch(r -> r.attempts() == 0);
            assertThat(results.get(0).outcome())
                    .isEqualTo(new Outcome.Cancelled(
                            "tool 't' was not started: the calling thread was interrupted", false));
        }
    }

    @Test
    void calls_that_wait_for_one_on_the_callers_thread_do_not_start_when_that_is_interrupted() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Set<String> ran = ConcurrentHashMap.newKeySet();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("write", Effects.exclusive(), c -> {
                    started.countDown();
                    blockUntilInterrupted();
                    return null;
                }),
                ToolDefinition.of("read", Effects.reads("a"), c -> ran.add(c.tool())));
        ToolCallExecutor watched = ToolCallExecutor.builder()
                .threadFactory(body -> {
                    ran.add("a thread");
                    return Thread.ofVirtual().unstarted(body);
                })
                .build();
        Fixtures.Running running = start(watched, tools, call("write"), call("read"), call("read"), call("read"));
        await(started);
        running.owner().interrupt();
        assertThat(running.get()).allMatch(r -> r.outcome() instanceof Outcome.Cancelled);
        assertThat(ran).isEmpty();
        assertThat(running.flag().get()).isTrue();
    }

    @Test
    void an_interrupt_reaches_the_running_calls_and_keeps_the_waiting_ones_from_starting() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        Set<String> ran = ConcurrentHashMap.newKeySet();
        ToolBody block = c -> {
            ran.add(c.tool());
            started.countDown();
            blockUntilInterrupted();
            return null;
        };
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("read", Effects.reads("a"), block),
                ToolDefinition.of("write", Effects.writes("b"), block),
                ToolDefinition.of("later", Effects.writes("a"), block));
        Fixtures.Running running = start(executor, tools, call("read"), call("write"), call("later"));
        await(started);
        running.owner().interrupt();
        List<CallResult> results = running.get();
        assertThat(running.flag().get()).isTrue();
        assertThat(ran).containsExactlyInAnyOrder("read", "write");
        assertThat(results).allMatch(r -> r.outcome() instanceof Outcome.Cancelled);
        assertThat(results.get(0).outcome().message()).endsWith("ms: the calling thread was interrupted");
        assertThat(results.get(1).outcome().message()).endsWith("; it may have taken effect");
        assertThat(results.get(2).outcome().message())
                .isEqualTo("tool 'later' was not started: the calling thread was interrupted");
    }

    @Test
    void an_interrupt_that_a_tool_on_the_callers_thread_swallowed_still_ends_the_round() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(ToolDefinition.of("wait", c -> {
            started.countDown();
            try {
                blockUntilInterrupted();
            } catch (InterruptedException e) {
                throw new IllegalStateException("gave up", e);
            }
            return null;
        }));
        Fixtures.Running running = start(executor, tools, call("wait"), call("wait"));
        await(started);
        running.owner().interrupt();
        List<CallResult> results = running.get();
        assertThat(running.flag().get()).isTrue();
        assertThat(results.get(0).outcome())
                .isInstanceOfSatisfying(
                        Outcome.Cancelled.class,
                        c -> assertThat(c.mayHaveTakenEffect()).isTrue());
        assertThat(results.get(1).attempts()).isZero();
    }

    @Test
    void a_call_that_succeeds_in_spite_of_the_interrupt_keeps_its_result() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        // Not pure: the owner may run the first pure call itself, and only its tool hears of the interrupt then.
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.writes("a/{x}"), c -> {
            started.countDown();
            try {
                blockUntilInterrupted();
            } catch (InterruptedException e) {
                return "partial";
            }
            return null;
        }));
        Fixtures.Running running = start(executor, tools, call("t", "x", 1), call("t", "x", 2));
        await(started);
        running.owner().interrupt();
        assertThat(running.get()).allMatch(r -> r.outcome().equals(new Outcome.Succeeded("partial")));
        assertThat(running.flag().get()).isTrue();
    }

    @Test
    void a_call_that_ignores_the_interrupt_is_abandoned_after_the_grace_period() throws Exception {
        FakeTime time = new FakeTime();
        ToolCallExecutor timed = ToolCallExecutor.builder()
                .gracePeriod(Duration.ofMillis(250))
                .time(time)
                .build();
        CountDownLatch started = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("stubborn", Effects.writes("a"), c -> {
                    threads.add(Thread.currentThread());
                    started.countDown();
                    awaitStubbornly(release);
                    return "late";
                }),
                ToolDefinition.of("polite", Effects.reads("b"), c -> {
                    started.countDown();
                    blockUntilInterrupted();
                    return null;
                }));
        Fixtures.Running running = start(timed, tools, call("stubborn"), call("polite"));
        await(started);
        running.owner().interrupt();
        time.awaitParkedUntil(Duration.ofMillis(250));
        time.advance(Duration.ofMillis(250));
        List<CallResult> results = running.get();
        assertThat(results.get(0).outcome().message()).contains("it may have taken effect");
        Thread abandoned = threads.iterator().next();
        assertThat(abandoned.isAlive()).isTrue();
        assertThat(abandoned.getName()).endsWith("-1-stubborn (abandoned)");
        release.countDown();
        abandoned.join(20_000);
        assertThat(abandoned.isAlive()).isFalse();
    }
}
