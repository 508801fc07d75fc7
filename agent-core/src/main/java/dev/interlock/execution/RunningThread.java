package dev.interlock.execution;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps track of the thread that runs a call, and of where its interrupts come from. All rules on a call's interrupts
 * are here, and those on interrupts of several rounds in {@link InterruptFlag}.
 *
 * <p>Invariant: an interrupt of the round reaches the thread only while it runs the call, and an interrupt meant for an
 * attempt only while it runs that attempt. None stays behind. An interrupt from outside never counts as the round's.
 *
 * <p>Thread-safe. This interrupts the thread with its monitor held, and a thread of a user's class may do anything
 * then. The end of this call or of its attempt waits for that, and what else interrupts the thread, with no other lock
 * held. A thread enters under the round's lock, when there is nothing to interrupt yet.
 */
final class RunningThread {

    private static final Logger log = LoggerFactory.getLogger(RunningThread.class);

    // Written under this object's monitor.
    private volatile @Nullable Thread thread;
    private volatile boolean interruptedByRound;

    // Written under this object's monitor before the thread has entered; that thread reads them without it.
    private InterruptFlag flag = new InterruptFlag();
    private int level;
    private boolean ofOwner;

    // Guarded by this object's monitor.
    private int currentAttempt;
    private boolean attemptInterrupted;

    /** Records that a thread of its own begins the call, and with it the first attempt unless it may have several. */
    synchronized void enter(Thread current) {
        thread = current;
    }

    /** Records that the owner begins the call. */
    synchronized void enter(Thread owner, InterruptFlag.Level ofRound) {
        flag = ofRound.flag();
        level = ofRound.number();
        ofOwner = true;
        thread = owner;
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
        if (leave() && interruptedByRound) {
            flag.takeOwn(level);
        }
    }

    /** Clears the call's own interrupt, on the pool's thread that ran the call and has left it. */
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
            flag.takeOwn(level);
        }
    }

    /** Takes the flag, on the thread of the call while that waits; {@link #setFlag} sets it again. */
    boolean borrowFlag() {
        return Thread.currentThread().isInterrupted() && flag.borrow();
    }

    /** Whether an interrupt from outside of the call's round has come, on the thread of the call. */
    boolean isInterruptedForOthers() {
        return flag.isForOthers(level);
    }

    /** Sets the flag again that the thread has taken. */
    void setFlag() {
        flag.set();
    }

    /**
     * Interrupts the call, if it still runs.
     *
     * @param attempt interrupts the call only while it runs this attempt; 0 interrupts it in any case
     * @param name the call in words, for the log
     */
    synchronized void interrupt(int attempt, String name) {
        Thread running = thread;
        if (running == null || (attempt != 0 && attempt != currentAttempt)) {
            return;
        }
        // An interrupt meant for the whole call stays, even if one for the attempt follows.
        attemptInterrupted = attempt != 0 && (attemptInterrupted || !interruptedByRound);
        interruptedByRound = true;
        try {
            flag.send(running, level, ofOwner);
        } catch (Throwable e) {
            notInterrupted(name, e);
        }
    }

    /** Reports a thread of a user's class that could not be interrupted. */
    static void notInterrupted(String whose, Throwable thrown) {
        log.warn(
                "The thread of {} could not be interrupted: its interrupt() threw a {}",
                whose,
                thrown.getClass().getName());
    }

    /** The thread that runs the call, or null if none does now. */
    @Nullable
    Thread thread() {
        return thread;
    }

    /** The level of the call's round, if the call runs on the current thread; otherwise null. */
    InterruptFlag.@Nullable Level levelHere() {
        return Thread.currentThread().equals(thread) ? new InterruptFlag.Level(flag, level) : null;
    }

    /** Whether the round itself has interrupted the call, or its attempt if that still runs. */
    boolean isInterruptedByRound() {
        return interruptedByRound;
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
