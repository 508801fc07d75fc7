package dev.interlock.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.Outcome;
import dev.interlock.temporal.Activities.Reply;
import dev.interlock.temporal.RoundPlan.Terms;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JobReportsTest {

    private static final Outcome.Succeeded PAGES = new Outcome.Succeeded("12 pages");

    private final RoundRequest request = RoundRequest.of(Rig.calls("print {}"));
    private final RoundCalls calls = new RoundCalls("round", request, new RoundTurns(request.calls(), plan()), 0);
    private final JobReports jobs = new JobReports(calls);

    private static RoundPlan plan() {
        Terms terms = new Terms(List.of(), List.of(), true, false, 0, 1, 0, 0, 1, false, false);
        return new RoundPlan(List.of(terms), 1, 0, 0, false, false, 1000, 0, true);
    }

    private CallReport report(Outcome outcome, int attempts) {
        return CallReport.of(request.calls().getFirst(), outcome, attempts, 10, 20);
    }

    static Stream<Outcome> noSuccesses() {
        return Stream.of(
                Words.failed("out of paper"),
                Words.timedOut("print", "the attempt", 100, true, true),
                Words.interrupted("print", "the user has left", true));
    }

    @ParameterizedTest
    @MethodSource("noSuccesses")
    void a_report_takes_the_place_of_what_is_no_success(Outcome own) {
        for (Reply reply : List.of(
                Reply.ended(report(own, 3), false), Reply.ended(report(own, 3), true), Reply.lost(report(own, 3)))) {
            jobs.add(0, PAGES);

            CallReport came = Objects.requireNonNull(jobs.atEnd(0, reply, 30));
            assertThat(came.came()).isEqualTo(PAGES);
            assertThat(came.attempts()).isEqualTo(3);
            assertThat(came.startMillis()).isEqualTo(10);
            assertThat(jobs.atEnd(0, reply, 30)).isNull();
        }
    }

    @Test
    void a_report_takes_the_place_of_a_reply_that_a_lost_worker_did_not_send() {
        jobs.add(0, PAGES);

        CallReport came = Objects.requireNonNull(jobs.atEnd(0, null, 30));
        assertThat(came.came()).isEqualTo(PAGES);
        assertThat(came.attempts()).isEqualTo(1);
        assertThat(came.endMillis()).isEqualTo(30);
    }

    @Test
    void an_attempt_that_has_no_report_counts() {
        assertThat(jobs.atEnd(0, Reply.ended(report(Words.failed("out of paper"), 1), false), 30))
                .isNull();
        assertThat(jobs.atEnd(0, null, 30)).isNull();
    }

    @Test
    void a_report_stays_for_the_attempt_on_another_worker() {
        jobs.add(0, PAGES);

        assertThat(jobs.atEnd(0, Reply.notBegun(), 30)).isNull();
        CallReport came =
                Objects.requireNonNull(jobs.atEnd(0, Reply.ended(report(Words.failed("out of paper"), 1), false), 30));
        assertThat(came.came()).isEqualTo(PAGES);
    }

    @Test
    void a_second_report_is_refused() {
        jobs.add(0, PAGES);

        assertThatThrownBy(() -> jobs.add(0, new Outcome.Succeeded("13 pages")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("its job has been reported before");
    }
}
