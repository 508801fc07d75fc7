package dev.interlock.schedule;

import dev.interlock.plan.AccessIndex;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls of a round that read what an equal earlier one has read, with nothing between them that writes it. Guarded as
 * the machine is.
 */
final class EqualReads {

    private final Map<Object, Call> leaders = new HashMap<>();
    private final AccessIndex<Call> index = new AccessIndex<>(Comparator.comparingInt(call -> call.index));

    /** The earlier call whose outcome a call may have, or null if it is to be run itself. Asked in call order. */
    @Nullable
    Call leaderOf(Call call) {
        if (!call.onlyReads() || call.sameness == null) {
            for (Call leader : index.conflicting(call.accesses).all()) {
                leaders.remove(Objects.requireNonNull(leader.sameness));
                index.remove(leader, leader.accesses);
            }
            return null;
        }
        Call leader = leaders.putIfAbsent(call.sameness, call);
        if (leader == null) {
            index.add(call, call.accesses);
        }
        return leader;
    }

    /** No further call is to have its outcome from this one. */
    void forget(Call call) {
        if (call.sameness != null && leaders.remove(call.sameness, call)) {
            index.remove(call, call.accesses);
        }
    }
}
