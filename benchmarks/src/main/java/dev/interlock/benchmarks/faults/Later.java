package dev.interlock.benchmarks.faults;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Disturbs an episode while its rounds run. Thread-safe. */
final class Later {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final ScheduledExecutorService timer;
    private final Queue<Future<?>> actions = new ConcurrentLinkedQueue<>();
    private final long deadline = System.nanoTime() + PATIENCE_NANOS;

    Later(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    void in(long nanos, Runnable action) {
        actions.add(timer.schedule(action, nanos, TimeUnit.NANOSECONDS));
    }

    /** Whether the conversations have been slow and should end. */
    boolean isOverdue() {
        return System.nanoTime() - deadline > 0;
    }

    void awaitAll() {
        for (Future<?> action : actions) {
            try {
                action.get();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
