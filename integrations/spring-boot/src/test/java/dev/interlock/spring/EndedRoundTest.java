package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.plan.CallPlan;
import dev.interlock.spring.InterlockEndpoint.EndedRound;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the endpoint says of a round. */
class EndedRoundTest {

    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private static Span span(TimeKind kind, long from, long to) {
        return new Span(kind, START.plusNanos(from), START.plusNanos(to), kind == TimeKind.RUN ? 1 : 0, null);
    }

    private static CallTrace trace(Span... spans) {
        return new CallTrace(CallEnd.OK, List.of(spans), CallTrace.Settings.NONE);
    }

    private static EndedRound round(CallTrace... calls) {
        List<CallResult> results = List.of(calls).stream()
                .map(trace -> new CallResult(
                        new ToolCall("1", "read", null),
                        new Outcome.Succeeded("ok"),
                        1,
                        START,
                        START,
                        ThreadKind.VIRTUAL))
                .toList();
        return EndedRound.of(
                new RoundReport(7, CallPlan.of(List.of()), results, List.of(calls), 5, START, START.plusMillis(100)));
    }

    @Test
    void says_how_much_faster_the_round_was() {
        CallTrace run = trace(span(TimeKind.RUN, 0, 100_000_000));
        EndedRound round = round(run, run);
        assertThat(round.speedup()).isEqualTo(2.0);
        assertThat(round.sequentialMillis()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(names = {"APPROVAL", "PENDING"})
    void says_nothing_of_that_where_a_call_waited_for_a_person_however_shortly(TimeKind kind) {
        CallTrace waited = trace(span(kind, 0, 500), span(TimeKind.RUN, 500, 100_000_000));
        EndedRound round = round(waited, trace(span(TimeKind.RUN, 0, 100_000_000)));
        assertThat(round.speedup()).isNull();
    }

    @Test
    void a_call_that_ended_before_a_resume_does_not_count_again() {
        CallTrace before = new CallTrace(CallEnd.OK, List.of(), CallTrace.Settings.NONE, true);
        assertThat(round(before, trace(span(TimeKind.RUN, 0, 100_000_000))).calls())
                .isEqualTo(1);
    }
}
