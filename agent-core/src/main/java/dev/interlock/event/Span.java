package dev.interlock.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of a call's time. Immutable.
 *
 * @param kind what it went to
 * @param start when it began
 * @param end when it ended, not before {@code start}
 * @param attempt the attempt it belongs to, or that it comes after; 0 before the first
 * @param waitsFor what the call waited for; null if it did not wait, or waited to be tried again
 */
public record Span(
        TimeKind kind,
        Instant start,
        Instant end,
        int attempt,
        @Nullable Wait waitsFor) {

    /** Rejects nulls, and an end before the start. */
    public Span {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(end, "end");
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("end " + end + " is before start " + start);
        }
    }

    /**
     * How long it was.
     *
     * @return never negative
     */
    public Duration duration() {
        return Duration.between(start, end);
    }
}
