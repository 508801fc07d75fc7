package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls of a round that read what an equal earlier one has read, with nothing between them that writes it. Guarded
 * by the dispatcher's lock.
 */
final class Coalescing {

    private record Same(ToolBinding binding, ToolCall call) {}

    private final Map<Same, CallTask> leaders = new HashMap<>();

    /** The earlier call whose outcome a call may have, or null if it is to be run itself. Asked in call order. */
    @Nullable
    CallTask leaderOf(CallTask task) {
        if (!task.onlyReads()) {
            leaders.values().removeIf(leader -> leader.conflictsWith(task));
            return null;
        }
        ToolCall call = task.call();
        Same same = new Same(task.binding(), new ToolCall(null, call.tool(), call.arguments()));
        CallTask leader = leaders.putIfAbsent(same, task);
        return leader == null || leader.refusal != null ? null : leader;
    }
}
