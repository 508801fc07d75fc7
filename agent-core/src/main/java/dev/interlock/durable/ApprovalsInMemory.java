package dev.interlock.durable;

import dev.interlock.call.ToolCall;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** By the keys of the calls. */
final class ApprovalsInMemory implements Approvals {

    private final Set<String> keys = ConcurrentHashMap.newKeySet();

    @Override
    public boolean isApproved(ToolCall call) {
        return keys.contains(Approvals.key(call));
    }

    @Override
    public void remember(ToolCall call) {
        keys.add(Approvals.key(call));
    }
}
