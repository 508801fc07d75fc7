package dev.interlock.execution;

import org.jspecify.annotations.Nullable;

/**
 * Tells who has set the interrupt flag of one thread. Rounds may run on it one within another: a body makes a round,
 * whose owner is the thread that runs the body. All of them share the thread's one flag. Each round has a level: the
 * outermost has 0, a round that one of its bodies makes has 1, and so on.
 *
 * <p>Invariant: an interrupt by a round never counts as one from outside of all rounds, nor as one by a round of
 * another level. An interrupt of a round is in force from when the round sends it until its call or attempt has ended.
 * A flag that is set while none is in force comes from outside. {@link #outside} keeps that when a round takes the
 * flag, or sets it too. So each interrupt by a round, and each taking by one, comes by here.
 *
 * <p>Two interrupts in one flag look like one. So one from outside that comes while an interrupt of a round is in force
 * counts as the round's. So does one whose flag other code holds when the round interrupts: a tool that waits for a
 * future and sets the flag again at the end, or a write to the journal.
 *
 * <p>Thread-safe. This interrupts the thread with its monitor held. A thread of a user's class may do anything then,
 * and holds up other rounds that want to interrupt it.
 */
final class InterruptFlag {

    private static final int NONE = Integer.MAX_VALUE;

    /**
     * The level of a round on a thread.
     *
     * @param flag that of the thread
     * @param number 0 for the outermost round
     */
    record Level(InterruptFlag flag, int number) {

        /** Returns the inner one of two levels, each of which may be null. */
        @SuppressWarnings("ReferenceEquality") // otherwise one is of a round that is over
        static @Nullable Level inner(@Nullable Level first, @Nullable Level second) {
            if (first == null || second == null) {
                return first == null ? second : first;
            }
            return second.flag == first.flag && second.number > first.number ? second : first;
        }
    }

    // Written with this object's monitor held.

    /** The lowest level whose interrupt is in force. */
    private volatile int lowest = NONE;

    /** Whether an interrupt from outside has come whose flag a round has taken, or has set, too. */
    private volatile boolean outside;

    /**
     * Interrupts the thread for the round of a level.
     *
     * @param heedsOutside whether a flag that is set already must stay; false for the thread of one call, to which
     *     only the call's round sends interrupts
     */
    synchronized void send(Thread thread, int level, boolean heedsOutside) {
        outside |= heedsOutside && lowest == NONE && thread.isInterrupted();
        lowest = Math.min(lowest, level);
        thread.interrupt();
    }

    /**
     * Takes the flag, on the thread itself. Interrupts of this level, and of those within it, are no longer in force.
     *
     * @return whether it was set
     */
    synchronized boolean take(int level) {
        boolean set = Thread.interrupted();
        if (set) {
            outside |= lowest == NONE;
        }
        end(level);
        return set;
    }

    /**
     * Records, on the thread itself, that other code has taken the flag, such as that of a wait which threw. If the
     * flag is set again, a newer interrupt has come, which stays in force.
     */
    synchronized void taken(int level) {
        outside |= lowest == NONE;
        if (!Thread.currentThread().isInterrupted()) {
            end(level);
        }
    }

    /**
     * Takes the flag for a while, on the thread itself, and ends no interrupt; {@link #set} sets it again.
     *
     * @return whether it was set
     */
    synchronized boolean borrow() {
        boolean set = Thread.interrupted();
        outside |= set && lowest == NONE;
        return set;
    }

    private void end(int level) {
        if (lowest >= level) {
            lowest = NONE;
        }
    }

    /** Ends an interrupt of a level, on the thread itself: it does not stay behind, but others do. */
    synchronized void takeOwn(int level) {
        take(level);
        if (isForOthers(level)) {
            set();
        }
    }

    /** Sets the flag again for those whose interrupt was taken, on the thread itself. */
    synchronized void set() {
        if (lowest == NONE) {
            // From now on the flag says so. If a tool clears it, that is the tool's decision.
            outside = false;
        }
        Thread.currentThread().interrupt();
    }

    /**
     * Whether a flag that is set, and was not taken, concerns the round of a level: its own calls' interrupts do not,
     * nor do those of rounds within it. Never blocks, so the caller may hold a lock.
     */
    boolean concerns(int level) {
        int known = lowest;
        return known == NONE || known < level || outside;
    }

    /** Whether an interrupt from outside of all rounds has been taken, or came before one of a round. */
    synchronized boolean isFromOutside() {
        return outside;
    }

    /** Whether an interrupt of a round around this level is in force. */
    synchronized boolean isFromAround(int level) {
        return lowest < level;
    }

    /** Whether an interrupt from outside of this level's round has come. */
    synchronized boolean isForOthers(int level) {
        return outside || lowest < level;
    }
}
