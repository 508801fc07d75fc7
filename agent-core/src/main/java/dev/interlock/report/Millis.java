package dev.interlock.report;

import java.time.Duration;
import java.util.Locale;

/** Formats times for people. */
final class Millis {

    private Millis() {}

    /** Returns text such as {@code 0.04 ms}, {@code 12 ms}, {@code 1.50 s}. */
    static String of(Duration time) {
        double millis = time.toNanos() / 1e6;
        if (millis < 10) {
            return String.format(Locale.ROOT, "%.2f ms", millis);
        }
        return millis < 1_000
                ? String.format(Locale.ROOT, "%.0f ms", millis)
                : String.format(Locale.ROOT, "%.2f s", millis / 1e3);
    }
}
