package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import dev.interlock.plan.AccessIndex;
import java.util.Comparator;
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
    private final AccessIndex<CallTask> index = new AccessIndex<>(Comparator.comparingInt(task -> task.index));

    /** The earlier call whose outcome a call may have, or null if it is to be run itself. Asked in call order. */
    @Nullable
    CallTask leaderOf(CallTask task) {
        if (!task.onlyReads()) {
            for (CallTask leader : index.conflicting(task.accesses).all()) {
                leaders.remove(sameAs(leader));
                index.remove(leader, leader.accesses);
            }
            return null;
        }
        CallTask leader = leaders.putIfAbsent(sameAs(task), task);
        if (leader == null) {
            index.add(task, task.accesses);
        }
        return leader;
    }

    private static Same sameAs(CallTask task) {
        ToolCall call = task.call();
        return new Same(task.binding(), new ToolCall(null, call.tool(), call.arguments()));
    }
}
