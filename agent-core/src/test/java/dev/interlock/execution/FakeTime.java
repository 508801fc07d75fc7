package dev.interlock.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Time that stands still until a test advances it. */
final class FakeTime implements TimeSource {

    static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");

    // Guarded by this.
    private final Map<Thread, Long> parkedUntil = new HashMap<>();
    private final List<Alarm> alarms = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1_000_000_000L; // readings of the clock may overflow

    private final long start = now;

    /** When the thread last read the clock. */
    private final ThreadLocal<Long> read = new ThreadLocal<>();

    private record Alarm(long at, FutureTask<?> task) {}

    @Override
    public synchronized long nanos() {
        read.set(now);
        return now;
    }

    @Override
    public synchronized Instant instant() {
        return ORIGIN.plusNanos(now - start);
    }

    /**
     * The time counts from when the thread last read the clock: a test may have advanced it since, and it stands still
     * now.
     */
    @Override
    public void park(Object blocker, long nanos) {
        Thread thread = Thread.currentThread();
        synchronized (this) {
            Long since = read.get();
            long until = (since == null ? now : since) - start + nanos;
            if (nanos <= 0 || (nanos != Long.MAX_VALUE && until <= now - start)) {
                return;
            }
            parkedUntil.put(thread, nanos == Long.MAX_VALUE ? nanos : until);
            notifyAll();
        }
        LockSupport.park(blocker);
        synchronized (this) {
            parkedUntil.remove(thread);
        }
    }

    @Override
    public synchronized Future<?> callAfter(long nanos, Runnable task) {
        FutureTask<@Nullable Void> alarm = new FutureTask<>(task, null);
        alarms.add(new Alarm(now - start + nanos, alarm));
        notifyAll();
        return alarm;
    }

    /** Alarms ring on the current thread. */
    void advance(Duration duration) {
        List<Alarm> due;
        synchronized (this) {
            now += duration.toNanos();
            parkedUntil.keySet().forEach(LockSupport::unpark);
            due = alarms.stream().filter(alarm -> alarm.at <= now - start).toList();
            alarms.removeAll(due);
        }
        due.forEach(alarm -> alarm.task.run());
    }

    /** Waits until an alarm is set for the instant that is {@code sinceStart} after the start. */
    synchronized void awaitAlarmAt(Duration sinceStart) throws InterruptedException {
        while (alarms.stream().noneMatch(alarm -> alarm.at == sinceStart.toNanos() && !alarm.task.isCancelled())) {
            wait();
        }
    }

    /** Waits until a thread waits for the instant that is {@code sinceStart} after the start. */
    synchronized void awaitParkedUntil(Duration sinceStart) throws InterruptedException {
        while (!parkedUntil.containsValue(sinceStart.toNanos())) {
            wait();
        }
    }
}
