package dev.interlock.schedule;

import dev.interlock.board.AccessIndex;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds reading calls of a round that equal an earlier one, with no write of what they read in between. Guarded like
 * the machine.
 */
final class EqualReads {

    private final Map<Object, Call> leaders = new HashMap<>();
    private final AccessIndex<Call> index = new AccessIndex<>(Comparator.comparingInt(call -> call.index));

    /** The earlier call whose outcome this call may share; null if it must run itself. Called in call order. */
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

    /** Lets no further call share this call's outcome. */
    void forget(Call call) {
        if (call.sameness != null && leaders.remove(call.sameness, call)) {
            index.remove(call, call.accesses);
        }
    }
}
