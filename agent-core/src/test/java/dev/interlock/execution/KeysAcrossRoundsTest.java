package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A call has one key, whatever rounds run it, and no other call has that; and a batch that several rounds run is kept
 * as one. So it is after each test.
 */
@Timeout(60)
class KeysAcrossRoundsTest {

    private final JournalInMemory journal = new JournalInMemory();

    /** By what a call is about, the keys that its executions had. */
    private final Map<String, List<String>> keys = new ConcurrentHashMap<>();

    private final List<SuspendedRound> handedOver = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("write", Effects.writes("thing/{x}"), this::execute),
            ToolDefinition.of("fail", Effects.writes("thing/{x}"), call -> {
                Object done = execute(call);
                if (failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("not now");
                }
                return done;
            }),
            ToolDefinition.of("job", Effects.writes("thing/{x}"), call -> {
                execute(call);
                throw new CallPendingException("its job");
            }));

    private Object execute(ToolCall call) {
        String about = call.tool() + call.arguments().path("x");
        keys.computeIfAbsent(about, unused -> new CopyOnWriteArrayList<>())
                .add(CallScope.current().orElseThrow().idempotencyKey());
        return about;
    }

    private ToolCallExecutor executor() {
        return ToolCallExecutor.builder()
                .journal(journal)
                .handover(handedOver::add)
                .build();
    }

    @AfterEach
    void each_call_has_one_key_of_its_own() {
        keys.forEach((call, all) -> assertThat(all).as(call).containsOnly(all.getFirst()));
        assertThat(keys.values().stream().map(List::getFirst)).doesNotHaveDuplicates();
    }

    @Test
    void chunks_that_are_suspended_go_on_as_the_batch_that_they_are_of() {
        List<ToolCall> calls = List.of(
                call("write", "x", 1),
                call("write", "x", 2),
                call("job", "x", 3),
                call("write", "x", 4),
                call("write", "x", 5));
        SuspendedRound round = SuspendFixture.suspended(() -> executor().executeInChunks(calls, tools, 2));

        assertThat(handedOver).containsExactly(round);
        assertThat(round.calls()).hasSize(5);
        assertThat(round.idempotencyKey(2)).isEqualTo(keys.get("job3").getFirst());
        assertThat(journal.unfinished()).isEmpty();

        // It is pending once more.
        SuspendedRound again =
                SuspendFixture.suspended(() -> executor().resume(round, Map.of(2, Decision.runAgain()), tools));

        assertThat(again.id()).isEqualTo(round.id());
        assertThat(executor().resume(again, Map.of(2, Decision.completed("job3")), tools))
                .allMatch(CallResult::isSuccess);
        assertThat(keys.get("job3")).hasSize(2);
        assertThat(handedOver).extracting(SuspendedRound::id).containsOnly(round.id());
        assertThat(handedOver).allSatisfy(whole -> assertThat(whole.calls()).hasSize(5));
    }

    @Test
    void a_batch_in_chunks_is_one_round_of_the_journal() {
        List<ToolCall> calls =
                IntStream.range(0, 5).mapToObj(x -> call("write", "x", x)).toList();

        List<CallResult> results = executor().executeInChunks(calls, tools, 2);

        assertThat(results).allMatch(CallResult::isSuccess);
        assertThat(journal.inShort()).startsWith("began 5").endsWith("over").containsOnlyOnce("began 5", "over");
        assertThat(handedOver).hasSize(1);
        assertThat(handedOver.getFirst().calls()).hasSize(5).allMatch(SuspendedCall.Ended.class::isInstance);
        assertThat(results)
                .extracting(CallResult::idempotencyKey)
                .containsExactlyElementsOf(IntStream.range(0, 5)
                        .mapToObj(handedOver.getFirst()::idempotencyKey)
                        .toList());
    }

    /** At each entry that a batch in chunks writes. */
    @Test
    void wherever_a_process_ends_a_batch_in_chunks_is_recovered_as_a_whole() {
        List<ToolCall> calls =
                IntStream.range(0, 5).mapToObj(x -> call("write", "x", x)).toList();
        int all = 0;
        for (int entries = 1; all == 0; entries++) {
            KeysAcrossRoundsTest life = new KeysAcrossRoundsTest();
            boolean over = life.endsAfter(entries, calls);
            life.each_call_has_one_key_of_its_own();
            all = over ? entries : 0;
        }
        // It began; five starts and ends; three rounds settled; it is over.
        assertThat(all).isEqualTo(1 + 10 + 3 + 1);
    }

    private boolean endsAfter(int number, List<ToolCall> calls) {
        AtomicInteger entries = new AtomicInteger();
        journal.before(entry -> {
            if (entries.incrementAndGet() > number) {
                throw new IllegalStateException("the process has ended");
            }
        });
        executor().executeInChunks(calls, tools, 2);
        journal.before(entry -> {});
        List<SuspendedRound> left = journal.unfinished();
        if (left.isEmpty()) {
            return true;
        }
        handedOver.clear();
        SuspendedRound round = left.getFirst();
        assertThat(left).hasSize(1);
        assertThat(round.calls()).hasSize(5);
        Map<Integer, Decision> decisions = new ConcurrentHashMap<>();
        round.pending().forEach(place -> decisions.put(place, Decision.runAgain()));

        assertThat(executor().resume(round, decisions, tools)).hasSize(5).allMatch(CallResult::isSuccess);

        assertThat(handedOver).extracting(SuspendedRound::id).containsExactly(round.id());
        assertThat(journal.unfinished()).isEmpty();
        return false;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void calls_that_are_tried_again_keep_their_keys(boolean journalled) {
        ToolCallExecutor executor =
                journalled ? executor() : ToolCallExecutor.builder().build();
        failures.set(3);
        List<CallResult> first =
                executor.execute(List.of(call("write", "x", 1), call("fail", "x", 2), call("fail", "x", 3)), tools);

        // Also if the caller has only some of the results, in another order.
        List<CallResult> some = new ArrayList<>(first.subList(1, 3));
        Collections.reverse(some);
        List<CallResult> second = executor.retryFailed(some, tools);
        List<CallResult> third = executor.retryFailed(second, tools);

        assertThat(third).allMatch(CallResult::isSuccess);
        assertThat(third)
                .extracting(CallResult::idempotencyKey)
                .containsExactly(first.get(2).idempotencyKey(), first.get(1).idempotencyKey())
                .doesNotContainNull();
        assertThat(keys.get("fail2").size() + keys.get("fail3").size()).isEqualTo(5);
    }

    @Test
    void a_call_that_is_tried_again_is_recovered_with_its_key_and_within_its_batch() {
        failures.set(1);
        List<CallResult> first = executor().execute(List.of(call("write", "x", 1), call("fail", "x", 2)), tools);
        handedOver.clear();
        List<SuspendedRound> seen = new CopyOnWriteArrayList<>();
        ToolSet watched = ToolSet.of(ToolDefinition.of("fail", Effects.writes("thing/{x}"), call -> {
            seen.addAll(journal.unfinished());
            return execute(call);
        }));
        executor().retryFailed(first, watched);

        // As it would be found if the process had ended in the tool.
        SuspendedRound round = seen.getFirst();
        assertThat(round.calls()).hasSize(2);
        assertThat(round.pending()).containsExactly(1);
        assertThat(round.idempotencyKey(1)).isEqualTo(first.get(1).idempotencyKey());
        assertThat(SuspendedRound.fromJson(round.toJson())).isEqualTo(round);
        assertThat(executor().resume(round, Map.of(1, Decision.runAgain()), tools))
                .allMatch(CallResult::isSuccess)
                .extracting(CallResult::idempotencyKey)
                .containsExactly(first.get(0).idempotencyKey(), first.get(1).idempotencyKey());
        assertThat(handedOver).allSatisfy(whole -> assertThat(whole.calls()).hasSize(2));
    }

    @Test
    void a_call_that_is_tried_again_and_then_pending_keeps_its_key() {
        failures.set(1);
        List<CallResult> first = executor().execute(List.of(call("write", "x", 1), call("fail", "x", 2)), tools);
        handedOver.clear();
        ToolSet pending = ToolSet.of(ToolDefinition.of("fail", Effects.writes("thing/{x}"), call -> {
            execute(call);
            throw new CallPendingException("its job");
        }));

        SuspendedRound round = SuspendFixture.suspended(() -> executor().retryFailed(first, pending));

        assertThat(handedOver).containsExactly(round);
        assertThat(round.pending()).containsExactly(1);
        assertThat(executor().resume(round, Map.of(1, Decision.runAgain()), tools))
                .allMatch(CallResult::isSuccess);
        assertThat(keys.get("fail2")).hasSize(3);
    }

    @Test
    void results_of_which_no_tool_can_have_asked_the_key_have_none() {
        ToolSet other = ToolSet.of(ToolDefinition.of("t", Effects.writes("a"), call -> 1));

        assertThat(ToolCallExecutor.builder().build().execute(List.of(call("t")), other))
                .extracting(CallResult::idempotencyKey)
                .containsOnlyNulls();
    }
}
