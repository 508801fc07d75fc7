package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall.Asked;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What interceptors have asked of one call, through all suspensions of its round.
 *
 * <p>Invariant: a call passes an interceptor that asks for approval only with the arguments that were approved there.
 *
 * <p>Only accessed by the thread of the call; by the owner before and after that.
 */
final class CallApprovals {

    /** Replaced, not changed: a call that was abandoned may still be at it when its round is suspended. */
    private volatile List<Asked> asked;

    /** How many interceptors the call has come to that ask for approval. */
    private int passed;

    CallApprovals(List<Asked> before) {
        this.asked = List.copyOf(before);
    }

    /** The call comes to the next interceptor that asks; gives its number. */
    int pass() {
        return passed++;
    }

    /** What was approved there before, of a call with such arguments; null if it has to be asked. */
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
