package dev.interlock.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Time that stands still until a test advances it. */
final class FakeTime implements TimeSource {

    private static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");

    // Guarded by this.
    private final Map<Thread, Long> parkedUntil = new HashMap<>();
    private long now = Long.MAX_VALUE - 1_000_000_000L; // readings of the clock may overflow

    private final long start = now;

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized Instant instant() {
        return ORIGIN.plusNanos(now - start);
    }

    @Override
    public void park(Object blocker, long nanos) {
        Thread thread = Thread.currentThread();
        synchronized (this) {
            if (nanos <= 0) {
                return;
            }
            parkedUntil.put(thread, nanos == Long.MAX_VALUE ? nanos : now - start + nanos);
            notifyAll();
        }
        LockSupport.park(blocker);
        synchronized (this) {
            parkedUntil.remove(thread);
        }
    }

    void advance(Duration duration) {
        synchronized (this) {
            now += duration.toNanos();
            parkedUntil.keySet().forEach(LockSupport::unpark);
        }
    }

    /** Waits until somebody waits for the instant that is {@code sinceStart} after the start. */
    synchronized void awaitParkedUntil(Duration sinceStart) throws InterruptedException {
        while (!parkedUntil.containsValue(sinceStart.toNanos())) {
            wait();
        }
    }
}
