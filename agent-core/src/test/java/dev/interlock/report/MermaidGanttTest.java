package dev.interlock.report;

import static dev.interlock.report.RecordedCalls.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import org.junit.jupiter.api.Test;

class MermaidGanttTest {

    @Test
    void has_a_row_a_call_and_marks_the_critical_path() {
        RunReport run = new RecordedCalls()
                .runs(40)
                .declared("write_it", Access.write("a"))
                .waits(calls(0), 40)
                .runs(20)
                .declared("read", Access.read("a"))
                .runs(5)
                .declared("other")
                .run(5);
        assertThat(MermaidGantt.of(run)).isEqualTo("""
                        ---
                        displayMode: compact
                        ---
                        gantt
                            dateFormat x
                            axisFormat %S.%L s
                            section Round 7
                            1 write_it :crit, 0, 40
                            2 read dependency :done, 0, 40
                            2 read :crit, 40, 60
                            3 other :active, 0, 5
                        """);
    }

    @Test
    void names_end_no_line_and_no_task() {
        String text = MermaidGantt.of(Hostile.run());
        Hostile.isHarmless(text);
        assertThat(text.lines().skip(7))
                .allMatch(line -> line.matches("    \\d+ [^:%\"<>]* :(crit|done|active), \\d+, \\d+"));
        assertThat(text.lines().skip(7)).hasSize(3 * Hostile.TEXTS.size());
    }
}
