package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Caps and resources that rounds share. */
@Timeout(60)
class SharedCapsTest {

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /** Counts how many run at the same time; the first {@code together} of them wait for each other. */
    private ToolBody counting(CountDownLatch together) {
        return c -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            together.countDown();
            try {
                await(together);
            } finally {
                running.decrementAndGet();
            }
            return null;
        };
    }

    private static List<CompletableFuture<List<CallResult>>> sideBySide(
            int rounds, ToolCallExecutor executor, ToolSet tools, List<ToolCall> calls) {
        List<CompletableFuture<List<CallResult>>> all = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            CompletableFuture<List<CallResult>> results = new CompletableFuture<>();
            String conversation = "conversation " + i;
            Thread.ofVirtual().start(() -> {
                try {
                    results.complete(executor.execute(calls, tools, conversation));
                } catch (Throwable e) {
                    results.completeExceptionally(e);
                }
            });
            all.add(results);
        }
        return all;
    }

    private static void assertAllSucceed(List<CompletableFuture<List<CallResult>>> rounds) throws Exception {
        for (CompletableFuture<List<CallResult>> round : rounds) {
            assertThat(round.get(30, TimeUnit.SECONDS)).allMatch(CallResult::isSuccess);
        }
    }

    @Test
    void the_cap_of_a_tool_holds_for_all_rounds_together() throws Exception {
        ToolSet tools = ToolSet.of(ToolDefinition.builder("t", counting(new CountDownLatch(3)))
                .effects(Effects.pure())
                .policy(ToolPolicy.builder().maxConcurrency(3).build())
                .build());
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        assertAllSucceed(sideBySide(4, executor, tools, Collections.nCopies(5, call("t"))));
        assertThat(most).hasValue(3);
    }

    @Test
    void the_cap_of_a_group_holds_for_all_its_tools() throws Exception {
        ToolBody body = counting(new CountDownLatch(2));
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("git_log", Effects.pure(), body),
                ToolDefinition.of("git_diff", Effects.pure(), body),
                ToolDefinition.of("other", Effects.pure(), c -> null));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .maxConcurrency(Concurrency.UNLIMITED)
                .groupConcurrency(2, "git_*")
                .build();
        assertAllSucceed(sideBySide(
                3, executor, tools, List.of(call("git_log"), call("git_diff"), call("other"), call("git_log"))));
        assertThat(most).hasValue(2);
    }

    @Test
    void the_cap_of_all_rounds_holds() throws Exception {
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), counting(new CountDownLatch(4))));
        ToolCallExecutor executor =
                ToolCallExecutor.builder().totalConcurrency(4).build();
        assertAllSucceed(sideBySide(5, executor, tools, Collections.nCopies(6, call("t"))));
        assertThat(most).hasValue(4);
    }

    @Test
    void calls_that_wait_for_a_cap_do_not_keep_others_from_running() throws Exception {
        CountDownLatch otherRan = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                ToolDefinition.builder("capped", c -> {
                            await(otherRan);
                            return null;
                        })
                        .effects(Effects.pure())
                        .policy(ToolPolicy.builder().maxConcurrency(1).build())
                        .build(),
                ToolDefinition.of("other", Effects.pure(), c -> {
                    otherRan.countDown();
                    return null;
                }));
        List<CallResult> results = ToolCallExecutor.builder()
                .maxConcurrency(2)
                .build()
                .execute(List.of(call("capped"), call("capped"), call("capped"), call("other")), tools);
        assertThat(results).allMatch(CallResult::isSuccess);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void bodies_that_execute_batches_of_the_same_tools_never_wait_for_their_own_caps(int cap) throws Exception {
        List<ToolSet> self = new ArrayList<>();
        List<ToolCallExecutor> executors = new ArrayList<>();
        ToolBody body = c -> {
            int depth = c.arguments().get("depth").asInt();
            if (depth < 4) {
                return executors
                        .get(0)
                        .execute(List.of(call("a", "depth", depth + 1), call("b", "depth", depth + 1)), self.get(0))
                        .stream()
                        .allMatch(CallResult::isSuccess);
            }
            return true;
        };
        ToolPolicy capped = ToolPolicy.builder().maxConcurrency(cap).build();
        self.add(ToolSet.of(
                ToolDefinition.builder("a", body)
                        .effects(Effects.reads("x"))
                        .policy(capped)
                        .build(),
                ToolDefinition.builder("b", body)
                        .effects(Effects.reads("x"))
                        .policy(capped)
                        .build()));
        executors.add(ToolCallExecutor.builder()
                .totalConcurrency(cap)
                .maxConcurrency(cap)
                .groupConcurrency(cap, "a", "b")
                .build());
        assertAllSucceed(
                sideBySide(3, executors.get(0), self.get(0), List.of(call("a", "depth", 0), call("b", "depth", 0))));
    }

    @Test
    void exclusive_conversations_do_not_overlap_where_they_conflict() throws Exception {
        AtomicInteger writers = new AtomicInteger();
        ToolSet tools = ToolSet.of(ToolDefinition.of("write", Effects.writes("a/{i}"), c -> {
            most.accumulateAndGet(writers.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            writers.decrementAndGet();
            return null;
        }));
        ToolCallExecutor executor =
                ToolCallExecutor.builder().exclusiveAcrossConversations(true).build();
        assertAllSucceed(sideBySide(8, executor, tools, Collections.nCopies(20, call("write", "i", 1))));
        assertThat(most).hasValue(1);
    }

    @Test
    void exclusive_conversations_overlap_where_they_do_not_conflict() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        ToolBody together = c -> {
            both.countDown();
            await(both);
            return null;
        };
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("one", Effects.writes("a"), together),
                ToolDefinition.of("two", Effects.writes("b"), together));
        ToolCallExecutor executor =
                ToolCallExecutor.builder().exclusiveAcrossConversations(true).build();
        var first = sideBySide(1, executor, tools, List.of(call("one")));
        var second = sideBySide(1, executor, tools, List.of(call("two")));
        assertAllSucceed(first);
        assertAllSucceed(second);
    }

    @Test
    void calls_that_want_two_resources_in_opposite_orders_never_wait_for_each_other() throws Exception {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("ab", Effects.writes("a", "b"), c -> null),
                ToolDefinition.of("ba", Effects.writes("b", "a"), c -> null));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .exclusiveAcrossConversations(true)
                .totalConcurrency(2)
                .build();
        assertAllSucceed(
                sideBySide(6, executor, tools, List.of(call("ab"), call("ba"), call("ab"), call("ba"), call("ba"))));
    }

    @Test
    void a_body_may_write_what_its_call_writes_through_a_batch_of_its_own() throws Exception {
        ToolCallExecutor executor =
                ToolCallExecutor.builder().exclusiveAcrossConversations(true).build();
        ToolSet inner = ToolSet.of(ToolDefinition.of("inner", Effects.writes("a"), c -> "in"));
        ToolSet outer = ToolSet.of(ToolDefinition.of(
                "outer",
                Effects.writes("a"),
                c -> executor.execute(List.of(call("inner")), inner).get(0).isSuccess()));
        assertAllSucceed(sideBySide(3, executor, outer, List.of(call("outer"), call("outer"))));
    }

    @Test
    void caps_below_one_and_groups_without_tools_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolCallExecutor.builder().totalConcurrency(0))
                .withMessage("totalConcurrency must be >= 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolCallExecutor.builder().groupConcurrency(1))
                .withMessage("a group needs at least 1 tool, was given 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolPolicy.builder().maxConcurrency(0).build())
                .withMessage("maxConcurrency must be >= 1, was 0");
    }

    /** Once each grant was passed on within the one before: a stack overflow. */
    @Test
    void thousands_of_calls_wait_for_one_cap_while_others_hold_the_permits() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.builder("capped", c -> null)
                        .effects(Effects.pure())
                        .policy(ToolPolicy.builder().maxConcurrency(1).build())
                        .build(),
                ToolDefinition.of("free", Effects.pure(), c -> null));
        List<ToolCall> calls = new ArrayList<>(Collections.nCopies(10_000, call("capped")));
        calls.addAll(Collections.nCopies(2_000, call("free")));
        assertThat(ToolCallExecutor.builder().build().execute(calls, tools))
                .hasSize(12_000)
                .allMatch(CallResult::isSuccess);
    }
}
