package dev.interlock.report;

import static dev.interlock.report.RecordedCalls.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.effect.Access;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.plan.CallPlan;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WhatIfTest {

    @Test
    void undeclared_tools_known_to_read_would_have_overlapped() {
        RunReport run = new RecordedCalls()
                .runs(100)
                .on(ThreadKind.OWNER)
                .undeclared("search")
                .waits(calls(0), 100)
                .runs(100)
                .on(ThreadKind.OWNER)
                .undeclared("search")
                .waits(calls(1), 200)
                .runs(100)
                .on(ThreadKind.OWNER)
                .undeclared("search")
                .run(5);
        assertThat(run.whatIfs()).singleElement().satisfies(whatIf -> {
            assertThat(whatIf.text()).isEqualTo("if `search` were known to read: 3.0x");
            assertThat(whatIf.predicted()).isEqualTo(Duration.ofMillis(100));
        });
    }

    @Test
    void of_several_undeclared_tools_each_is_tried_and_all_together() {
        RecordedCalls calls = new RecordedCalls();
        long before = 0;
        for (String tool : List.of("one", "one", "other", "other")) {
            calls.span(TimeKind.DEPENDENCY, before, 0, calls(0)).runs(50).undeclared(tool);
            before += 50;
        }
        assertThat(calls.run(5).whatIfs())
                .extracting(WhatIf::text)
                .containsExactly(
                        "if `one`, `other` were known to read: 4.0x",
                        "if `one` were known to read: 1.3x",
                        "if `other` were known to read: 1.3x");
    }

    @Test
    void the_fewest_permits_that_bring_what_permits_can_bring() {
        RecordedCalls calls = new RecordedCalls();
        for (int i = 0; i < 8; i++) {
            calls.waits(new Wait.ForPermit(2), 30L * (i / 2)).runs(30).declared("read", Access.read("a/" + i));
        }
        assertThat(calls.run(2).whatIfs()).extracting(WhatIf::text).containsExactly("with 8 permits: 4.0x");
    }

    @Test
    void a_tool_declared_finer_would_not_wait_for_itself() {
        RunReport run = new RecordedCalls()
                .runs(40)
                .with("x")
                .declared("report", Access.write("report"))
                .waits(calls(0), 40)
                .runs(40)
                .with("y")
                .declared("report", Access.write("report"))
                .waits(calls(1), 80)
                .runs(40)
                .with("x")
                .declared("report", Access.write("report"))
                .run(5);
        assertThat(run.whatIfs())
                .singleElement()
                .extracting(WhatIf::text)
                .isEqualTo("declare `report` finer, by its arguments: 1.5x");
    }

    @Test
    void what_others_access_within_a_resource_is_not_declared_finer() {
        RunReport run = new RecordedCalls()
                .runs(40)
                .with("x")
                .declared("report", Access.write("report"))
                .waits(calls(0), 40)
                .runs(40)
                .with("y")
                .declared("report", Access.write("report"))
                .waits(calls(1), 80)
                .runs(1)
                .declared("page", Access.read("report/page"))
                .run(5);
        assertThat(run.whatIfs()).isEmpty();
    }

    @Test
    void a_higher_cap_would_have_let_more_run() {
        RunReport run = new RecordedCalls()
                .runs(40)
                .capped("tool 'read'", 1)
                .declared("read", Access.read("a"))
                .waits(new Wait.ForCap("tool 'read'", 1), 40)
                .runs(40)
                .capped("tool 'read'", 1)
                .declared("read", Access.read("b"))
                .run(5);
        assertThat(run.whatIfs())
                .singleElement()
                .extracting(WhatIf::text)
                .isEqualTo("with a cap of 2 for tool 'read': 2.0x");
    }

    @Test
    void what_is_said_of_a_name_is_harmless_text_of_the_name() {
        assertThat(new WhatIf(WhatIf.Kind.READS, List.of("a`b"), 0, "", Duration.ofMillis(1), 2).change())
                .isEqualTo("if `a`b` were known to read");
    }

    @Test
    void a_data_dependency_stays_whatever_is_declared() {
        RunReport run = new RecordedCalls()
                .runs(40)
                .undeclared("search")
                .waits(calls(0), 40)
                .runs(40)
                .using(0)
                .undeclared("search")
                .run(5);
        assertThat(run.whatIfs()).isEmpty();
    }

    @Test
    void approvals_asked_for_first_overlap_with_what_a_call_waits_for() {
        Work asking = new RecordedRound(new RecordedCalls()
                        .runs(100)
                        .declared("write", Access.write("a"))
                        .waits(calls(0), 1)
                        .waits(new Wait.ForApproval(), 150)
                        .runs(20)
                        .declared("write", Access.write("a"))
                        .round(5))
                .calls()
                .get(1);
        assertThat(asking.asked()).isEqualTo(Duration.ofMillis(151).toNanos());
        assertThat(asking.parts())
                .containsExactly(new Work.Part(true, Duration.ofMillis(20).toNanos()));
    }

    @Test
    void a_retry_gives_its_permit_back_meanwhile() {
        RecordedRound round = new RecordedRound(new RecordedCalls()
                .runs(10)
                .span(TimeKind.RETRY, 50, 1, null)
                .span(TimeKind.RUN, 10, 2, null)
                .declared("read", Access.read("a"))
                .waits(new Wait.ForPermit(1), 10)
                .runs(40)
                .declared("read", Access.read("b"))
                .round(1));
        assertThat(round.recorded() / 1e6).isCloseTo(70, within(0.1));
        assertThat(Simulation.run(round.calls(), 1) / 1e6).isCloseTo(70, within(0.1));
    }

    @Test
    void calls_that_lack_different_caps_do_not_hold_each_other_up() {
        RecordedRound round = new RecordedRound(new RecordedCalls()
                .runs(40)
                .capped("one", 1)
                .declared("a")
                .waits(new Wait.ForCap("one", 1), 40)
                .runs(40)
                .capped("one", 1)
                .declared("a")
                .runs(40)
                .capped("other", 1)
                .declared("b")
                .waits(new Wait.ForCap("other", 1), 40)
                .runs(40)
                .capped("other", 1)
                .declared("b")
                .round(3));
        assertThat(Simulation.run(round.calls(), 3) / 1e6).isCloseTo(80, within(0.1));
    }

    /** As the engine: it starts the long one first once it knows that it is long. */
    @Test
    void call_known_to_take_longest_starts_first_where_permits_are_few() {
        RoundReport before = new RecordedCalls()
                .runs(20)
                .declared("short")
                .runs(60)
                .declared("long")
                .round(2);
        RoundReport round = new RecordedCalls()
                .runs(20)
                .declared("short")
                .runs(20)
                .declared("short")
                .runs(60)
                .declared("long")
                .round(2);
        Expectations expectations = new Expectations();
        assertThat(Simulation.run(new RecordedRound(round, expectations).calls(), 2) / 1e6)
                .isCloseTo(80, within(0.1));
        expectations.learn(before);
        assertThat(Simulation.run(new RecordedRound(round, expectations).calls(), 2) / 1e6)
                .isCloseTo(60, within(0.1));
    }

    @Test
    void longest_chain_starts_first_though_nothing_is_known_of_times() {
        RecordedCalls calls = new RecordedCalls()
                .waits(new Wait.ForPermit(2), 2)
                .runs(10)
                .declared("read", Access.read("a"))
                .waits(new Wait.ForPermit(2), 2)
                .runs(10)
                .declared("read", Access.read("b"));
        for (int i = 0; i < 3; i++) {
            // Each is noted a little later than the one before, as calls of a batch are.
            calls.planned(i).waits(calls(2), 3).runs(10).declared("write", Access.write("c"));
        }
        assertThat(Simulation.run(new RecordedRound(calls.round(2)).calls(), 2) / 1e6)
                .isCloseTo(32, within(0.1));
    }

    @Test
    void calls_that_come_while_others_run_are_weighed_with_those_that_still_wait() {
        List<Work> calls =
                List.of(work("short", 0, 20), work("middle", 0, 40), work("short", 5, 20), work("long", 5, 60));
        // The long one has come when the first permit is free; in call order it would wait for the second.
        assertThat(Simulation.run(calls, 2) / 1e6).isCloseTo(80, within(0.1));
    }

    private static Work work(String tool, long arrivalMillis, long millis) {
        long arrival = arrivalMillis * 1_000_000;
        long nanos = millis * 1_000_000;
        return new Work(
                tool,
                "",
                arrival,
                arrival,
                List.of(new Work.Part(true, nanos)),
                List.of(),
                List.of(),
                false,
                CallTrace.Settings.NONE,
                nanos);
    }

    @Test
    void rounds_of_a_run_teach_what_those_after_them_expect() {
        RoundReport teaches = new RecordedCalls()
                .runs(20)
                .declared("short")
                .runs(60)
                .declared("long")
                .round(2);
        // As it ran: the long one first, beside a short one.
        RoundReport round = new RecordedCalls()
                .runs(20)
                .declared("short")
                .waits(new Wait.ForPermit(2), 20)
                .runs(20)
                .declared("short")
                .waits(new Wait.ForPermit(2), 40)
                .runs(20)
                .declared("short")
                .runs(60)
                .declared("long")
                .round(2);
        // 120 ms of work: nothing is left for a third permit, as long as the long one starts first.
        assertThat(new RunReport(List.of(teaches, round)).whatIfs()).isEmpty();
        assertThat(new RunReport(List.of(round)).whatIfs())
                .as("with nothing learnt the long one is taken to have started last")
                .isNotEmpty();
    }

    @Test
    void thousands_of_calls_that_queue_for_a_cap_are_simulated_in_a_moment() {
        RecordedCalls calls = new RecordedCalls();
        for (int i = 0; i < 20_000; i++) {
            calls.span(TimeKind.CAP, i, 0, new Wait.ForCap("tool 'read'", 1))
                    .runs(1)
                    .capped("tool 'read'", 1)
                    .declared("read");
        }
        RunReport run = calls.run(Integer.MAX_VALUE);
        assertThat(run.whatIfs())
                .singleElement()
                .extracting(WhatIf::text)
                .isEqualTo("with a cap of 2 for tool 'read': 2.0x");
        assertThat(CriticalPath.of(run.rounds().get(0)).steps()).hasSize(20_000);
    }

    @Test
    void of_a_round_without_a_plan_nothing_is_predicted() {
        RoundReport planned = new RecordedCalls().runs(10).undeclared("a").round(1);
        RunReport run = new RunReport(
                List.of(new RoundReport(1, CallPlan.of(List.of()), planned.results(), planned.start(), planned.end())));
        assertThat(run.whatIfs()).isEmpty();
        assertThat(TextReport.of(run, TextStyle.PLAIN)).contains("1 call");
        assertThat(JsonReport.of(run, ReportContent.NONE)).contains("\"spans\"");
        assertThat(ChromeTrace.of(run, ReportContent.NONE)).contains("traceEvents");
    }
}
