package dev.interlock.event;

import dev.interlock.call.CallResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Draws the calls of a round over time. */
final class Timeline {

    private static final int WIDTH = 40;

    private Timeline() {}

    /** A line a call, from the start of their round to its end. */
    static String of(List<CallResult> results, Instant start, Instant end) {
        int nameWidth = results.stream()
                .mapToInt(r -> safe(r.call().tool()).length())
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
                    "%" + numberWidth + "d %-" + Math.max(1, nameWidth) + "s |%s| %5d..%d ms%s",
                    i + 1,
                    safe(result.call().tool()),
                    bar,
                    millis(start, result.start()),
                    millis(start, result.end()),
                    result.isSuccess() ? "" : "  " + safe(result.outcome().message())));
        }
        return lines.toString();
    }

    /** Models and tools write it: on one line, without what could command a terminal. */
    private static String safe(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            boolean hidden = Character.isISOControl(c) || type == Character.FORMAT || type == Character.SURROGATE;
            boolean line = type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
            boolean blank = c == '\n' || c == '\r' || c == '\t' || line;
            clean.appendCodePoint(blank ? ' ' : hidden ? 0xFFFD : c);
        });
        return clean.toString();
    }

    private static int column(Instant origin, Instant at, long scale) {
        long nanos = Math.max(0, Duration.between(origin, at).toNanos());
        return (int) Math.min(WIDTH - 1L, nanos * WIDTH / scale);
    }

    private static long millis(Instant origin, Instant at) {
        return Math.max(0, Duration.between(origin, at).toMillis());
    }
}
