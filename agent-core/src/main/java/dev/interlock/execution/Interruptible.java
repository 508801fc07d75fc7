package dev.interlock.execution;

import org.jspecify.annotations.Nullable;

/**
 * For integrations: lets other threads interrupt what the current thread does outside of rounds, such as a request to
 * the model. That interrupt does not stay behind. A tool's body may do such work, too, and its round may interrupt the
 * same thread. The round would take a plain {@link Thread#interrupt()} for one from outside, and end.
 *
 * {@snippet :
 * try (Interruptible asking = Interruptible.begin()) {
 *     // Another thread may call asking.interrupt() now.
 *     return model.chat(request);
 * }
 * }
 *
 * <p>Thread-safe, but only the thread that began it may close it.
 */
public final class Interruptible implements AutoCloseable {

    private final OwnerThread thread = new OwnerThread();
    private final Within outer;

    private Interruptible() {
        Within around = Within.current();
        OwnerThread owner = around.owner();
        @Nullable DrivenCall running = owner == null ? null : owner.call();
        thread.setCall(running);
        thread.own(around.levelHere());
        outer = around.withOwner(thread).enter();
        thread.beginCalls();
    }

    /**
     * Begins work of the current thread that may be interrupted.
     *
     * @return the work, to close when it is done
     */
    public static Interruptible begin() {
        return new Interruptible();
    }

    /** Interrupts the thread, unless the work is done or was interrupted before. */
    public void interrupt() {
        thread.cancel("it was interrupted");
    }

    /**
     * Ends the work: no interrupt of it reaches the thread any more, and the thread's interrupt flag is cleared of it.
     * Any other interrupt that came before stays.
     */
    @Override
    public void close() {
        outer.restore();
        thread.endCalls();
        thread.restoreFlag();
    }
}
