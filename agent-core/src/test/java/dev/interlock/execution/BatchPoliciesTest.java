package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ResultLimit.WhenLonger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failing fast, limits of sizes, coalescing, chunks, and trying failed calls again. */
@Timeout(60)
class BatchPoliciesTest {

    private final AtomicInteger ran = new AtomicInteger();

    private static List<Object> values(List<CallResult> results) {
        return results.stream()
                .map(r -> r.outcome() instanceof Outcome.Succeeded s
                        ? s.value()
                        : r.outcome().message())
                .toList();
    }

    // Failing fast.

    @Test
    void the_first_failure_cancels_the_rest_of_a_round_that_fails_fast() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("blocks", Effects.reads("a"), c -> {
                    running.countDown();
                    blockUntilInterrupted();
                    return null;
                }),
                ToolDefinition.of("fails", Effects.writes("b"), c -> {
                    await(running);
                    throw new IllegalStateException("no");
                }),
                ToolDefinition.of("later", Effects.writes("b"), c -> ran.incrementAndGet()));
        List<CallResult> results = ToolCallExecutor.builder()
                .failFast(true)
                .build()
                .execute(List.of(call("blocks"), call("fails"), call("later")), tools);
        assertThat(results.get(0).outcome()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(values(results).subList(1, 3))
                .containsExactly(
                        "no",
                        "tool 'later' was not started: call 2 (tool 'fails') did not succeed, and the round fails fast");
        assertThat(ran).hasValue(0);
    }

    @Test
    void a_round_on_the_callers_thread_fails_fast_too() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("fails", c -> {
                    throw new IllegalStateException("no");
                }),
                ToolDefinition.of("later", c -> ran.incrementAndGet()));
        List<CallResult> results =
                ToolCallExecutor.builder().failFast(true).build().execute(List.of(call("fails"), call("later")), tools);
        assertThat(results.get(1).outcome()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(ran).hasValue(0);
    }

    @Test
    void by_default_all_results_are_collected() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("fails", c -> {
                    throw new IllegalStateException("no");
                }),
                ToolDefinition.of("later", c -> ran.incrementAndGet()));
        assertThat(values(ToolCallExecutor.builder()
                        .build()
                        .execute(List.of(call("fails"), call("later"), call("fails"), call("later")), tools)))
                .containsExactly("no", 1, "no", 2);
    }

    // Limits of sizes.

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void calls_over_the_limit_of_a_batch_fail_and_none_is_dropped(boolean barriers) {
        ToolSet tools = ToolSet.of(ToolDefinition.of(
                "t", barriers ? Effects.exclusive() : Effects.reads("a"), c -> ran.incrementAndGet()));
        List<CallResult> results = ToolCallExecutor.builder()
                .maxCallsPerBatch(2)
                .build()
                .execute(Collections.nCopies(4, call("t")), tools);
        assertThat(results).hasSize(4);
        assertThat(results.subList(0, 2)).allMatch(CallResult::isSuccess);
        assertThat(values(results).subList(2, 4))
                .containsExactly(
                        "tool 't' was not run: call 3 exceeds the limit of 2 calls in one batch",
                        "tool 't' was not run: call 4 exceeds the limit of 2 calls in one batch");
        assertThat(ran).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void arguments_over_the_limit_fail_without_being_run(boolean barriers) {
        ToolSet tools = ToolSet.of(ToolDefinition.of(
                "t", barriers ? Effects.exclusive() : Effects.reads("a"), c -> ran.incrementAndGet()));
        List<CallResult> results = ToolCallExecutor.builder()
                .maxArgumentBytes(12)
                .build()
                .execute(List.of(call("t", "x", "1234"), call("t", "x", "äää"), call("t", "x", "12345")), tools);
        assertThat(results.get(0).isSuccess()).isTrue();
        assertThat(values(results).subList(1, 3))
                .containsExactly(
                        "tool 't' was not run: arguments of 14 bytes exceed the limit of 12 bytes",
                        "tool 't' was not run: arguments of 13 bytes exceed the limit of 12 bytes");
        assertThat(ran).hasValue(1);
    }

    @Test
    void results_over_the_limit_are_cut_with_a_notice_and_never_within_a_character() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("text", Effects.pure(), c -> "12345678ä0"),
                ToolDefinition.of(
                        "json",
                        Effects.pure(),
                        c -> JsonNodeFactory.instance.arrayNode().add("aaaaaaaaaaaa")),
                ToolDefinition.of("short", Effects.pure(), c -> "123456789"),
                ToolDefinition.of("number", Effects.pure(), c -> 1234567890123L));
        List<CallResult> results = ToolCallExecutor.builder()
                .resultLimit(new ResultLimit(9, WhenLonger.CUT))
                .build()
                .execute(List.of(call("text"), call("json"), call("short"), call("number")), tools);
        assertThat(values(results))
                .containsExactly(
                        "12345678\n[cut: the first 9 of 11 bytes]",
                        "[\"aaaaaaa\n[cut: the first 9 of 16 bytes]",
                        "123456789",
                        1234567890123L);
    }

    @Test
    void results_over_the_limit_can_fail_instead() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("text", Effects.pure(), c -> "1234567890"));
        assertThat(values(ToolCallExecutor.builder()
                        .resultLimit(new ResultLimit(9, WhenLonger.FAIL))
                        .build()
                        .execute(List.of(call("text")), tools)))
                .containsExactly("the result of 10 bytes is longer than the limit of 9 bytes");
    }

    // Coalescing.

    private ToolSet counting() {
        return ToolSet.of(
                ToolDefinition.of("read", Effects.reads("a/{i}"), c -> ran.incrementAndGet()),
                ToolDefinition.of("pure", Effects.pure(), c -> ran.incrementAndGet()),
                ToolDefinition.of("write", Effects.writes("a/{i}"), c -> "written"),
                ToolDefinition.of("fails", Effects.reads("f"), c -> {
                    ran.incrementAndGet();
                    throw new IllegalStateException("no");
                }));
    }

    private List<CallResult> coalesced(ToolCall... calls) {
        return ToolCallExecutor.builder().coalescing(true).build().execute(List.of(calls), counting());
    }

    @Test
    void equal_reads_are_executed_once_and_all_have_the_outcome() {
        List<CallResult> results = coalesced(call("read", "i", 1), call("read", "i", 1), call("fails"), call("fails"));
        assertThat(values(results).get(0)).isEqualTo(values(results).get(1));
        assertThat(values(results).subList(2, 4)).containsExactly("no", "no");
        assertThat(results).extracting(CallResult::attempts).containsExactly(1, 0, 1, 0);
        assertThat(results.get(1).thread()).isEqualTo(ThreadKind.NONE);
        assertThat(ran).hasValue(2);
    }

    @Test
    void a_conflicting_write_between_equal_reads_opens_them_again() {
        List<CallResult> results = coalesced(
                call("read", "i", 1),
                call("write", "i", 2),
                call("read", "i", 1),
                call("write", "i", 1),
                call("read", "i", 1),
                call("pure"),
                call("write", "i", 1),
                call("pure"));
        assertThat(results).extracting(CallResult::attempts).containsExactly(1, 1, 0, 1, 1, 1, 1, 0);
        assertThat(ran).hasValue(3);
    }

    @Test
    void other_arguments_are_another_call_and_writes_are_never_coalesced() {
        List<CallResult> results =
                coalesced(call("read", "i", 1), call("read", "i", 2), call("write", "i", 3), call("write", "i", 3));
        assertThat(results).extracting(CallResult::attempts).containsOnly(1);
    }

    @Test
    void without_coalescing_equal_reads_are_all_executed() {
        ToolCallExecutor.builder().build().execute(Collections.nCopies(5, call("pure")), counting());
        assertThat(ran).hasValue(5);
    }

    // Chunks, and once more.

    @Test
    void chunks_run_one_after_another() {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> {
            order.add(c.arguments().get("i").asInt() / 2);
            return c.arguments().get("i").asInt();
        }));
        List<CallResult> results = ToolCallExecutor.builder()
                .build()
                .executeInChunks(
                        List.of(
                                call("t", "i", 0),
                                call("t", "i", 1),
                                call("t", "i", 2),
                                call("t", "i", 3),
                                call("t", "i", 4)),
                        tools,
                        2);
        assertThat(values(results)).containsExactly(0, 1, 2, 3, 4);
        assertThat(order).containsExactly(0, 0, 1, 1, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolCallExecutor.builder().build().executeInChunks(List.of(), tools, 0))
                .withMessage("size must be >= 1, was 0");
    }

    @Test
    void only_the_failed_calls_are_executed_once_more_and_take_their_places() {
        AtomicInteger flaky = new AtomicInteger();
        ToolSet tools =
                ToolSet.of(ToolDefinition.of("good", c -> ran.incrementAndGet()), ToolDefinition.of("flaky", c -> {
                    if (flaky.incrementAndGet() <= 2) {
                        throw new IllegalStateException("no");
                    }
                    return "at last";
                }));
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        List<CallResult> first =
                executor.execute(List.of(call("flaky"), call("good"), call("flaky"), call("good")), tools);
        assertThat(values(first)).containsExactly("no", 1, "no", 2);
        List<CallResult> second = executor.retryFailed(first, tools);
        assertThat(values(second)).containsExactly("at last", 1, "at last", 2);
        assertThat(second.get(1)).isSameAs(first.get(1));
        assertThat(executor.retryFailed(second, tools)).isEqualTo(second);
        assertThat(executor.retryFailed(first, tools, result -> false)).isEqualTo(first);
    }

    @Test
    void a_result_whose_cut_text_is_as_long_as_the_whole_is_cut_all_the_same() {
        for (int length = 1_001; length < 1_100; length++) {
            String text = "x".repeat(length);
            ToolSet tools = ToolSet.of(ToolDefinition.of("text", Effects.pure(), c -> text));
            Object value = values(ToolCallExecutor.builder()
                            .resultLimit(new ResultLimit(1_000, WhenLonger.CUT))
                            .build()
                            .execute(List.of(call("text")), tools))
                    .get(0);
            assertThat((String) value).endsWith(" bytes]");
        }
    }

    @Test
    void a_call_over_the_limit_does_not_end_a_round_that_fails_fast() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.reads("a"), c -> ran.incrementAndGet()));
        List<CallResult> results = ToolCallExecutor.builder()
                .failFast(true)
                .maxCallsPerBatch(2)
                .build()
                .execute(Collections.nCopies(3, call("t")), tools);
        assertThat(results).extracting(CallResult::isSuccess).containsExactly(true, true, false);
    }
}
