package dev.interlock.execution;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps track of the thread that runs a call, and of where its interrupts come from. All rules on a call's interrupts
 * are here.
 *
 * <p>Invariant: an interrupt of the round reaches the thread only while it runs the call, and an interrupt meant for an
 * attempt only while it runs that attempt. None stays behind. An interrupt from outside never counts as the round's.
 *
 * <p>Thread-safe. This interrupts the thread with its monitor held, and a thread of a user's class may do anything
 * then. Only the end of this call or of its attempt waits for that, with no lock held. The monitor of the call around,
 * on the same thread, is taken inside this one. A thread enters under the round's lock, when there is nothing to
 * interrupt yet.
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

    /**
     * Whether a call within this one, on the same thread, was interrupted by its own round, and has not taken the flag.
     */
    private boolean innerInterrupted;

    /** Whether an interrupt from outside the round had reached the thread before that. */
    private boolean innerInterruptedBefore;

    /**
     * The call around this one, whose body waits on the same thread; null if there is none. Set before the thread
     * enters.
     */
    private @Nullable RunningThread around;

    /** Records the call that the owner runs around this one. */
    void setAround(@Nullable RunningThread outer) {
        around = outer;
    }

    /**
     * Records that the thread begins the call, and with it the first attempt unless there are interceptors or retries.
     */
    synchronized void enter(Thread current) {
        thread = current;
    }

    /** Keeps the call's interrupts from the thread from here on; false if that was already so. */
    synchronized boolean leave() {
        boolean left = thread != null;
        thread = null;
        return left;
    }

    /**
     * Leaves the call on a thread that has other things to do: the owner, a pool's thread, or one that tells a
     * listener. An interrupt meant for the call does not stay behind.
     */
    void leaveForOthers() {
        if (leave()) {
            clearOwnInterrupt();
        }
    }

    /** Clears the call's own interrupt, on the thread that ran the call and has left it. */
    void clearOwnInterrupt() {
        if (interruptedByRound) {
            Thread.interrupted();
        }
    }

    /** Begins an attempt on the current thread, of a call that may have several. */
    synchronized void enterAttempt(int attempt) {
        currentAttempt = attempt;
    }

    /**
     * Ends the attempt: its interrupts no longer reach the thread, and none stays behind. An earlier interrupt of the
     * owner from outside the round stays.
     */
    synchronized void leaveAttempt() {
        currentAttempt = 0;
        if (attemptInterrupted) {
            attemptInterrupted = false;
            interruptedByRound = false;
            if (!interruptedBefore && !isAroundInterrupted()) {
                Thread.interrupted();
            }
            recordFlagTaken();
        }
    }

    /** Whether the outer round has interrupted the thread too; both share one flag. */
    boolean isAroundInterrupted() {
        return around != null && around.isInterruptedByRound();
    }

    /** Records that the interrupt flag was taken, so that no interrupt of this call's round stays behind. */
    void recordFlagTaken() {
        if (around != null) {
            around.recordInnerFlagTaken();
        }
    }

    private synchronized void recordInnerFlagTaken() {
        innerInterrupted = false;
        innerInterruptedBefore = false;
        recordFlagTaken();
    }

    private synchronized void recordInnerInterrupt(boolean before) {
        innerInterrupted = true;
        innerInterruptedBefore |= before;
        if (around != null) {
            around.recordInnerInterrupt(before);
        }
    }

    /**
     * Interrupts the call, if it still runs.
     *
     * @param attempt interrupts the call only while it runs this attempt; 0 interrupts it in any case
     * @param sharesFlag whether the thread is the owner and the round has not interrupted it; a flag already set then
     *     comes from outside and must stay
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
            around.recordInnerInterrupt(interruptedBefore);
        }
        // An interrupt meant for the whole call stays, even if one for the attempt follows.
        attemptInterrupted = attempt != 0 && (attemptInterrupted || !interruptedByRound);
        interruptedByRound = true;
        try {
            running.interrupt();
        } catch (Throwable e) {
            log.warn(
                    "The thread of {} could not be interrupted: its interrupt() threw a {}",
                    name,
                    e.getClass().getName());
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
     * Whether an interrupt caused {@code error}: by the call's round or, on the owner, from outside. Only the call's
     * thread calls this.
     */
    boolean explains(Throwable error, boolean onOwner) {
        return interruptedByRound || (onOwner && explainsOnOwner(error));
    }

    /** The same for an owner that only an interrupt from outside can have reached. */
    static boolean explainsOnOwner(Throwable error) {
        return Thread.currentThread().isInterrupted() || Interrupts.isInterrupt(error);
    }
}
