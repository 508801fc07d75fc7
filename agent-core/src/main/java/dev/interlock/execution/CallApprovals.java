package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall.Asked;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The questions that interceptors have asked about one call, through all suspensions of its round.
 *
 * <p>Invariant: a call passes an interceptor that asks for approval only with the arguments that were approved there.
 *
 * <p>Only the call's thread accesses it; before and after that, the owner.
 */
final class CallApprovals {

    /** Replaced, never changed: an abandoned call may still use it when its round is suspended. */
    private volatile List<Asked> asked;

    /** How many approving interceptors the call has reached. */
    private int passed;

    CallApprovals(List<Asked> before) {
        this.asked = List.copyOf(before);
    }

    /** Counts the next approving interceptor that the call reaches, and returns its number. */
    int pass() {
        return passed++;
    }

    /** The earlier approval there for a call with these arguments; null if the interceptor must ask. */
    @Nullable
    Asked answer(int interceptor, ToolCall seen) {
        for (Asked before : asked) {
            if (before.interceptor() == interceptor && before.isAbout(seen)) {
                return before;
            }
        }
        return null;
    }

    void add(Asked one) {
        List<Asked> all = new ArrayList<>(asked);
        all.removeIf(before -> before.interceptor() == one.interceptor());
        all.add(one);
        asked = List.copyOf(all);
    }

    List<Asked> asked() {
        return asked;
    }
}
