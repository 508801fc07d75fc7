package dev.interlock.report;

import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.text.SafeText;
import java.time.Duration;
import java.time.Instant;

/**
 * Rounds as a Mermaid Gantt chart, which many Markdown viewers show. Each call has a row, which shows waits apart from
 * runs. Times are in whole milliseconds.
 */
public final class MermaidGantt {

    private final RunReport run;
    private final StringBuilder text = new StringBuilder();

    private MermaidGantt(RunReport run) {
        this.run = run;
    }

    /**
     * Writes a chart.
     *
     * @param run the rounds
     * @return Mermaid text
     */
    public static String of(RunReport run) {
        return new MermaidGantt(run).write();
    }

    private String write() {
        text.append("---\ndisplayMode: compact\n---\ngantt\n    dateFormat x\n    axisFormat %S.%L s\n");
        for (RoundReport round : run.rounds()) {
            text.append("    section Round ").append(round.round()).append('\n');
            CriticalPath path = CriticalPath.of(round);
            for (int i = 0; i < round.results().size(); i++) {
                call(round, i, path.contains(i));
            }
        }
        return text.toString();
    }

    private void call(RoundReport round, int i, boolean critical) {
        String name = (i + 1) + " " + escaped(round.results().get(i).call().tool());
        CallTrace trace = round.traces().get(i);
        for (Span span : trace.spans()) {
            if (span.kind().isWait() && span.duration().toMillis() > 0) {
                task(name + " " + span.kind().key(), "done, ", span);
            } else if (span.kind() == TimeKind.RUN) {
                task(name, critical ? "crit, " : "active, ", span);
            }
        }
    }

    private void task(String name, String tag, Span span) {
        long start = millis(span.start());
        text.append("    ")
                .append(name)
                .append(" :")
                .append(tag)
                .append(start)
                .append(", ")
                .append(Math.max(start + 1, millis(span.end())))
                .append('\n');
    }

    private long millis(Instant at) {
        return Duration.between(run.start(), at).toMillis();
    }

    /** Mermaid decodes entities, so of a name only characters without a meaning to Mermaid stay. */
    private static String escaped(String name) {
        StringBuilder escaped = new StringBuilder(name.length());
        SafeText.line(name, true).codePoints().forEach(c -> {
            if (Character.isLetterOrDigit(c) || c == ' ' || c == '_' || c == '-' || c == '.') {
                escaped.appendCodePoint(c);
            } else {
                escaped.append('#').append(c).append(';');
            }
        });
        return escaped.toString();
    }
}
