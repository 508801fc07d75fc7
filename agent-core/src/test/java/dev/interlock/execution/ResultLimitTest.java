package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.ResultLimit.WhenLonger;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ResultLimitTest {

    private static final ResultLimit CUT = new ResultLimit(20, WhenLonger.CUT);
    private static final ResultLimit FAIL = new ResultLimit(20, WhenLonger.FAIL);
    private static final String LONG = "x".repeat(1_000);
    private static final String CUT_LONG = "x".repeat(20) + "\n[cut: the first 20 of 1000 bytes]";

    private static final ToolSet TOOLS = ToolSet.of(
            ToolDefinition.of("text", Effects.pure(), c -> LONG),
            ToolDefinition.of("json", Effects.pure(), c -> TextNode.valueOf(LONG)),
            ToolDefinition.of("throws", Effects.pure(), c -> {
                throw new IOException(LONG);
            }),
            ToolDefinition.of("short", Effects.pure(), c -> "short"));

    private static String told(CallResult result) {
        return result.outcome() instanceof Outcome.Succeeded(Object value)
                ? String.valueOf(value)
                : result.outcome().message();
    }

    private static List<CallResult> results(ToolCallExecutor.Builder builder, ToolCall... calls) {
        return builder.build().execute(List.of(calls), TOOLS);
    }

    @Test
    void messages_of_failures_are_cut_like_results_and_the_failure_is_the_cause() {
        List<CallResult> results = results(
                ToolCallExecutor.builder().resultLimit(CUT), call("text"), call("json"), call("throws"), call("short"));

        assertThat(results).extracting(ResultLimitTest::told).containsExactly(CUT_LONG, CUT_LONG, CUT_LONG, "short");
        assertThat(results.get(2).outcome())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error()).hasCauseInstanceOf(IOException.class));
    }

    @Test
    void what_is_too_long_fails_and_says_how_long_it_was() {
        List<CallResult> results = results(
                ToolCallExecutor.builder().resultLimit(FAIL),
                call("text"),
                call("json"),
                call("throws"),
                call("short"));

        assertThat(results)
                .extracting(ResultLimitTest::told)
                .containsExactly(
                        "the result of 1000 bytes is longer than the limit of 20 bytes",
                        "the result of 1000 bytes is longer than the limit of 20 bytes",
                        "the error's text of 1000 bytes is longer than the limit of 20 bytes",
                        "short");
        assertThat(results).extracting(CallResult::isSuccess).containsExactly(false, false, false, true);
    }

    @Test
    void short_failures_stay_as_they_are() {
        IOException own = new IOException("no");
        ToolSet tools = ToolSet.of(ToolDefinition.of("throws", Effects.pure(), c -> {
            throw own;
        }));

        assertThat(ToolCallExecutor.builder()
                        .resultLimit(CUT)
                        .build()
                        .execute(List.of(call("throws")), tools)
                        .get(0)
                        .outcome())
                .isEqualTo(new Outcome.Failed(own));
    }

    @ParameterizedTest
    @EnumSource
    void what_an_interceptor_gives_is_limited_once_and_interceptors_see_the_whole(WhenLonger whenLonger) {
        List<Object> seen = new CopyOnWriteArrayList<>();
        List<CallResult> results = results(
                ToolCallExecutor.builder()
                        .resultLimit(new ResultLimit(20, whenLonger))
                        .interceptor(intercepted -> {
                            Object value = intercepted.proceed();
                            seen.add(String.valueOf(value));
                            return value + "y";
                        }),
                call("text"),
                call("short"));

        assertThat(seen).containsExactlyInAnyOrder(LONG, "short");
        assertThat(results)
                .extracting(ResultLimitTest::told)
                .containsExactly(
                        whenLonger == WhenLonger.CUT
                                ? "x".repeat(20) + "\n[cut: the first 20 of 1001 bytes]"
                                : "the result of 1001 bytes is longer than the limit of 20 bytes",
                        "shorty");
    }

    @Test
    void retries_see_the_failure_itself_and_listeners_what_the_model_is_told() {
        AtomicInteger attempts = new AtomicInteger();
        List<String> told = new CopyOnWriteArrayList<>();
        ToolSet tools = ToolSet.of(ToolDefinition.of("throws", Effects.pure(), c -> {
            attempts.incrementAndGet();
            throw new IOException(LONG);
        }));
        ToolCallExecutor.builder()
                .resultLimit(CUT)
                .policy(
                        "throws",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder()
                                        .maxAttempts(3)
                                        .initialDelay(Duration.ofMillis(1))
                                        .retryOn(error -> error instanceof IOException)
                                        .build())
                                .build())
                .listener(event -> {
                    if (event instanceof RoundEvent.CallEnded ended) {
                        told.add(told(ended.result()));
                    }
                })
                .build()
                .execute(List.of(call("throws")), tools);

        assertThat(attempts).hasValue(3);
        assertThat(told).containsExactly(CUT_LONG);
    }

    @Test
    void messages_of_every_outcome_are_limited() {
        assertThat(CUT.apply(new Outcome.TimedOut(LONG, Duration.ofMillis(1), true)))
                .isEqualTo(new Outcome.TimedOut(CUT_LONG, Duration.ofMillis(1), true));
        assertThat(CUT.apply(new Outcome.Cancelled(LONG, true))).isEqualTo(new Outcome.Cancelled(CUT_LONG, true));
        assertThat(CUT.apply(new Outcome.Skipped(LONG))).isEqualTo(new Outcome.Skipped(CUT_LONG));
        assertThat(CUT.apply(new Outcome.Succeeded(LONG))).isEqualTo(new Outcome.Succeeded(LONG));
        assertThat(CUT.message(new Outcome.Skipped(LONG), 0)).isEqualTo(CUT_LONG);
        assertThat(CUT.message(new Outcome.Skipped("short"), 0)).isEqualTo("short");
        assertThat(FAIL.message(new Outcome.Failed(FAIL.tooLong("result", 21)), 1))
                .isEqualTo("the result of 21 bytes is longer than the limit of 20 bytes");
    }

    @Test
    void bytes_are_those_of_utf_8() {
        assertThat(CUT.cut("ä".repeat(10))).isNull();
        assertThat(CUT.cut("ä".repeat(11))).isEqualTo("ä".repeat(10) + "\n[cut: the first 20 of 22 bytes]");
        assertThat(CUT.cut("x" + "\uD83D\uDE00".repeat(5)))
                .isEqualTo("x" + "\uD83D\uDE00".repeat(4) + "\n[cut: the first 20 of 21 bytes]");
        assertThat(CUT.cut("\uD83D".repeat(20))).isNull();
        assertThat(CUT.cut("\uD83D".repeat(21))).startsWith("\uD83D".repeat(20) + "\n");
        assertThat(ResultLimit.bytes("aä\uD83D\uDE00")).isEqualTo(7);
    }

    @Test
    void a_limit_is_at_least_one_byte() {
        assertThat(new ResultLimit(1, WhenLonger.CUT).cut("ab")).isEqualTo("a\n[cut: the first 1 of 2 bytes]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ResultLimit(0, WhenLonger.CUT))
                .withMessage("maxBytes must be >= 1, was 0");
    }

    @Test
    void calls_that_cannot_be_read_are_not_the_same_call() {
        AtomicInteger ran = new AtomicInteger();
        ToolSet tools = ToolSet.of(ToolDefinition.of("read", Effects.reads("a"), c -> ran.incrementAndGet()));
        ToolCall unreadable = new ToolCall(null, "read", MissingNode.getInstance());

        ToolCallExecutor.builder().coalescing(true).build().execute(List.of(unreadable, unreadable), tools);

        assertThat(ran).hasValue(2);
    }
}
