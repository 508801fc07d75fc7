package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.plan.CallPlan;
import dev.langchain4j.model.output.TokenUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskResultTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static CallResult call(String id, Outcome outcome, int millis) {
        return new CallResult(
                ToolCall.parse(id, "search", "{}"),
                outcome,
                1,
                START,
                START.plusMillis(millis),
                CallResult.ThreadKind.VIRTUAL);
    }

    private static RoundReport round(int millis, CallResult... results) {
        return new RoundReport(1, CallPlan.of(List.of(), List.of()), List.of(results), START, START.plusMillis(millis));
    }

    private static TaskResult result(List<RoundReport> rounds) {
        return new TaskResult("done", TaskEnd.ANSWER, null, rounds, 1, new TokenUsage(), Duration.ofSeconds(1), null);
    }

    @Test
    void time_saved_is_that_of_the_calls_less_that_of_the_rounds() {
        Outcome done = new Outcome.Succeeded("x");
        TaskResult result = result(List.of(
                round(200, call("1", done, 100), call("2", done, 200)),
                round(310, call("3", done, 150), call("4", done, 150))));

        assertThat(result.timeSaved()).isEqualTo(Duration.ofMillis(90));
    }

    @Test
    void a_round_in_which_calls_waited_for_a_person_saves_no_time() {
        RoundReport round =
                round(200, call("1", new Outcome.Succeeded("x"), 200), call("2", new Outcome.Succeeded("x"), 200));
        assertThat(result(List.of(round)).timeSaved()).isEqualTo(Duration.ofMillis(200));
        Span approval = new Span(TimeKind.APPROVAL, START, START.plusMillis(1), 0, new Wait.ForApproval());
        Span run = new Span(TimeKind.RUN, START.plusMillis(1), START.plusMillis(200), 1, null);
        CallTrace waited = new CallTrace(CallEnd.OK, List.of(approval, run), CallTrace.Settings.NONE);
        RoundReport approved = new RoundReport(
                1, round.plan(), round.results(), List.of(waited, waited), 5, round.start(), round.end());
        assertThat(result(List.of(approved)).timeSaved()).isZero();
    }

    @Test
    void overhead_is_no_time_saved() {
        assertThat(result(List.of(round(12, call("1", new Outcome.Succeeded(null), 10))))
                        .timeSaved())
                .isZero();
    }

    @Test
    void failed_calls_are_all_that_did_not_succeed_in_their_order() {
        TaskResult result = result(List.of(
                round(1, call("1", new Outcome.Skipped("no"), 1), call("2", new Outcome.Succeeded("x"), 1)),
                round(1, call("3", new Outcome.Failed(new IllegalStateException("no")), 1))));

        assertThat(result.failedCalls()).extracting(call -> call.call().id()).containsExactly("1", "3");
        assertThat(result.calls()).extracting(call -> call.call().id()).containsExactly("1", "2", "3");
    }

    @Test
    void a_result_cannot_be_changed_or_be_nonsense() {
        List<RoundReport> rounds = new ArrayList<>(List.of(round(1)));
        TaskResult result = result(rounds);
        rounds.clear();

        assertThat(result.rounds()).hasSize(1).isUnmodifiable();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new TaskResult(null, TaskEnd.ERROR, null, List.of(), -1, new TokenUsage(), Duration.ZERO, null))
                .withMessage("modelRequests must be >= 0, was -1");
    }
}
