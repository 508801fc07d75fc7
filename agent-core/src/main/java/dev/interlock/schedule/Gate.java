package dev.interlock.schedule;

import org.jspecify.annotations.Nullable;

/**
 * Lets calls with announcements begin their first attempts one after another: the next one only when the one before has
 * made its announcement, has ended, or waits for something else. Guarded like the machine.
 */
final class Gate {

    /** The call that passed the gate last, until it has made its announcement, ends or waits. */
    private @Nullable Call current;

    boolean isOpenFor(Call call) {
        return !call.gated || isOpen();
    }

    boolean isOpen() {
        return current == null;
    }

    /** Lets a call pass. No other passes until this one has left the gate. */
    void enter(Call call) {
        if (call.gated) {
            current = call;
        }
    }

    /** Records that the owner already runs this call. */
    void enterOnOwner(Call call) {
        call.gated = call.isToBeAnnounced();
        enter(call);
    }

    /**
     * Handles a call that comes to its first attempt after its turn, since interceptors ran in between.
     *
     * @return false if it has to wait
     */
    boolean reachedBy(Call call) {
        if (call.equals(current)) {
            return true;
        }
        call.gated = true;
        boolean open = isOpen();
        if (open) {
            enter(call);
        }
        return open;
    }

    /** Records the call's announcement: its tool comes next, so it needs the gate no more. */
    void announced(Call call) {
        call.announced = true;
        call.gated = false;
        leave(call);
    }

    /** Opens the gate behind a call that has ended or waits. */
    void leave(Call call) {
        if (call.equals(current)) {
            current = null;
        }
    }
}
