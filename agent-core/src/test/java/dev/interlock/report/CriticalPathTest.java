package dev.interlock.report;

import static dev.interlock.report.RecordedCalls.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.durable.PendingKind;
import dev.interlock.effect.Access;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.report.CriticalPath.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CriticalPathTest {

    @Test
    void leads_from_the_last_call_back_through_what_it_waited_for() {
        CriticalPath path = CriticalPath.of(new RecordedCalls()
                .runs(10)
                .declared("write", Access.write("a"))
                .runs(60)
                .declared("read", Access.read("b"))
                .waits(calls(0), 10)
                .runs(30)
                .declared("write", Access.write("a"))
                .waits(calls(2), 40)
                .waits(new Wait.ForPermit(2), 20)
                .runs(30)
                .declared("write", Access.write("a"))
                .round(2));
        assertThat(path.steps()).containsExactly(new Step(1, null), new Step(3, TimeKind.PERMIT));
        assertThat(path.contains(1)).isTrue();
        assertThat(path.contains(0)).isFalse();
    }

    @Test
    void of_several_calls_waited_for_the_last_one_to_end_counts() {
        CriticalPath path = CriticalPath.of(new RecordedCalls()
                .runs(50)
                .declared("read", Access.read("a"))
                .runs(20)
                .declared("read", Access.read("a"))
                .waits(calls(0, 1), 50)
                .runs(5)
                .declared("write", Access.write("a"))
                .round(5));
        assertThat(path.steps()).containsExactly(new Step(0, null), new Step(2, TimeKind.DEPENDENCY));
    }

    @Test
    void a_wait_before_another_attempt_leads_to_the_call_that_had_the_permit() {
        CriticalPath path = CriticalPath.of(new RecordedCalls()
                .runs(5)
                .span(TimeKind.RETRY, 10, 1, null)
                .waits(new Wait.ForPermit(1), 90)
                .span(TimeKind.RUN, 5, 2, null)
                .declared("read", Access.read("a"))
                .waits(new Wait.ForPermit(1), 5)
                .runs(100)
                .declared("read", Access.read("b"))
                .round(1));
        assertThat(path.steps()).containsExactly(new Step(1, null), new Step(0, TimeKind.PERMIT));
    }

    @Test
    void a_retry_leads_back_to_what_the_first_attempt_waited_for() {
        CriticalPath path = CriticalPath.of(new RecordedCalls()
                .runs(50)
                .declared("write", Access.write("a"))
                .waits(calls(0), 50)
                .runs(5)
                .span(TimeKind.RETRY, 10, 1, null)
                .span(TimeKind.RUN, 5, 2, null)
                .declared("read", Access.read("a"))
                .round(5));
        assertThat(path.steps()).containsExactly(new Step(0, null), new Step(1, TimeKind.DEPENDENCY));
    }

    @ParameterizedTest
    @MethodSource("ownWaits")
    void a_wait_of_its_own_behind_a_dependency_leads_back_to_that(Wait own) {
        CriticalPath path = CriticalPath.of(new RecordedCalls()
                .runs(100)
                .declared("write", Access.write("a"))
                .waits(calls(0), 100)
                .waits(own, 10)
                .runs(20)
                .declared("read", Access.read("a"))
                .round(5));
        assertThat(path.steps()).containsExactly(new Step(0, null), new Step(1, TimeKind.DEPENDENCY));
    }

    static List<Wait> ownWaits() {
        return List.of(
                new Wait.ForApproval(),
                new Wait.ForDecision(PendingKind.EXTERNAL, "a payment"),
                new Wait.ForInterceptor());
    }

    @Test
    void a_wait_of_its_own_that_began_before_the_other_call_ended_counts_alone() {
        CriticalPath path = CriticalPath.of(new RecordedCalls()
                .runs(100)
                .declared("write", Access.write("a"))
                .waits(calls(0), 5)
                .waits(new Wait.ForApproval(), 200)
                .runs(20)
                .declared("read", Access.read("a"))
                .round(5));
        assertThat(path.steps()).containsExactly(new Step(1, null));
    }

    @Test
    void a_cap_that_other_rounds_used_up_leads_back_to_the_dependency() {
        CriticalPath path = CriticalPath.of(new RecordedCalls()
                .runs(100)
                .declared("write", Access.write("a"))
                .waits(calls(0), 100)
                .waits(new Wait.ForCap("search", 1), 50)
                .runs(20)
                .capped("search", 1)
                .declared("search", Access.read("a"))
                .round(5));
        assertThat(path.steps()).containsExactly(new Step(0, null), new Step(1, TimeKind.DEPENDENCY));
    }

    @Test
    void begins_where_nobody_of_the_round_was_waited_for() {
        CriticalPath path = CriticalPath.of(new RecordedCalls()
                .waits(new Wait.ForApproval(), 50)
                .runs(50)
                .declared("write", Access.write("a"))
                .round(5));
        assertThat(path.steps()).containsExactly(new Step(0, null));
        assertThat(CriticalPath.of(new RecordedCalls().round(5)).steps()).isEmpty();
    }
}
