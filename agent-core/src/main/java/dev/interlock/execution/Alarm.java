package dev.interlock.execution;

import dev.interlock.schedule.Limits;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Makes the clock ring at a round's next limit while no owner waits for it. Guarded by the driver's lock. */
final class Alarm {

    private final TimeSource time;
    private final Runnable ring;

    private @Nullable Future<?> set;
    private long at;

    /**
     * Makes an alarm that is not set.
     *
     * @param ring called by the clock's thread, which all rounds share, with no lock held
     */
    Alarm(TimeSource time, Runnable ring) {
        this.time = time;
        this.ring = ring;
    }

    /** Sets the alarm to {@code nanos} after {@code now}; {@link Limits#NO_LIMIT} turns it off. */
    void setFor(long now, long nanos) {
        if (nanos == Limits.NO_LIMIT) {
            silence();
        } else if (set == null || at != now + nanos) {
            silence();
            at = now + nanos;
            set = time.callAfter(nanos, ring);
        }
    }

    void silence() {
        if (set != null) {
            set.cancel(false);
            set = null;
        }
    }

    /** Records that the alarm has rung and is off. */
    void rang() {
        set = null;
    }
}
