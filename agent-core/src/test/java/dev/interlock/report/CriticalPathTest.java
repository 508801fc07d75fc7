package dev.interlock.report;

import static dev.interlock.report.RecordedCalls.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.report.CriticalPath.Step;
import org.junit.jupiter.api.Test;

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
