package dev.interlock.report;

import dev.interlock.call.CallResult;
import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.text.SafeText;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rounds as text, for a terminal or a log. It shows a bar for each call, what the calls spent their time on, and what
 * would have made the rounds faster. No name, argument or result can command a terminal.
 */
public final class TextReport {

    private static final String RESET = "\u001b[0m";
    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";

    private static final int MOST_NAME = 24;
    private static final int TIME = 9;

    private final TextStyle style;
    private final ReportContent content;
    private final StringJoiner lines = new StringJoiner("\n");

    private TextReport(TextStyle style, ReportContent content) {
        this.style = style;
        this.content = content;
    }

    /**
     * Writes a report without arguments and results.
     *
     * @param run the rounds
     * @param style how it looks
     * @return lines joined by newlines, none at the end
     */
    public static String of(RunReport run, TextStyle style) {
        return of(run, style, ReportContent.NONE);
    }

    /**
     * Writes a report.
     *
     * @param run the rounds
     * @param style how it looks
     * @param content what it shows of arguments and results
     * @return lines joined by newlines, none at the end
     */
    public static String of(RunReport run, TextStyle style, ReportContent content) {
        TextReport text = new TextReport(style, content);
        run.rounds().forEach(text::round);
        text.totals(run);
        return text.lines.toString();
    }

    private void round(RoundReport round) {
        add(
                BOLD,
                "round " + round.round() + ": " + counted(round.calls(), "call")
                        + (round.callsBefore() == 0 ? "" : ", " + round.callsBefore() + " ended before") + ", "
                        + Millis.of(round.elapsed()) + ", one after another " + Millis.of(round.sequentialTime())
                        + speedup(round));
        int numbers = String.valueOf(round.results().size()).length();
        int names = Math.min(
                MOST_NAME,
                round.results().stream()
                        .mapToInt(result -> SafeText.width(result.call().tool()))
                        .max()
                        .orElse(1));
        int width = Math.max(10, style.width() - numbers - names - TIME - 18);
        Bars bars = new Bars(width, style.unicode(), round.start(), round.elapsed());
        CriticalPath path = CriticalPath.of(round);
        for (int i = 0; i < round.results().size(); i++) {
            CallResult result = round.results().get(i);
            CallTrace trace = round.traces().get(i);
            String number = (path.contains(i) ? "*" : " ") + String.format("%" + numbers + "d", i + 1);
            row(
                    painted(path.contains(i) ? BOLD : "", number) + " "
                            + SafeText.fitted(result.call().tool(), names, style.unicode()),
                    bars.of(trace),
                    trace,
                    result);
            details(trace, result);
        }
        if (!round.results().isEmpty()) {
            add(DIM, "  " + Bars.legend(round.times(), style.unicode()));
        }
    }

    /**
     * Says nothing where calls waited for a person: then the round's time says little about how its calls overlapped.
     */
    private static String speedup(RoundReport round) {
        return round.waitedOutside() || round.results().isEmpty()
                ? ""
                : String.format(Locale.ROOT, " (%.1fx)", round.speedup());
    }

    private void row(String name, String bar, CallTrace trace, CallResult result) {
        boolean good = trace.endedBefore()
                || trace.end() == CallEnd.OK
                || trace.end() == CallEnd.SUSPENDED
                || (trace.end() == CallEnd.COALESCED && result.isSuccess());
        String edge = painted(DIM, style.unicode() ? "│" : "|");
        String time = String.format("%" + TIME + "s", Millis.of(result.duration()));
        String end = trace.end() == CallEnd.OK && !trace.endedBefore()
                ? ""
                : " " + painted(good ? DIM : RED, trace.end().key() + (trace.endedBefore() ? " before" : ""));
        lines.add(name + " " + edge + painted(good ? GREEN : RED, bar) + edge + time + end);
    }

    private void details(CallTrace trace, CallResult result) {
        Span longest = trace.spans().stream()
                .filter(span -> span.kind().isWait() && span.waitsFor() != null)
                .max(Comparator.comparing(Span::duration))
                .orElse(null);
        if (longest != null && longest.waitsFor() != null) {
            detail("waited " + Millis.of(longest.duration()) + " for "
                    + longest.waitsFor().text());
        }
        if (result.attempts() > 1) {
            detail(result.attempts() + " attempts, waited " + Millis.of(betweenAttempts(trace)) + " between them");
        }
        labelled("arguments", content.arguments(result));
        labelled("result", content.result(result));
        String failed = result.attempts() > 1 ? "error after " + result.attempts() + " attempts" : "error";
        labelled(trace.end() == CallEnd.SUSPENDED ? "suspended" : failed, content.error(result));
    }

    private static Duration betweenAttempts(CallTrace trace) {
        return trace.spans().stream()
                .filter(span -> span.kind() == TimeKind.RETRY)
                .map(Span::duration)
                .reduce(Duration.ZERO, Duration::plus);
    }

    private void labelled(String label, @Nullable String text) {
        if (text != null) {
            detail(label + ": " + text);
        }
    }

    private void detail(String text) {
        add(DIM, "      " + text);
    }

    private void totals(RunReport run) {
        List<WhatIf> whatIfs = run.whatIfs();
        if (run.rounds().size() != 1) {
            add(
                    BOLD,
                    counted(run.rounds().size(), "round") + ", " + counted(run.calls(), "call") + ": "
                            + Millis.of(run.timeInRounds()) + " in rounds, " + Millis.of(run.timeSaved()) + " saved, "
                            + Millis.of(run.elapsed()) + " in all");
            if (!run.times().isEmpty()) {
                add(DIM, "  " + Bars.legend(run.times(), style.unicode()));
            }
        }
        String ends = run.ends().entrySet().stream()
                .filter(entry -> entry.getKey() != CallEnd.OK)
                .map(entry -> entry.getValue() + " " + entry.getKey().key())
                .collect(Collectors.joining(", "));
        if (!ends.isEmpty()) {
            add(RED, "  " + ends);
        }
        if (!whatIfs.isEmpty()) {
            add(BOLD, "what if");
            whatIfs.forEach(whatIf -> add("", "  " + whatIf.text()));
        }
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private void add(String color, String text) {
        lines.add(painted(color, SafeText.cut(text, style.width(), style.unicode())));
    }

    /** Colours a text that is already safe. */
    private String painted(String color, String text) {
        return style.color() && !color.isEmpty() && !text.isBlank() ? color + text + RESET : text;
    }
}
