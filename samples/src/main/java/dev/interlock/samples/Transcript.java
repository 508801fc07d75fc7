package dev.interlock.samples;

import dev.interlock.event.RoundReport;
import dev.interlock.plan.Dependency;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints conversations for people, at most 100 columns wide. */
final class Transcript {

    private static final int WIDTH = 100;
    private static final int LABEL = 12;

    private final PrintStream out;

    Transcript(PrintStream out) {
        this.out = out;
    }

    void heading(String title) {
        out.println();
        out.println("== " + title + " " + "=".repeat(Math.max(0, WIDTH - title.length() - 4)));
    }

    /** Prints a wrapped paragraph behind a label in the margin. */
    void say(String label, String text) {
        String margin = label;
        for (String line : wrapped(text)) {
            line(margin, line);
            margin = "";
        }
    }

    /** Prints all messages, with plan and timeline where Interlock ran the tools. */
    void conversation(Conversation conversation) {
        for (int i = 0; i < conversation.rounds().size(); i++) {
            Round round = conversation.rounds().get(i);
            out.println();
            numbered("round " + (i + 1), round.calls());
            RoundReport report = round.report();
            if (report != null) {
                block("plan", report.plan().toString());
                block("timeline", timeline(report));
                line("", "together " + millis(report.elapsed()) + " instead of " + millis(report.sequentialTime()));
            }
            numbered(
                    "results",
                    round.results().stream()
                            .map(ToolExecutionResultMessage::text)
                            .toList());
        }
        out.println();
        say("assistant", conversation.answer());
    }

    /** Prints only the calls and their times. */
    void callTimes(Conversation conversation) {
        for (int i = 0; i < conversation.rounds().size(); i++) {
            Round round = conversation.rounds().get(i);
            List<String> lines = new ArrayList<>();
            for (int call = 0; call < round.requests().size(); call++) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%7s  %s",
                        millis(round.callTimes().get(call)),
                        round.calls().get(call)));
            }
            numbered("round " + (i + 1), lines);
            line("", "together " + millis(round.inTools()));
        }
        say("assistant", conversation.answer());
    }

    void database(Map<String, List<String>> state) {
        state.forEach((table, rows) -> block(table, rows.isEmpty() ? "(empty)" : String.join("\n", rows)));
    }

    static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }

    /** Which call ran when, and which call waited for which. */
    private static String timeline(RoundReport report) {
        String[] lines = report.timeline().split("\n", -1);
        for (int i = 0; i < report.results().size(); i++) {
            List<Dependency> dependencies = report.plan().dependencies(i);
            if (!dependencies.isEmpty()) {
                lines[i] += dependencies.stream()
                        .map(dependency -> String.valueOf(dependency.earlier() + 1))
                        .collect(Collectors.joining(", ", "  waited for ", ""));
            }
        }
        return String.join("\n", lines);
    }

    private void numbered(String label, List<String> lines) {
        String margin = label;
        for (int i = 0; i < lines.size(); i++) {
            line(margin, String.format(Locale.ROOT, "%2d %s", i + 1, lines.get(i)));
            margin = "";
        }
    }

    private void block(String label, String text) {
        String margin = label;
        for (String line : text.split("\n", -1)) {
            line(margin, line);
            margin = "";
        }
    }

    private void line(String label, String text) {
        String line = label + " ".repeat(Math.max(1, LABEL - label.length())) + text;
        out.println(line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…");
    }

    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+", -1)) {
            if (!line.isEmpty() && LABEL + line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
