package dev.interlock.report;

import dev.interlock.event.CallTrace;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** Draws what calls did over time, each call on a line of equal length. */
final class Bars {

    private final int width;
    private final boolean unicode;
    private final Instant start;
    private final double nanosAColumn;

    Bars(int width, boolean unicode, Instant start, Duration length) {
        this.width = width;
        this.unicode = unicode;
        this.start = start;
        this.nanosAColumn = Math.max(1, length.toNanos()) / (double) width;
    }

    /**
     * Shows what the call did most of the time in each column. A column in which the tool ran always shows that,
     * however short the run was.
     */
    String of(CallTrace trace) {
        char[] columns = new char[width];
        double[] shares = new double[width];
        Arrays.fill(columns, ' ');
        for (Span span : trace.spans()) {
            double from = Duration.between(start, span.start()).toNanos() / nanosAColumn;
            double to = Duration.between(start, span.end()).toNanos() / nanosAColumn;
            int last = Math.min(width - 1, Math.max(0, (int) Math.ceil(to) - 1));
            for (int i = Math.min(width - 1, Math.max(0, (int) from)); i <= last; i++) {
                double share = Math.min(i + 1.0, to) - Math.max(i, from) + (span.kind() == TimeKind.RUN ? 1 : 0);
                if (share > shares[i]) {
                    shares[i] = share;
                    columns[i] = symbol(span.kind(), unicode);
                }
            }
        }
        return new String(columns);
    }

    static char symbol(TimeKind kind, boolean unicode) {
        return switch (kind) {
            case RUN -> unicode ? '█' : '#';
            case START -> unicode ? '─' : '_';
            case DEPENDENCY -> unicode ? '░' : '.';
            case PERMIT -> unicode ? '▒' : ':';
            case CAP -> unicode ? '▓' : '%';
            case RESOURCE -> '!';
            case APPROVAL -> unicode ? '◇' : 'o';
            case PENDING -> '+';
            case INTERCEPTOR -> '=';
            case ANNOUNCEMENT -> '^';
            case OWNER -> unicode ? '·' : '-';
            case RETRY -> '~';
        };
    }

    /** Explains the symbols of the kinds that took any time. */
    static String legend(Map<TimeKind, Duration> times, boolean unicode) {
        StringBuilder legend = new StringBuilder();
        new EnumMap<>(times)
                .forEach((kind, time) -> legend.append(legend.isEmpty() ? "" : "  ")
                        .append(symbol(kind, unicode))
                        .append(' ')
                        .append(kind.key())
                        .append(' ')
                        .append(Millis.of(time)));
        return legend.toString();
    }
}
