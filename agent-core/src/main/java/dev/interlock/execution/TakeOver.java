package dev.interlock.execution;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides who goes on with a round while its owner runs a watched call. Either the owner ends the call and goes on with
 * the next, or a rescuer takes over the rest of the round meanwhile. The first one wins, never both. There is one
 * rescuer at a time.
 *
 * @param <R> the rescuer
 */
final class TakeOver<R> {

    private static final VarHandle CURRENT;

    static {
        try {
            CURRENT = MethodHandles.lookup().findVarHandle(TakeOver.class, "current", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int NOTHING = -1;
    private static final int TAKEN_OVER = -2;

    /** The place of the call that the owner runs now; negative if there is none. */
    private volatile int current = NOTHING;

    // Written by the owner before it writes current.
    private long since;

    // Written under this object's monitor, before current becomes TAKEN_OVER.
    private @Nullable R rescuer;

    // Guarded by this object's monitor.
    private @Nullable Thread thread;
    private boolean over;

    /** Records that the owner begins a call. */
    void begin(int call, long now) {
        since = now;
        CURRENT.setRelease(this, call);
    }

    /**
     * Records that the owner has ended the call that it began last, if it began one.
     *
     * @return the rescuer to inform; null if there is none and the owner goes on
     */
    @Nullable
    R end(int call) {
        return CURRENT.compareAndSet(this, call, NOTHING) || current != TAKEN_OVER ? null : rescuer;
    }

    /** Returns the running call if it began more than {@code nanos} before {@code now}; otherwise -1. */
    int runningFor(long nanos, long now) {
        int call = current;
        return call >= 0 && now - since > nanos && call == current ? call : NOTHING;
    }

    /** Whether the owner still runs a call that it began. */
    boolean isRunning(int call) {
        return current == call;
    }

    /**
     * Takes over the rest of the round.
     *
     * @return false if the owner has ended the call, or another thread was first
     */
    synchronized boolean takeOver(int call, R by) {
        if (current != call) {
            return false;
        }
        rescuer = by;
        return CURRENT.compareAndSet(this, call, TAKEN_OVER);
    }

    /**
     * Starts a thread that will take over, unless another one is trying or the owner has finished.
     *
     * @param starter starts a thread and returns it
     */
    synchronized void rescue(Supplier<Thread> starter) {
        if (over || (thread != null && thread.isAlive())) {
            // A thread that still plans for an earlier call will find that it is too late.
            return;
        }
        thread = starter.get();
    }

    /** Lets no further rescuer start, since the owner has finished. Returns the thread that came too late, if any. */
    synchronized @Nullable Thread close() {
        Thread late = thread;
        over = true;
        thread = null;
        return late;
    }
}
