package dev.interlock.execution;

import java.lang.invoke.VarHandle;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A cancel: whether it happened, why, and what it concerns. Thread-safe; once cancelled it stays cancelled.
 *
 * <p>It knows each round from its begin to its end, so it can also wait until none runs.
 */
final class CancelSignal {

    /** Something that a cancel ends. */
    interface Target {

        /** Ends the work without waiting for that. Callers may call this repeatedly; the first reason counts. */
        void cancel(String why);
    }

    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();

    /** Work outside rounds; a cancel ends it before the rounds. */
    private final Set<Target> watches = ConcurrentHashMap.newKeySet();

    private final Set<Target> rounds = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();

    /** How many threads wait for the end of rounds, so that a round's end takes no lock when none does. */
    private final AtomicInteger waiting = new AtomicInteger();

    void cancel(String why) {
        String known = reason.compareAndExchange(null, why);
        String told = known == null ? why : known;
        // Also after an earlier cancel: the cancelling thread may not have come this far yet.
        Throwable failed = tell(watches, told, null);
        failed = tell(rounds, told, failed);
        if (failed instanceof Error error) {
            throw error;
        }
        if (failed instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /** Tells each target, whatever another one throws; returns the first failure. */
    private static @Nullable Throwable tell(Set<Target> targets, String why, @Nullable Throwable earlier) {
        Throwable failed = earlier;
        for (Target target : targets) {
            try {
                target.cancel(why);
            } catch (RuntimeException | Error e) {
                failed = failed == null ? e : failed;
            }
        }
        return failed;
    }

    /** Why it was cancelled, or null if it was not. */
    @Nullable
    String reason() {
        return reason.get();
    }

    /**
     * This adds the round before it reads the reason, and a cancel sets the reason before it reads the rounds, so
     * neither misses the other.
     */
    void add(Target round) {
        rounds.add(round);
        String why = reason.get();
        if (why != null) {
            round.cancel(why);
        }
    }

    /** This removes the round before it looks for threads that wait; see {@link #awaitNoRounds}. */
    void remove(Target round) {
        rounds.remove(round);
        if (waiting.get() > 0) {
            lock.lock();
            try {
                ended.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The rounds that run now; a view. */
    Set<Target> rounds() {
        return Collections.unmodifiableSet(rounds);
    }

    /**
     * Waits until no round runs. A waiting thread announces itself before it looks at the rounds, and a round leaves
     * before it looks for announcements, so neither misses the other.
     *
     * @return whether no round runs; false if the time has passed before
     */
    boolean awaitNoRounds(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        waiting.incrementAndGet();
        try {
            // The set's removal is no volatile write of its own.
            VarHandle.fullFence();
            long left = nanos;
            // Not isEmpty: its count is a sum of parts, which other rounds may change while it adds them up.
            while (rounds.iterator().hasNext()) {
                if (left <= 0) {
                    return false;
                }
                left = ended.awaitNanos(left);
            }
            return true;
        } finally {
            waiting.decrementAndGet();
            lock.unlock();
        }
    }

    /** Adds a watch. Read the reason afterwards. */
    void watch(Target watch) {
        watches.add(watch);
    }

    void unwatch(Target watch) {
        watches.remove(watch);
    }
}
