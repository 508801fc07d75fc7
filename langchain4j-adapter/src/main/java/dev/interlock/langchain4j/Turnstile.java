package dev.interlock.langchain4j;

import dev.interlock.support.PatientWait;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets the hooks of an invocation, and its stream's callbacks, pass one at a time, on any threads.
 *
 * <p>Invariant: no two pieces of user code overlap between {@code enter} and {@code leave}, and each sees what the
 * earlier ones wrote. Of those that wait, callbacks come first, then hooks in the order of their calls. A thread inside
 * may enter again, since user code may lead to more user code. The exception is a piece that {@link #forfeit} has put
 * outside, because no round waits for its call any more: even if it still runs, others may pass.
 *
 * <p>User code runs with no lock held; being inside is not a lock. Only the hook or callback itself is inside, never a
 * tool. Thread-safe.
 */
final class Turnstile {

    /** The place that stands for callbacks. */
    private static final int CALLBACK = -1;

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private @Nullable Thread inside;
    private int entries;
    private long arrivals;
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(1);

    /** Enters if that is possible at once. */
    boolean tryEnter() {
        Thread current = Thread.currentThread();
        lock.lock();
        try {
            if (inside == null) {
                inside = current;
            } else if (!inside.equals(current)) {
                return false;
            }
            entries++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Enters for a hook.
     *
     * @param place the place of its call
     * @throws InterruptedException if the thread was interrupted while it waited; then it has not entered
     */
    void enter(int place) throws InterruptedException {
        if (!tryEnter()) {
            await(place, 1);
        }
    }

    /** Enters for a callback, even if the thread is interrupted, since no callback may be lost. */
    void enter() {
        if (!tryEnter()) {
            PatientWait.on(() -> await(CALLBACK, 1));
        }
    }

    private void await(int place, int wanted) throws InterruptedException {
        lock.lock();
        try {
            if (inside == null) {
                inside = Thread.currentThread();
                entries = wanted;
                return;
            }
            Waiting own = new Waiting(Thread.currentThread(), place, arrivals++, wanted, lock.newCondition());
            waiting.add(own);
            try {
                while (!own.thread.equals(inside)) {
                    own.admitted.await();
                }
            } catch (InterruptedException e) {
                if (!own.thread.equals(inside)) {
                    waiting.remove(own);
                    throw e;
                }
                own.thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Leaves; does nothing if the thread is not inside any more. */
    void leave() {
        lock.lock();
        try {
            if (Thread.currentThread().equals(inside) && --entries == 0) {
                admitNext();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Leaves for a while, as many times as the thread has entered.
     *
     * @return the number to pass to {@link #goBack}
     */
    int stepOut() {
        lock.lock();
        try {
            if (!Thread.currentThread().equals(inside)) {
                return 0;
            }
            int left = entries;
            admitNext();
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** Enters again as many times as the thread has left. */
    void goBack(int left) {
        if (left > 0) {
            PatientWait.on(() -> await(CALLBACK, left));
        }
    }

    /** Puts a thread outside if it is inside. */
    void forfeit(Thread thread) {
        lock.lock();
        try {
            if (thread.equals(inside)) {
                admitNext();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Called with the lock held. */
    private void admitNext() {
        Waiting next = waiting.poll();
        inside = next == null ? null : next.thread;
        entries = next == null ? 0 : next.wanted;
        if (next != null) {
            next.admitted.signal();
        }
    }

    /** Runs a callback when no hook or other callback runs. */
    void pass(Runnable callback) {
        enter();
        try {
            callback.run();
        } finally {
            leave();
        }
    }

    private record Waiting(Thread thread, int place, long arrival, int wanted, Condition admitted)
            implements Comparable<Waiting> {
        @Override
        public int compareTo(Waiting other) {
            return place == other.place ? Long.compare(arrival, other.arrival) : Integer.compare(place, other.place);
        }
    }
}
