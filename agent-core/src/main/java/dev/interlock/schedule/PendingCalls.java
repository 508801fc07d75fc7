package dev.interlock.schedule;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts the pending calls of a round, and those that cannot go on without them. Guarded like the machine. */
final class PendingCalls {

    private final List<Call> calls;

    /** How many calls are pending. */
    private int pending;

    /** How many calls cannot go on by themselves, see {@link Call#isBlocked}; counted once a call has been pending. */
    private int blocked;

    private boolean countsBlocked;

    /** See {@link #withWaiters()}. */
    private @Nullable BitSet withWaiters;

    /** How many calls there were then. */
    private int lookedUpAmong;

    /**
     * @param calls the calls so far; more may be added
     */
    PendingCalls(List<Call> calls) {
        this.calls = calls;
    }

    /** Records that a call is pending. */
    void add(Call call) {
        pending++;
        withWaiters = null;
        if (countsBlocked) {
            recount(call);
        } else {
            countsBlocked = true;
            calls.forEach(this::recount);
        }
    }

    boolean isAny() {
        return pending > 0;
    }

    /** Whether each call without an outcome is blocked, and there are so many of them, at least one of them pending. */
    boolean areAllOf(int unended) {
        return pending > 0 && blocked == unended;
    }

    /** Counts a call anew, because it may have changed whether the call can go on by itself. */
    void recount(Call call) {
        if (countsBlocked && call.isBlocked() != call.countsAsBlocked) {
            call.countsAsBlocked = !call.countsAsBlocked;
            blocked += call.countsAsBlocked ? 1 : -1;
        }
    }

    /** Records the end of a call, which may be pending, or follow an equal one that waits for a pending one. */
    void endWait(Call call) {
        if (call.phase == Phase.PENDING) {
            pending--;
            withWaiters = null;
        } else if (call.phase == Phase.FOLLOWING && withWaiters != null && withWaiters.get(call.index)) {
            // Calls that use its result do not wait for what it waited for any more.
            withWaiters = null;
        }
    }

    /**
     * The places of pending calls and of those that wait for them, as {@link Suspension} found them; null if it must
     * look again. Waits begin only with a call's admission, and no wait for a pending call ends before that call, or
     * one that follows another, has ended. So until then the answer holds.
     */
    @Nullable
    BitSet withWaiters() {
        return lookedUpAmong == calls.size() ? withWaiters : null;
    }

    void withWaiters(BitSet found) {
        withWaiters = found;
        lookedUpAmong = calls.size();
    }
}
