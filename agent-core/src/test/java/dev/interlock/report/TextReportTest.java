package dev.interlock.report;

import static dev.interlock.report.RecordedCalls.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.Outcome;
import dev.interlock.effect.Access;
import dev.interlock.event.CallEnd;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.text.SafeText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextReportTest {

    private final RunReport run = new RecordedCalls()
            .runs(40)
            .declared("write", Access.write("a"))
            .waits(calls(0), 40)
            .waits(new Wait.ForPermit(1), 20)
            .runs(20)
            .ending(CallEnd.FAILED, new Outcome.Failed(new IllegalStateException("secret of the server")))
            .declared("read", Access.read("a"))
            .run(1);

    @Test
    void shows_a_bar_a_call_and_what_it_waited_for() {
        assertThat(TextReport.of(run, new TextStyle(80, false, true))).isEqualTo("""
            round 7: 2 calls, 80 ms, one after another 60 ms (0.8x)
            *1 write │████████████████████████                       │    40 ms
            *2 read  │░░░░░░░░░░░░░░░░░░░░░░░░▒▒▒▒▒▒▒▒▒▒▒████████████│    20 ms failed
                  waited 40 ms for call 1
              ░ dependency 40 ms  ▒ permit 20 ms  █ run 60 ms
              1 failed\
            """);
    }

    @Test
    void shows_attempts_and_the_waits_between_them() {
        RunReport retried = new RecordedCalls()
                .runs(10)
                .span(TimeKind.RETRY, 20, 0, null)
                .span(TimeKind.RUN, 10, 2, null)
                .span(TimeKind.RETRY, 40, 0, null)
                .span(TimeKind.RUN, 20, 3, null)
                .ending(CallEnd.FAILED, new Outcome.Failed(new IllegalStateException("busy")))
                .declared("search", Access.read("a"))
                .run(5);

        assertThat(TextReport.of(retried, TextStyle.PLAIN, ReportContent.all(100)))
                .contains("failed\n      3 attempts, waited 60 ms between them\n")
                .contains("      error after 3 attempts: busy");
    }

    @Test
    void waits_for_a_person_are_drawn_and_make_no_slow_down() {
        RunReport approved = new RecordedCalls()
                .span(TimeKind.START, 10, 0, null)
                .waits(new Wait.ForApproval(), 30)
                .runs(40)
                .declared("pay", Access.write("a"))
                .run(5);

        assertThat(TextReport.of(approved, new TextStyle(80, false, true))).startsWith("""
            round 7: 1 call, 80 ms, one after another 40 ms
            *1 pay │──────◇◇◇◇◇◇◇◇◇◇◇◇◇◇◇◇◇◇█████████████████████████│    40 ms
                  waited 30 ms for its approval
              ◇ approval 30 ms  ─ start 10 ms  █ run 40 ms\
            """);
    }

    @Test
    void without_unicode_it_is_ascii() {
        assertThat(TextReport.of(run, TextStyle.ASCII))
                .matches("[ -~\n]*")
                .contains("####")
                .contains("....");
    }

    @Test
    void has_escape_sequences_only_where_colours_are_asked_for() {
        assertThat(TextReport.of(run, TextStyle.PLAIN)).doesNotContain("\u001b");
        assertThat(TextReport.of(run, new TextStyle(100, true, true))).contains("\u001b[31m");
    }

    @Test
    void arguments_results_and_errors_are_shown_only_where_asked_for_and_cut() {
        assertThat(TextReport.of(run, TextStyle.PLAIN)).doesNotContain("secret", "argument", "it is done");
        assertThat(TextReport.of(run, TextStyle.PLAIN, ReportContent.all(10)))
                .contains("error: secret of …", "result: it is done", "arguments: {\"argument…");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothing_that_tools_write_commands_a_terminal(boolean unicode) {
        String text = TextReport.of(Hostile.run(), new TextStyle(60, false, unicode), ReportContent.all(1_000));
        Hostile.isHarmless(text);
        assertThat(text.lines())
                .allSatisfy(line -> assertThat(SafeText.width(line)).isLessThanOrEqualTo(60));
        assertThat(text.lines().filter(line -> line.contains("waited"))).hasSize(Hostile.TEXTS.size());
    }

    @Test
    void nor_does_the_timeline_of_a_round() {
        Hostile.isHarmless(Hostile.run().rounds().get(0).timeline());
    }

    @Test
    void a_terminal_gets_colours_if_it_is_one_and_nobody_minds() {
        assertThat(TextStyle.of(Map.of("TERM", "xterm"), true, StandardCharsets.UTF_8))
                .isEqualTo(new TextStyle(100, true, true));
        assertThat(TextStyle.of(Map.of("TERM", "xterm"), false, StandardCharsets.UTF_8)
                        .color())
                .isFalse();
        assertThat(TextStyle.of(Map.of("TERM", "xterm", "NO_COLOR", ""), true, StandardCharsets.UTF_8)
                        .color())
                .isFalse();
        assertThat(TextStyle.of(Map.of("TERM", "dumb"), true, StandardCharsets.US_ASCII))
                .isEqualTo(new TextStyle(100, false, false));
        assertThat(TextStyle.of(Map.of("COLUMNS", "132"), false, StandardCharsets.UTF_8)
                        .width())
                .isEqualTo(132);
        assertThat(TextStyle.of(Map.of("COLUMNS", "many"), false, StandardCharsets.UTF_8)
                        .width())
                .isEqualTo(100);
        assertThatThrownBy(() -> new TextStyle(39, false, false)).hasMessage("width must be >= 40, was 39");
    }

    @Test
    void a_run_without_rounds_has_nothing_to_show() {
        assertThat(TextReport.of(new RunReport(List.of()), TextStyle.PLAIN))
                .isEqualTo("0 rounds, 0 calls: 0.00 ms in rounds, 0.00 ms saved, 0.00 ms in all");
    }
}
