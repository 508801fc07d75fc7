package dev.interlock.execution;

import dev.interlock.effect.Access;
import dev.interlock.replicas.ReplicaClaim;
import dev.interlock.replicas.ReplicaLimits;
import dev.interlock.replicas.ReplicaRequest;
import dev.interlock.schedule.Call;
import dev.interlock.share.Claim;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits that the rounds of an executor share with other replicas.
 *
 * @param limits the shared limits
 * @param exclusive whether calls also share their resources
 */
record Replicas(ReplicaLimits limits, boolean exclusive) {

    /** Returns what a call must request; null for nothing. */
    @Nullable
    ReplicaHold holdOf(DrivenCall call, TimeSource time) {
        List<Access> accesses = exclusive ? call.accesses() : List.of();
        if (call.body().isUnreadable() || (accesses.isEmpty() && call.caps().isEmpty())) {
            return null;
        }
        List<ReplicaClaim.Cap> caps = call.caps().stream()
                .map(cap -> new ReplicaClaim.Cap(cap.name(), cap.limit()))
                .toList();
        String id = limits.idPrefix() + call.round() + "." + call.index();
        return new ReplicaHold(limits, ReplicaClaim.of(id, call.inWords(), caps, accesses, around(call)), time);
    }

    /** Returns the claims of the calls whose bodies wait for this one. */
    private static List<String> around(DrivenCall call) {
        List<String> ids = new ArrayList<>();
        for (Claim claim = call.claimAround(); claim != null; ) {
            DrivenCall outer = DrivenCall.of(Call.claiming(claim));
            ReplicaHold hold = outer.replicaHold();
            if (hold != null) {
                ids.add(hold.id());
            }
            claim = outer.claimAround();
        }
        return ids;
    }

    // Events of calls, which may have requested nothing.

    static void abandoned(DrivenCall call) {
        ReplicaHold hold = call.replicaHold();
        if (hold != null) {
            hold.abandon();
        }
    }

    /** Gives back what the call holds, because the user released the call. */
    static void released(DrivenCall call) {
        ReplicaHold hold = call.replicaHold();
        if (hold != null) {
            hold.end();
        }
    }

    /** It is about to wait for a permit, or slots, of its own replica. */
    static void waits(DrivenCall call) {
        ReplicaHold hold = call.replicaHold();
        if (hold != null) {
            hold.giveSlotsBack();
        }
    }

    /** Its body is about to wait for a round of its own. */
    static void lent(DrivenCall call) {
        ReplicaHold hold = call.replicaHold();
        if (hold != null) {
            hold.lend();
        }
    }

    /** Its body is about to go on: what it must wait for to have its slots again, or null. */
    static @Nullable ReplicaRequest reclaims(DrivenCall call) {
        ReplicaHold hold = call.replicaHold();
        return hold == null ? null : hold.takeBack();
    }

    /**
     * Its body goes on.
     *
     * @param granted whether it has its slots, or the server is lost; false if the call was ended before
     */
    static void reclaimed(DrivenCall call, boolean granted) {
        ReplicaHold hold = call.replicaHold();
        if (hold == null) {
            return;
        }
        if (granted) {
            hold.countGranted();
        } else {
            hold.giveSlotsBack();
        }
    }
}
