package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundReport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call that was tried again says so wherever people and models read of it, on a clock that only the tests move. */
@Timeout(60)
class RetriesToldTest {

    private static final RetryPolicy THREE =
            RetryPolicy.builder().initialDelay(Duration.ofMillis(100)).jitter(0).build();

    private static final RetryPolicy AT_ONCE =
            RetryPolicy.builder().initialDelay(Duration.ZERO).build();

    private final FakeTime time = new FakeTime();
    private final AtomicInteger attempts = new AtomicInteger();
    private final CompletableFuture<RoundReport> report = new CompletableFuture<>();

    private ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder().time(time).listener(event -> {
            if (event instanceof RoundEvent.RoundEnded ended) {
                report.complete(ended.report());
            }
        });
    }

    private static ToolDefinition tool(ToolPolicy policy, ToolBody body) {
        return ToolDefinition.builder("t", body)
                .effects(Effects.reads("a"))
                .policy(policy)
                .build();
    }

    private static ToolPolicy policy(RetryPolicy retry) {
        return ToolPolicy.builder().retry(retry).build();
    }

    private ToolBody failing(int times) {
        return c -> {
            if (attempts.incrementAndGet() <= times) {
                throw new IllegalStateException("no " + attempts.get());
            }
            return "ok";
        };
    }

    private String timelineOf(int failures) throws Exception {
        var running = start(executor().build(), ToolSet.of(tool(policy(THREE), failing(failures))), call("t"));
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(200));
        running.get();
        return report.get(20, TimeUnit.SECONDS).timeline();
    }

    /** Attempts at 0, 100 and 300 ms that take no time. */
    private static final String BAR = "1 t |█" + "░".repeat(12) + "█" + "░".repeat(24) + "█ |     0..300 ms";

    @Test
    void a_timeline_shows_waits_between_attempts_and_how_many_there_were() throws Exception {
        assertThat(timelineOf(2)).isEqualTo(BAR + "  3 attempts");
    }

    @Test
    void a_timeline_says_after_how_many_attempts_a_call_failed() throws Exception {
        assertThat(timelineOf(9)).isEqualTo(BAR + "  3 attempts: no 3");
    }

    @Test
    void a_timeline_says_nothing_of_attempts_where_there_was_one() throws Exception {
        start(executor().build(), ToolSet.of(tool(ToolPolicy.DEFAULT, failing(9))), call("t"))
                .get();
        assertThat(report.get(20, TimeUnit.SECONDS).timeline()).endsWith(" ms  no 1");
    }

    @Test
    void a_failure_says_how_many_attempts_it_took() throws Exception {
        CallResult three = start(executor().build(), ToolSet.of(tool(policy(AT_ONCE), failing(9))), call("t"))
                .get()
                .get(0);
        assertThat(three.message()).isEqualTo("failed after 3 attempts: no 3");
        assertThat(three.outcome().message()).isEqualTo("no 3");
        attempts.set(0);
        CallResult one = start(executor().build(), ToolSet.of(tool(ToolPolicy.DEFAULT, failing(9))), call("t"))
                .get()
                .get(0);
        assertThat(one.message()).isEqualTo("no 1");
        CallResult none = start(executor().build(), ToolSet.of(tool(ToolPolicy.DEFAULT, failing(9))), call("other"))
                .get()
                .get(0);
        assertThat(none.message()).isEqualTo(none.outcome().message());
    }

    @Test
    void a_call_that_uses_the_result_says_how_many_attempts_there_were() throws Exception {
        ToolSet tools = ToolSet.of(
                tool(policy(AT_ONCE), failing(9)),
                ToolDefinition.builder("uses", c -> "ok")
                        .effects(Effects.pure())
                        .build());
        ToolCall uses =
                new ToolCall("2", "uses", JsonNodeFactory.instance.objectNode().put("x", "${1}"));
        CallResult skipped = start(executor().chaining(true).build(), tools, call("t"), uses)
                .get()
                .get(1);
        assertThat(skipped.outcome())
                .isEqualTo(new Outcome.Skipped("tool 'uses' was not started: it uses the result of call 1 (tool 't'),"
                        + " which did not succeed after 3 attempts: no 3"));
    }

    @Test
    void a_limit_of_the_call_says_which_attempt_it_met() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        ToolBody body = c -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("no");
            }
            second.countDown();
            blockUntilInterrupted();
            return "ok";
        };
        ToolPolicy policy = ToolPolicy.builder()
                .retry(AT_ONCE)
                .callTimeout(Duration.ofMillis(500))
                .build();
        var running = start(executor().build(), ToolSet.of(tool(policy, body)), call("t"));
        Fixtures.await(second);
        time.awaitParkedUntil(Duration.ofMillis(500));
        time.advance(Duration.ofMillis(500));
        assertThat(running.get().get(0).message())
                .isEqualTo("tool 't' timed out: the call exceeded 500 ms during attempt 2 of 3");
    }

    @Test
    void a_limit_of_an_attempt_names_the_attempt_once() throws Exception {
        ToolPolicy policy = ToolPolicy.builder()
                .retry(RetryPolicy.builder()
                        .maxAttempts(2)
                        .initialDelay(Duration.ZERO)
                        .build())
                .timeout(Duration.ofMillis(100))
                .build();
        var running = start(
                executor().build(),
                ToolSet.of(tool(policy, c -> {
                    blockUntilInterrupted();
                    return "ok";
                })),
                call("t"));
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        time.awaitParkedUntil(Duration.ofMillis(200));
        time.advance(Duration.ofMillis(100));
        assertThat(running.get().get(0).message()).isEqualTo("tool 't' timed out: attempt 2 of 2 exceeded 100 ms");
    }

    @Test
    void the_number_of_attempts_stays_where_a_message_is_cut() {
        ResultLimit limit = new ResultLimit(40, ResultLimit.WhenLonger.CUT);
        Outcome failed = new Outcome.Failed(new IllegalStateException("x".repeat(100)));
        assertThat(limit.message(failed, 4))
                .isEqualTo("failed after 4 attempts: " + "x".repeat(15) + "\n[cut: the first 40 of 125 bytes]");
        assertThat(limit.message(failed, 1)).isEqualTo("x".repeat(40) + "\n[cut: the first 40 of 100 bytes]");
    }
}
