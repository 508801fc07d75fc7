package dev.interlock.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Access;
import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A call that ended before its round was resumed counts in the round in which it ended, and not again. */
class ResumedReportTest {

    private static final Outcome NO = new Outcome.Failed(new IllegalStateException("no"));

    /** Two calls had ended before; the third one runs in this round. */
    private final RoundReport round = new RecordedCalls()
            .endedBefore()
            .declared("tell")
            .ending(CallEnd.REJECTED, NO)
            .endedBefore()
            .declared("charge")
            .runs(40)
            .declared("pay", Access.write("a"))
            .round(5);

    private final RunReport run = new RunReport(List.of(round));

    @Test
    void counts_are_those_of_this_round() {
        assertThat(round.calls()).isEqualTo(1);
        assertThat(round.callsBefore()).isEqualTo(2);
        assertThat(round.unsuccessful()).isZero();
        assertThat(run.calls()).isEqualTo(1);
        assertThat(run.ends()).isEqualTo(Map.of(CallEnd.OK, 1));
    }

    @Test
    void the_log_names_no_failure_of_before() {
        assertThat(RoundLogger.line(round))
                .isEqualTo("Round 7: 1 call in 40 ms, one after another 40 ms, 2 ended before");
    }

    @Test
    void the_text_shows_them_as_ended_before() {
        assertThat(TextReport.of(run, new TextStyle(80, false, true))).isEqualTo("""
                round 7: 1 call, 2 ended before, 40 ms, one after another 40 ms (1.0x)
                 1 tell   │                                              │  0.00 ms ok before
                 2 charge │                                              │  0.00 ms rejected before
                *3 pay    │██████████████████████████████████████████████│    40 ms
                  █ run 40 ms\
                """);
    }

    @Test
    void the_timeline_has_no_bar_of_before() {
        assertThat(round.timeline().lines().limit(2)).noneMatch(line -> line.contains("█"));
    }

    @Test
    void the_json_marks_them() throws Exception {
        JsonNode json = new ObjectMapper().readTree(JsonReport.of(run, ReportContent.NONE));
        JsonNode calls = json.path("rounds").get(0).path("calls");
        assertThat(calls.get(1).path("endedBefore").asBoolean()).isTrue();
        assertThat(calls.get(1).path("end").asText()).isEqualTo("rejected");
        assertThat(calls.get(2).has("endedBefore")).isFalse();
        assertThat(json.path("calls").asInt()).isEqualTo(1);
        assertThat(json.path("ends")).hasSize(1);
    }

    @Test
    void none_of_them_is_on_the_critical_path() {
        RoundReport waited = new RecordedCalls()
                .attempts(1)
                .endedBefore()
                .declared("tell")
                .waits(new Wait.ForPermit(1), 10)
                .runs(40)
                .declared("pay", Access.write("a"))
                .round(1);
        assertThat(CriticalPath.of(waited).steps()).containsExactly(new CriticalPath.Step(1, null));
    }

    @Test
    void a_trace_of_before_has_no_spans() {
        Span span = new Span(TimeKind.RUN, RecordedCalls.START, RecordedCalls.START.plusMillis(1), 1, null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CallTrace(CallEnd.OK, List.of(span), CallTrace.Settings.NONE, true))
                .withMessage("a call that ended before its round was resumed must have no spans, has 1");
    }
}
