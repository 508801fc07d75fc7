package dev.interlock.event;

import dev.interlock.call.CallResult;
import dev.interlock.text.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Draws the calls of a round over time. */
final class Timeline {

    private static final int WIDTH = 40;

    private Timeline() {}

    /** Draws a line for each call, from the round's start to its end. */
    static String of(List<CallResult> results, List<CallTrace> traces, Instant start, Instant end) {
        int nameWidth = results.stream()
                .mapToInt(r -> SafeText.width(SafeText.line(r.call().tool(), true)))
                .max()
                .orElse(0);
        int numberWidth = String.valueOf(results.size()).length();
        long scale = Math.max(1, Duration.between(start, end).toNanos());
        StringJoiner lines = new StringJoiner("\n");
        for (int i = 0; i < results.size(); i++) {
            CallResult result = results.get(i);
            lines.add(String.format(
                    Locale.ROOT,
                    "%" + numberWidth + "d %s |%s| %5d..%d ms%s",
                    i + 1,
                    SafeText.fitted(result.call().tool(), nameWidth, true),
                    bar(result, traces.get(i), start, scale),
                    millis(start, result.start()),
                    millis(start, result.end()),
                    ending(result)));
        }
        return lines.toString();
    }

    private static String bar(CallResult result, CallTrace trace, Instant start, long scale) {
        if (result.attempts() == 0 || trace.endedBefore()) {
            return " ".repeat(WIDTH);
        }
        int from = column(start, result.start(), scale);
        int to = Math.max(from + 1, column(start, result.end(), scale));
        StringBuilder bar = new StringBuilder(" ".repeat(from) + "█".repeat(to - from) + " ".repeat(WIDTH - to));
        for (Span span : trace.spans()) {
            if (span.kind() == TimeKind.RETRY) {
                // The columns before and after stay those of an attempt, however short that was.
                int last = Math.min(to - 1, column(start, span.end(), scale));
                for (int at = Math.max(from, column(start, span.start(), scale)) + 1; at < last; at++) {
                    bar.setCharAt(at, '░');
                }
            }
        }
        return bar.toString();
    }

    private static String ending(CallResult result) {
        String why = result.isSuccess() ? "" : SafeText.line(result.outcome().message(), true);
        String attempts = result.attempts() > 1 ? result.attempts() + " attempts" : "";
        String between = why.isEmpty() || attempts.isEmpty() ? "" : ": ";
        return why.isEmpty() && attempts.isEmpty() ? "" : "  " + attempts + between + why;
    }

    private static int column(Instant origin, Instant at, long scale) {
        long nanos = Math.max(0, Duration.between(origin, at).toNanos());
        return (int) Math.min(WIDTH - 1L, nanos * WIDTH / scale);
    }

    private static long millis(Instant origin, Instant at) {
        return Math.max(0, Duration.between(origin, at).toMillis());
    }
}
