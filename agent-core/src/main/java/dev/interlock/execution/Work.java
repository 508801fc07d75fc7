package dev.interlock.execution;

import dev.interlock.share.Claim;
import java.util.ArrayList;
import java.util.List;

/** What is to be done once the dispatcher's lock is given up. Filled under the lock, then its taker's own. */
final class Work {

    /**
     * A call to interrupt.
     *
     * @param task the call
     * @param attempt only if this attempt runs; 0 whatever the call does
     */
    record Interrupt(CallTask task, int attempt) {}

    static final Work NOTHING = new Work();

    final List<CallTask> toStart = new ArrayList<>(0);
    final List<Interrupt> toInterrupt = new ArrayList<>(0);

    /** Threads of calls that may go on. */
    final List<Thread> toUnpark = new ArrayList<>(0);

    /** Calls that were just abandoned. */
    final List<CallTask> abandoned = new ArrayList<>(0);

    /** Calls, of other rounds perhaps, that now hold what they share. */
    final List<Claim> granted = new ArrayList<>(0);

    /** Calls, of other rounds perhaps, that wait for what a call holds that was just abandoned. */
    final List<Claim> suspicious = new ArrayList<>(0);

    /** Whether the owner must look at the state again. */
    boolean wake;

    /** Whether there is nothing to do but, perhaps, to wake the owner. */
    boolean isEmpty() {
        return toStart.isEmpty()
                && toInterrupt.isEmpty()
                && toUnpark.isEmpty()
                && abandoned.isEmpty()
                && suspicious.isEmpty()
                && granted.isEmpty();
    }
}
