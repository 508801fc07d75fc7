package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left in the journal of a round whose process has ended goes on in another executor. */
@Timeout(60)
class RecoveryTest {

    private final JournalInMemory journal = new JournalInMemory();

    /** How often each call was executed, by its tool and place. */
    private final Map<String, Integer> executed = new ConcurrentHashMap<>();

    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final List<SuspendedRound> handedOver = new CopyOnWriteArrayList<>();

    private ToolSet tools(Effects writes) {
        return ToolSet.of(
                ToolDefinition.of("write", writes, this::execute),
                ToolDefinition.builder("put", this::execute)
                        .effects(Effects.writes("thing/{x}"))
                        .policy(ToolPolicy.builder().idempotent(true).build())
                        .build(),
                ToolDefinition.of("read", Effects.reads("thing/{x}"), this::execute));
    }

    private Object execute(ToolCall call) {
        CallScope scope = CallScope.current().orElseThrow();
        executed.merge(call.tool() + scope.index(), 1, Integer::sum);
        keys.add(scope.index() + " " + scope.idempotencyKey());
        return "done " + scope.index();
    }

    private ToolCallExecutor executor() {
        return ToolCallExecutor.builder()
                .journal(journal)
                .handover(handedOver::add)
                .coalescing(true)
                .build();
    }

    /** The process ends before the entry of that number. */
    private void endBefore(int number) {
        AtomicInteger entries = new AtomicInteger();
        journal.before(entry -> {
            if (entries.incrementAndGet() > number) {
                throw new IllegalStateException("the process has ended");
            }
        });
    }

    /** Before each entry that a round writes. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "thing/{x}", "same"})
    void wherever_a_process_ends_no_write_runs_twice_and_no_result_is_lost(String written) {
        List<ToolCall> calls = List.of(
                call("write", "x", 1),
                call("read", "x", 1),
                call("read", "x", 1),
                call("put", "x", 1),
                call("write", "x", 2),
                call("write", "x", 1));
        int entries = 0;
        while (!new RecoveryTest().endsBefore(entries, calls, written)) {
            entries++;
        }
        // Began, six starts less that of the equal read, six ends, settled, over.
        assertThat(entries).isEqualTo(1 + 5 + 6 + 2);
    }

    /** Whether the round was over before. */
    private boolean endsBefore(int number, List<ToolCall> calls, String written) {
        ToolSet tools = tools(Effects.writes(written));
        endBefore(number);
        executor().execute(calls, tools);
        List<SuspendedRound> left = journal.unfinished();
        journal.before(entry -> {});
        List<SuspendedRound> before = List.copyOf(handedOver);
        handedOver.clear();

        if (left.isEmpty()) {
            // A round that the journal does not know is not its to hand over: another may run it.
            assertThat(before).hasSize(number > 0 ? 1 : 0);
            return number > 0;
        }
        SuspendedRound round = left.getFirst();
        Map<Integer, Decision> decisions = new HashMap<>();
        round.pending().forEach(place -> decisions.put(place, Decision.givenUp("nobody knows")));
        List<CallResult> results = executor().resume(round, decisions, tools);

        for (int i = 0; i < calls.size(); i++) {
            String name = calls.get(i).tool() + i;
            if (calls.get(i).tool().equals("write")) {
                assertThat(executed.getOrDefault(name, 0)).as(name).isLessThanOrEqualTo(1);
            }
            if (decisions.containsKey(i)) {
                assertThat(results.get(i).outcome()).isInstanceOf(Outcome.Cancelled.class);
            } else {
                assertThat(results.get(i).isSuccess()).as(name).isTrue();
                assertThat(calls.get(i).tool().equals("read") || executed.get(name) >= 1)
                        .as(name)
                        .isTrue();
            }
        }
        assertThat(round.pending()).allMatch(place -> calls.get(place).tool().equals("write"));
        assertThat(journal.unfinished()).isEmpty();
        assertThat(handedOver).extracting(SuspendedRound::id).containsExactly(round.id());
        // The same call has the same key in both lives, and no other has it.
        Map<String, String> keyOf = new HashMap<>();
        keys.forEach(key -> assertThat(keyOf.merge(
                        key.substring(0, key.indexOf(' ')),
                        key.substring(key.indexOf(' ')),
                        (a, b) -> a.equals(b) ? a : "x"))
                .isNotEqualTo("x"));
        return false;
    }

    /** The state of a call of an unfinished round, and what was decided of it. */
    @Test
    void a_call_that_may_have_happened_runs_only_if_it_is_decided() {
        ToolSet tools = tools(Effects.writes("same"));
        endBefore(2);
        executor().execute(List.of(call("write"), call("write")), tools);
        journal.before(entry -> {});
        assertThat(executed).containsOnlyKeys("write0");

        SuspendedRound round = executor().recover().getFirst();
        assertThat(round.calls().get(0))
                .isInstanceOfSatisfying(
                        SuspendedCall.Pending.class,
                        pending -> assertThat(pending.kind()).isEqualTo(PendingKind.MAY_HAVE_HAPPENED));
        assertThatExceptionOfType(RoundSuspendedException.class)
                .isThrownBy(() -> executor().resume(round, Map.of(), tools))
                .satisfies(e -> assertThat(e.round().pending()).containsExactly(0));
        assertThat(executed).containsOnlyKeys("write0").containsValue(1);
        // It was handed over, as data.
        assertThat(journal.unfinished()).isEmpty();
        SuspendedRound kept = SuspendedRound.fromJson(handedOver.getLast().toJson());

        List<CallResult> results = executor().resume(kept, Map.of(0, Decision.runAgain()), tools);

        assertThat(results).allMatch(CallResult::isSuccess);
        assertThat(executed).containsEntry("write0", 2).containsEntry("write1", 1);
        assertThat(journal.unfinished()).isEmpty();
    }

    @Test
    void what_was_decided_counts_in_the_next_life_too() {
        ToolSet tools = tools(Effects.writes("same"));
        endBefore(2);
        executor().execute(List.of(call("write"), call("write")), tools);
        // The next life ends when it has written that the round goes on.
        endBefore(1);
        executor().resume(journal.unfinished().getFirst(), Map.of(0, Decision.runAgain()), tools);
        journal.before(entry -> {});
        assertThat(executed).containsOnlyKeys("write0").containsValue(1);

        SuspendedRound round = journal.unfinished().getFirst();

        assertThat(round.pending()).isEmpty();
        assertThat(executor().resume(round, Map.of(), tools)).allMatch(CallResult::isSuccess);
        assertThat(executed).containsEntry("write0", 2).containsEntry("write1", 1);
    }

    @Test
    void a_call_that_is_run_again_and_not_known_to_have_ended_may_have_happened_again() {
        ToolSet tools = tools(Effects.writes("same"));
        endBefore(2);
        executor().execute(List.of(call("write")), tools);
        endBefore(2);
        executor().resume(journal.unfinished().getFirst(), Map.of(0, Decision.runAgain()), tools);
        journal.before(entry -> {});

        assertThat(executed).containsEntry("write0", 2);
        assertThat(journal.unfinished().getFirst().pending()).containsExactly(0);
    }

    @Test
    void a_call_that_was_pending_is_so_as_it_was() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("job", Effects.writes("a"), call -> {
                    throw new CallPendingException("job 4711");
                }),
                ToolDefinition.of("next", Effects.writes("a"), call -> 1));
        journal.before(entry -> {
            if (entry instanceof JournalEntry.RoundEnded) {
                throw new IllegalStateException("the process has ended");
            }
        });
        assertThatExceptionOfType(RoundSuspendedException.class)
                .isThrownBy(() -> executor().execute(List.of(call("job"), call("next")), tools));
        journal.before(entry -> {});

        SuspendedRound round = journal.unfinished().getFirst();

        assertThat(round.calls().get(0)).isInstanceOfSatisfying(SuspendedCall.Pending.class, pending -> {
            assertThat(pending.kind()).isEqualTo(PendingKind.EXTERNAL);
            assertThat(pending.reason()).isEqualTo("job 4711");
            assertThat(pending.attempts()).isEqualTo(1);
        });
        assertThat(executor().resume(round, Map.of(0, Decision.completed("printed")), tools))
                .extracting(CallResult::outcome)
                .containsExactly(new Outcome.Succeeded("printed"), new Outcome.Succeeded(1));
    }

    @Test
    void a_round_that_cannot_be_handed_over_stays_and_its_results_are_returned() {
        ToolCallExecutor failing = ToolCallExecutor.builder()
                .journal(journal)
                .handover(round -> {
                    throw new IllegalStateException("the store is away");
                })
                .build();
        ToolSet tools = tools(Effects.writes("same"));

        assertThat(failing.execute(List.of(call("write"), call("read", "x", 1)), tools))
                .allMatch(CallResult::isSuccess);

        SuspendedRound round = journal.unfinished().getFirst();
        assertThat(round.calls()).allMatch(SuspendedCall.Ended.class::isInstance);
        assertThat(executor().resume(round, Map.of(), tools)).allMatch(CallResult::isSuccess);
        assertThat(executed.values()).allMatch(times -> times == 1);
        assertThat(handedOver).hasSize(1);
        assertThat(journal.unfinished()).isEmpty();
    }

    @Test
    void an_interrupt_that_the_handover_throws_stays_with_the_caller() {
        ToolCallExecutor interrupted = ToolCallExecutor.builder()
                .journal(journal)
                .handover(round -> {
                    throw new InterruptedException("while it waited for the store");
                })
                .build();

        assertThat(interrupted.execute(List.of(call("write")), tools(Effects.writes("same"))))
                .allMatch(CallResult::isSuccess);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(journal.unfinished()).hasSize(1);
    }

    @Test
    void references_find_what_calls_of_the_life_before_have_given() {
        List<String> seen = new ArrayList<>();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("find", Effects.writes("a"), call -> "found"),
                ToolDefinition.of("use", Effects.reads("b"), call -> {
                    seen.add(call.arguments().path("x").asText());
                    return 1;
                }));
        endBefore(3);
        ToolCallExecutor chaining =
                ToolCallExecutor.builder().journal(journal).chaining(true).build();
        chaining.execute(List.of(call("find"), call("use", "x", "${1}")), tools);
        journal.before(entry -> {});
        assertThat(seen).isEmpty();

        assertThat(chaining.resume(journal.unfinished().getFirst(), Map.of(), tools))
                .allMatch(CallResult::isSuccess);
        assertThat(seen).containsExactly("found");
    }

    @Test
    void without_a_journal_there_is_nothing_to_recover_from() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ToolCallExecutor.builder().build().recover())
                .withMessage("cannot recover rounds: this executor has no journal");
    }

    @Test
    void calls_of_a_stream_are_recovered() {
        ToolSet tools = tools(Effects.writes("thing/{x}"));
        endBefore(Integer.MAX_VALUE);
        ToolCallExecutor executor = executor();
        StreamedRound round = streamedRound(executor);
        IntStream.range(0, 2).forEach(x -> {
            ToolDefinition tool = tools.find("write");
            round.admit(
                    new BodyCall(call("write", "x", x), tool, executor.rounds().bind(tool), tools));
        });
        journal.before(entry -> {
            throw new IllegalStateException("the process has ended");
        });
        round.await();
        journal.before(entry -> {});

        SuspendedRound left = journal.unfinished().getFirst();
        Map<Integer, Decision> decisions = new HashMap<>();
        left.pending().forEach(place -> decisions.put(place, Decision.givenUp("nobody knows")));

        assertThat(left.calls()).hasSize(2);
        assertThat(executor.resume(left, decisions, tools)).hasSize(2);
        assertThat(executed.values()).allMatch(times -> times == 1);
    }
}
