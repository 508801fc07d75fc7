package dev.interlock.durable;

import dev.interlock.call.ToolCall;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers calls that were approved for good, so that no interceptor asks again about a call of the same tool with
 * equal arguments. Arguments are equal if they are the same JSON; the order of members and the spelling of numbers do
 * not matter, and neither do the calls' ids. Implementations must be thread-safe. An implementation that stores
 * approvals outside the process uses {@link #key}.
 */
public interface Approvals {

    /**
     * Tells whether an equal call was approved for good.
     *
     * @param call the call as it is about to run
     * @return false to ask about the call. An exception fails the call
     */
    boolean isApproved(ToolCall call);

    /**
     * Remembers that this call, and all equal ones, are approved from now on.
     *
     * @param call the call as it was approved
     */
    void remember(ToolCall call);

    /**
     * Creates approvals that end with the process.
     *
     * @return a new, empty memory
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
     * Returns the key that equal calls share.
     *
     * @param call the call
     * @return the same text for calls of one tool with equal arguments, and for no other calls
     */
    static String key(ToolCall call) {
        return CanonicalJson.of(call.tool()) + ' ' + CanonicalJson.of(call.arguments());
    }
}
