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
    static String of(List<CallResult> results, Instant start, Instant end) {
        int nameWidth = results.stream()
                .mapToInt(r -> SafeText.width(SafeText.line(r.call().tool(), true)))
                .max()
                .orElse(0);
        int numberWidth = String.valueOf(results.size()).length();
        long scale = Math.max(1, Duration.between(start, end).toNanos());
        StringJoiner lines = new StringJoiner("\n");
        for (int i = 0; i < results.size(); i++) {
            CallResult result = results.get(i);
            int from = column(start, result.start(), scale);
            int to = Math.max(from + 1, column(start, result.end(), scale));
            String bar = result.attempts() == 0
                    ? " ".repeat(WIDTH)
                    : " ".repeat(from) + "█".repeat(to - from) + " ".repeat(WIDTH - to);
            lines.add(String.format(
                    Locale.ROOT,
                    "%" + numberWidth + "d %s |%s| %5d..%d ms%s",
                    i + 1,
                    SafeText.fitted(result.call().tool(), nameWidth, true),
                    bar,
                    millis(start, result.start()),
                    millis(start, result.end()),
                    result.isSuccess()
                            ? ""
                            : "  " + SafeText.line(result.outcome().message(), true)));
        }
        return lines.toString();
    }

    private static int column(Instant origin, Instant at, long scale) {
        long nanos = Math.max(0, Duration.between(origin, at).toNanos());
        return (int) Math.min(WIDTH - 1L, nanos * WIDTH / scale);
    }

    private static long millis(Instant origin, Instant at) {
        return Math.max(0, Duration.between(origin, at).toMillis());
    }
}
