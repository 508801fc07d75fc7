package dev.interlock.execution;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Gives the wall-clock time of one round's readings of the nanosecond clock. Thread-safe.
 *
 * <p>Invariant: both clocks are read together once a round, and all instants follow from that. So what comes later has
 * no earlier instant, even if the wall clock is set meanwhile.
 */
final class RoundClock {

    /** One reading of both clocks. */
    private record Reading(Instant now, long nanos) {}

    private final TimeSource time;

    /** Created once; with listeners, before the round has any other thread. */
    private volatile @Nullable Reading reading;

    RoundClock(TimeSource time) {
        this.time = time;
    }

    Instant instant(long nanos) {
        Reading known = reading;
        if (known == null) {
            known = new Reading(time.instant(), time.nanos());
            reading = known;
        }
        return known.now().minusNanos(known.nanos() - nanos);
    }
}
