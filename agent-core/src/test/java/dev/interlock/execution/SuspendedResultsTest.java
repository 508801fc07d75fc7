package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Results of calls that had ended are there for those that use them, in whatever process; and parts of batches. */
@Timeout(60)
class SuspendedResultsTest extends SuspendFixture {

    private static ToolCallExecutor chaining(ToolCallExecutor.Builder builder) {
        ToolPolicy refers = ToolPolicy.builder().references(true).build();
        return builder.chaining(true)
                .policy("pay", refers)
                .policy("tell", refers)
                .build();
    }

    @Test
    void results_are_there_for_references_in_another_process_as_they_would_be_in_this() {
        ToolSet chained = ToolSet.of(
                ToolDefinition.of("find", Effects.reads("a"), call -> Map.of("id", 42, "list", List.of(1.5, "x"))),
                ToolDefinition.of(
                        "pay",
                        Effects.writes("account"),
                        call -> call.arguments().toString()),
                ToolDefinition.of("text", Effects.pure(), call -> "{\"n\": 1.50}"));
        var calls = List.of(
                call("find"),
                call("text"),
                call("pay", "id", "${1.id}", "text", "${2} ${1.list[0]}"),
                call("pay", "id", "${2.n}", "other", "${3}"));
        ToolCallExecutor chaining = chaining(ToolCallExecutor.builder());
        ToolCallExecutor asking = chaining(desk());
        SuspendedRound first = suspended(() -> asking.execute(calls, chained));
        assertThat(first.pending()).containsExactly(2);
        assertThat(((SuspendedCall.Pending) first.calls().get(2)).shown().arguments())
                .hasToString("{\"id\":42,\"text\":\"{\\\"n\\\": 1.50} 1.5\"}");
        SuspendedRound second = suspended(() -> asking.resume(first, Map.of(2, Decision.approved()), chained));
        assertThat(second.pending()).containsExactly(3);
        assertThat(values(asking.resume(second, Map.of(3, Decision.approved()), chained))
                        .subList(2, 4))
                .isEqualTo(values(chaining.execute(calls, chained)).subList(2, 4));
    }

    @Test
    void what_refers_to_a_refused_call_is_skipped() {
        ToolCallExecutor executor = chaining(desk());
        SuspendedRound round = suspended(executor, call("pay", "id", "1"), call("tell", "id", "${1}"));
        assertThat(state(round, 1)).isEqualTo("waits for approval of call 1");
        assertThat(executor.resume(round, Map.of(0, Decision.refused("no")), tools)
                        .get(1)
                        .outcome())
                .isInstanceOf(Outcome.Skipped.class);
    }

    @Test
    void an_equal_read_of_a_pending_one_has_its_outcome() {
        ToolSet reads = ToolSet.of(ToolDefinition.of("report", Effects.reads("a"), call -> {
            body(call);
            throw new CallPendingException("the report");
        }));
        ToolCallExecutor executor = executor().coalescing(true).build();
        SuspendedRound round = suspended(() -> executor.execute(List.of(call("report"), call("report")), reads));
        assertThat(ran).hasSize(1);
        assertThat(state(round, 1)).isEqualTo("equals call 1, and will share its outcome");
        assertThat(values(executor.resume(round, Map.of(0, Decision.completed("it")), reads)))
                .containsExactly("it", "it");
        assertThat(ran).hasSize(1);
    }

    @Test
    void a_chunk_that_is_suspended_leaves_the_whole_batch_to_be_resumed() {
        ToolCallExecutor executor = chaining(desk());
        SuspendedRound round = suspended(() -> executor.executeInChunks(
                List.of(
                        call("balance", "id", "1"),
                        call("tell", "id", "2"),
                        call("tell", "id", "3"),
                        call("pay", "id", "4"),
                        call("tell", "id", "${4}")),
                tools,
                2));
        assertThat(round.pending()).containsExactly(3);
        assertThat(state(round, 4)).isEqualTo("waits for the chunk before it");
        assertThat(ran).containsExactlyInAnyOrder("balance 1", "tell 2", "tell 3");
        assertThat(values(executor.resume(round, Map.of(3, Decision.approved()), tools)))
                .containsExactly("balance done 1", "tell done 2", "tell done 3", "pay done 4", "tell done pay done 4");
        assertThat(ran).hasSize(5);
    }

    @Test
    void a_batch_that_is_tried_again_is_suspended_as_a_whole() {
        ToolCallExecutor executor = desk().build();
        List<CallResult> first = ToolCallExecutor.builder()
                .interceptor(call -> {
                    if (call.index() > 0) {
                        throw new IllegalStateException("not yet");
                    }
                    return call.proceed();
                })
                .build()
                .execute(List.of(call("tell", "id", "1"), call("pay", "id", "2"), call("tell", "id", "3")), tools);
        SuspendedRound round = suspended(() -> executor.retryFailed(first, tools));
        assertThat(round.pending()).containsExactly(1);
        assertThat(values(executor.resume(round, Map.of(1, Decision.approved()), tools)))
                .containsExactly("tell done 1", "pay done 2", "tell done 3");
        assertThat(ran).containsExactly("tell 1", "tell 3", "pay 2");
    }
}
