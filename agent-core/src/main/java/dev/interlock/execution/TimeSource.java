package dev.interlock.execution;

import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The seam for time: what the engine knows of clocks and of waiting. */
interface TimeSource {

    /** Limits of rounds that have no owner yet fire from here: spinning tools can occupy every carrier. */
    ScheduledExecutorService TIMER = timer();

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

        @Override
        public Future<?> callAfter(long nanos, Runnable task) {
            return TIMER.schedule(task, nanos, TimeUnit.NANOSECONDS);
        }
    };

    /** As {@link System#nanoTime()}. */
    long nanos();

    Instant instant();

    /** Parks the current thread for at most {@code nanos}; without a limit if that is {@link Long#MAX_VALUE}. */
    void park(Object blocker, long nanos);

    /** Runs a task, which must be brief, {@code nanos} from now on a thread of the clock. */
    Future<?> callAfter(long nanos, Runnable task);

    private static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(null, task, "interlock-timer", 0, false);
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
