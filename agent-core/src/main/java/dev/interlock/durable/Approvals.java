package dev.interlock.durable;

import dev.interlock.call.ToolCall;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers which calls have been approved for good: a call of the same tool with equal arguments is not asked for again.
 * Arguments are equal if they are the same JSON, whatever the order of members, and however numbers are written; the ids of
 * calls do not matter. Implementations are thread-safe; one that keeps them beyond the process uses {@link #key}.
 */
public interface Approvals {

    /**
     * Whether a call like this has been approved for good.
     *
     * @param call the call as it is about to run
     * @return false to ask for it; what it throws fails the call
     */
    boolean isApproved(ToolCall call);

    /**
     * Calls like this are approved from now on.
     *
     * @param call the call as it was approved
     */
    void remember(ToolCall call);

    /**
     * Approvals that are forgotten with the process.
     *
     * @return none so far
     */
    static Approvals inMemory() {
        Set<String> keys = ConcurrentHashMap.newKeySet();
        return new Approvals() {
            @Override
            public boolean isApproved(ToolCall call) {
                return keys.contains(Approvals.key(call));
            }

            @Override
            public void remember(ToolCall call) {
                keys.add(Approvals.key(call));
            }
        };
    }

    /**
     * What makes two calls the same.
     *
     * @param call the call
     * @return text that is equal for calls of one tool with equal arguments, and for no others
     */
    static String key(ToolCall call) {
        return CanonicalJson.of(call.tool()) + ' ' + CanonicalJson.of(call.arguments());
    }
}
