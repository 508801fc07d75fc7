package dev.interlock.execution;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The system's clock. It fails as often as it is told to, on the threads that told it. */
final class FailingClock implements TimeSource {

    /** What it fails with. */
    static final class Broken extends Error {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message);
        }
    }

    private final Map<Thread, Integer> failures = new ConcurrentHashMap<>();
    private final AtomicInteger alarms = new AtomicInteger();

    /** Its next reading on the current thread fails. */
    void breakHere() {
        breakHere(1);
    }

    void breakHere(int times) {
        failures.merge(Thread.currentThread(), times, Integer::sum);
    }

    /** The next alarm cannot be set, on whatever thread. */
    void breakNextAlarm() {
        alarms.incrementAndGet();
    }

    @Override
    public long nanos() {
        Integer left = failures.computeIfPresent(Thread.currentThread(), (thread, times) -> times - 1);
        if (left != null && left >= 0) {
            throw new Broken("no room for the time");
        }
        return SYSTEM.nanos();
    }

    @Override
    public Instant instant() {
        return SYSTEM.instant();
    }

    @Override
    public void park(Object blocker, long nanos) {
        SYSTEM.park(blocker, nanos);
    }

    @Override
    public Future<?> callAfter(long nanos, Runnable task) {
        if (alarms.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new Broken("unable to create native thread");
        }
        return SYSTEM.callAfter(nanos, task);
    }
}
