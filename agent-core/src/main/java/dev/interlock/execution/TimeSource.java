package dev.interlock.execution;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** The seam for time: what the engine knows of clocks and of waiting. */
interface TimeSource {

    TimeSource SYSTEM = new TimeSource() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Instant instant() {
            return Instant.now();
        }

        @Override
        public void park(Object blocker, long nanos) {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(blocker);
            } else {
                LockSupport.parkNanos(blocker, nanos);
            }
        }
    };

    /** As {@link System#nanoTime()}. */
    long nanos();

    Instant instant();

    /** Parks the current thread for at most {@code nanos}, for ever if that is {@link Long#MAX_VALUE}. */
    void park(Object blocker, long nanos);
}
