package dev.interlock.schedule;

import org.jspecify.annotations.Nullable;

/**
 * Lets calls with announcements begin their first attempts one after another: the next one only when the one before has
 * made its announcement, has ended, or waits for something else. Guarded as the machine is.
 */
final class Gate {

    /** The call that has gone on last, until it is announced, ends, or waits. */
    private @Nullable Call current;

    boolean isOpenFor(Call call) {
        return !call.gated || isOpen();
    }

    boolean isOpen() {
        return current == null;
    }

    /** It goes on: no other does until it has left the gate. */
    void enter(Call call) {
        if (call.gated) {
            current = call;
        }
    }

    /** The owner runs it already. */
    void enterOnOwner(Call call) {
        call.gated = call.isToBeAnnounced();
        enter(call);
    }

    /**
     * A call comes to its first attempt later than to its turn: interceptors were before it.
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

    /** The tool of a call comes next: the gate is not for it any more. */
    void announced(Call call) {
        call.announced = true;
        call.gated = false;
        leave(call);
    }

    /** It runs no more, or waits. */
    void leave(Call call) {
        if (call.equals(current)) {
            current = null;
        }
    }
}
