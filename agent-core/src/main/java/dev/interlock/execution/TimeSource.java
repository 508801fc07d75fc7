package dev.interlock.execution;

import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The engine's clock and its way of waiting; the seam for tests. */
interface TimeSource {

    /** Fires limits of rounds without an owner. A platform thread, since spinning tools can occupy every carrier. */
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

    /** Reads the clock, like {@link System#nanoTime()}. */
    long nanos();

    Instant instant();

    /** Parks the current thread for at most {@code nanos}; without a limit if that is {@link Long#MAX_VALUE}. */
    void park(Object blocker, long nanos);

    /** Runs a brief task on a thread of the clock, {@code nanos} from now. */
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
