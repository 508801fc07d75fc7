package dev.interlock.schedule;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the owner of a round does, and which call it must run next. Guarded like the machine. */
final class OwnerWork {

    private final ReadyCalls ready;

    /**
     * Ready calls for the owner, which is busy or not there yet. They hold neither a permit nor anything that rounds
     * share.
     */
    private final List<Call> waiting = new ArrayList<>(0);

    /** The call that the owner must run, and has not taken yet. */
    @Nullable
    Call next;

    /** Whether the owner has yet to learn of {@link #next}. */
    private boolean isNew;

    /** Whether there is an owner. */
    boolean isThere;

    /** Whether the owner runs a call, or is about to. */
    boolean runsCall;

    /** Whether the owner carries out actions, which may take any time: they run foreign code. */
    boolean acts;

    /** Whether the owner, which runs a call, was interrupted before the current event: it will stop the round. */
    boolean isInterrupted;

    OwnerWork(ReadyCalls ready) {
        this.ready = ready;
    }

    /** Whether the owner can take a call now. */
    boolean isFree() {
        return isThere && !runsCall && next == null;
    }

    /** Whether the owner waits for the next event, or soon will. */
    boolean isIdle() {
        return isThere && !runsCall;
    }

    /** Whether the owner waits for the next limit, or is about to. */
    boolean isTimer() {
        return isIdle() && !acts;
    }

    /** Lets a ready call wait. It becomes ready again when the owner ends its call, or arrives. */
    void await(Call call) {
        waiting.add(call);
    }

    /** Gives the owner a call to run. */
    void give(Call call) {
        next = call;
        isNew = true;
    }

    /** Takes the call that the owner runs from now on; null if there is none. */
    @Nullable
    Call take() {
        Call own = next;
        next = null;
        runsCall |= own != null;
        isNew = false;
        return own;
    }

    /** Whether the owner must be woken for its call; false from then on. */
    boolean takeNew() {
        boolean was = isNew;
        isNew = false;
        return was;
    }

    /** Records that an owner is there that runs no call. */
    void arrive() {
        isThere = true;
        free();
    }

    /** Makes calls for the owner ready again, because it has ended its call. */
    void free() {
        runsCall = false;
        readyAgain();
    }

    /** Takes the call back that the owner was to run, if it has ended before. */
    void withdraw() {
        if (next != null && next.phase == Phase.DONE) {
            next = null;
            readyAgain();
        }
    }

    private void readyAgain() {
        waiting.forEach(ready::add);
        waiting.clear();
    }

    /** Forgets the calls that wait for the owner: none of them begins any more. */
    void forgetWaiting() {
        waiting.clear();
    }
}
