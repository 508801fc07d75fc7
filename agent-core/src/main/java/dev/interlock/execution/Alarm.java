package dev.interlock.execution;

import dev.interlock.schedule.Limits;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Has the clock ring when the next limit of a round passes which no owner waits for. Guarded by the dispatcher's lock. */
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

    /** Has it ring in {@code nanos} from {@code now}, and not before; {@link Limits#NO_LIMIT} for not at all. */
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

    /** It has rung: it is not set any more. */
    void rang() {
        set = null;
    }
}
