package dev.interlock.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of a call's time. Immutable.
 *
 * @param kind what the call spent the time on
 * @param start when the span began
 * @param end when the span ended, never before {@code start}
 * @param attempt the attempt that the span belongs to, or follows; 0 before the first
 * @param waitsFor what the call waited for; null if it did not wait, or waited for a retry
 */
public record Span(
        TimeKind kind,
        Instant start,
        Instant end,
        int attempt,
        @Nullable Wait waitsFor) {

    /** Rejects nulls and an end before the start. */
    public Span {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(end, "end");
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("end " + end + " is before start " + start);
        }
    }

    /**
     * Returns how long the span was.
     *
     * @return never negative
     */
    public Duration duration() {
        return Duration.between(start, end);
    }
}
