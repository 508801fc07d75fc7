package dev.interlock.schedule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the calls of a confined round begin: call order, each when all before it have ended. Begun calls
 * go on. Guarded like the machine.
 */
final class CallOrder {

    private final List<Call> calls;

    private boolean confined;

    /** In a confined round, the first call that has not ended; only this one may begin. */
    private int next;

    /**
     * @param calls the calls so far; more may be added
     */
    CallOrder(List<Call> calls, boolean confined) {
        this.calls = calls;
        this.confined = confined;
    }

    /** Whether calls begin only on the owner, one after another in call order. */
    boolean isConfined() {
        return confined;
    }

    /** Makes calls begin in call order from now on; false if they did before. */
    boolean confine() {
        boolean before = confined;
        confined = true;
        return !before;
    }

    /** Whether the call may begin. */
    boolean lets(Call call) {
        return !confined || call.equals(next());
    }

    private @Nullable Call next() {
        while (next < calls.size() && calls.get(next).isOver()) {
            next++;
        }
        return next < calls.size() ? calls.get(next) : null;
    }

    /**
     * Finds the next call of a confined round.
     *
     * @return the call if it became ready before it was next; otherwise null
     */
    @Nullable
    Call takeHeldBack() {
        Call call = confined ? next() : null;
        if (call == null || !call.heldBack) {
            return null;
        }
        call.heldBack = false;
        return call;
    }
}
