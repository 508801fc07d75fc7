package dev.interlock.execution;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that runs a call, while it does, and where its interrupts come from. All rules on a call's interrupts are
 * here.
 *
 * <p>Invariant: an interrupt of the round reaches the thread while it runs the call, or never; one that is meant for an
 * attempt, while it runs that attempt. None stays behind, and an interrupt from outside never counts as the round's.
 *
 * <p>Thread-safe. With its monitor held a thread is interrupted, which may be of a user's class and do what it likes: only
 * the end of this call, or of its attempt, waits for that, with no lock held. The monitor of a call around, on the same thread,
 * is taken within it. A thread enters under the lock of the round,
 * when there is none yet that could be interrupted.
 */
final class RunningThread {

    private static final Logger log = LoggerFactory.getLogger(RunningThread.class);

    // Written under this object's monitor.
    private volatile @Nullable Thread thread;
    private volatile boolean interruptedByRound;

    // Guarded by this object's monitor.
    private boolean interruptedBefore;
    private int currentAttempt;
    private boolean attemptInterrupted;

    /** Whether a call within this one, on the same thread, was interrupted by its own round, and has not taken the flag. */
    private boolean innerInterrupted;

    /** Whether an interrupt from outside the round had reached the thread before that. */
    private boolean innerInterruptedBefore;

    /** That of the call around, whose body waits on this very thread; null if there is none. Set before the thread enters. */
    private @Nullable RunningThread around;

    /** The thread is the owner, and runs another call around this one. */
    void within(@Nullable RunningThread outer) {
        around = outer;
    }

    /** The thread begins the call, and its first attempt with it unless there are interceptors or retries. */
    synchronized void enter(Thread current) {
        thread = current;
    }

    /** From here on no interrupt that is meant for the call reaches the thread; false if that was so before. */
    synchronized boolean leave() {
        boolean left = thread != null;
        thread = null;
        return left;
    }

    /**
     * The current thread leaves the call, and goes on with other things: the owner, a pool's thread, a listener that is to be
     * told. An interrupt that was meant for the call does not stay behind.
     */
    void leaveForOthers() {
        if (leave()) {
            clearOwnInterrupt();
        }
    }

    /** On the thread that ran the call, which it has left. */
    void clearOwnInterrupt() {
        if (interruptedByRound) {
            Thread.interrupted();
        }
    }

    /** The current thread begins an attempt of a call that may have several. */
    synchronized void enterAttempt(int attempt) {
        currentAttempt = attempt;
    }

    /**
     * From here on no interrupt that is meant for the attempt reaches the thread, and none stays behind. An
     * earlier interrupt of the owner from outside the round stays.
     */
    synchronized void leaveAttempt() {
        currentAttempt = 0;
        if (attemptInterrupted) {
            attemptInterrupted = false;
            interruptedByRound = false;
            if (!interruptedBefore && !isAroundInterrupted()) {
                Thread.interrupted();
            }
            tookFlag();
        }
    }

    /** Whether the round around has interrupted the thread, too: the flag is only one. */
    boolean isAroundInterrupted() {
        return around != null && around.isInterruptedByRound();
    }

    /** An interrupt of this call's round does not stay behind. */
    void tookFlag() {
        if (around != null) {
            around.innerTookFlag();
        }
    }

    private synchronized void innerTookFlag() {
        innerInterrupted = false;
        innerInterruptedBefore = false;
        tookFlag();
    }

    private synchronized void innerIsInterrupted(boolean before) {
        innerInterrupted = true;
        innerInterruptedBefore |= before;
        if (around != null) {
            around.innerIsInterrupted(before);
        }
    }

    /**
     * Interrupts the call, if it still runs.
     *
     * @param attempt only if this attempt runs; 0 whatever the call does
     * @param sharesFlag whether a flag that is already set comes from outside the round and must be kept: the thread is
     *     the owner, and the round has not interrupted it for itself
     * @param name the call in words, for the log
     */
    synchronized void interrupt(int attempt, boolean sharesFlag, String name) {
        Thread running = thread;
        if (running == null || (attempt != 0 && attempt != currentAttempt)) {
            return;
        }
        if (!interruptedByRound && sharesFlag) {
            interruptedBefore = running.isInterrupted() && (!innerInterrupted || innerInterruptedBefore);
        }
        if (around != null) {
            around.innerIsInterrupted(interruptedBefore);
        }
        // One that was meant for the whole call stays, whichever comes later.
        attemptInterrupted = attempt != 0 && (attemptInterrupted || !interruptedByRound);
        interruptedByRound = true;
        try {
            running.interrupt();
        } catch (Throwable e) {
            log.warn("The thread of {} failed to be interrupted: {}", name, e.getClass());
        }
    }

    /** The thread that runs the call, or null if none does now. */
    @Nullable
    Thread thread() {
        return thread;
    }

    /** Whether the round itself has interrupted the call, or its attempt if that still runs. */
    boolean isInterruptedByRound() {
        return interruptedByRound;
    }

    /** Whether an interrupt from outside reached the owner, on which the call runs, before its round's own. */
    synchronized boolean wasInterruptedBefore() {
        return interruptedBefore;
    }

    /**
     * Whether {@code error} came about because the call was interrupted: by its round, or, on the owner, from
     * outside the round. The thread that runs the call asks.
     */
    boolean explains(Throwable error, boolean onOwner) {
        return interruptedByRound || (onOwner && explainsOnOwner(error));
    }

    /** The same if only an interrupt from outside can have reached the owner. */
    static boolean explainsOnOwner(Throwable error) {
        return Thread.currentThread().isInterrupted() || Interrupts.isInterrupt(error);
    }
}
