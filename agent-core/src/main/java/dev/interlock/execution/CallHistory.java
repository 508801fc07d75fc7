package dev.interlock.execution;

import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call was when its round was suspended, if it was, and what is to be known of it if it will be. Written by the thread of
 * the call, read by the owner when that has ended.
 */
final class CallHistory {

    private final @Nullable SuspendedCall before;
    private final CallApprovals approvals;
    private @Nullable String key;
    private long pendingSince;

    /**
     * Begins it.
     *
     * @param before how far the call had come; null for one that is new
     */
    CallHistory(@Nullable SuspendedCall before) {
        this.before = before;
        this.approvals =
                new CallApprovals(before instanceof SuspendedCall.Waiting waiting ? waiting.approved() : List.of());
    }

    @Nullable
    SuspendedCall before() {
        return before;
    }

    /** It has this key from a round before, or from another place; before it is given to its round. */
    void key(String known) {
        key = known;
    }

    /** Null if it has that of its place. */
    @Nullable
    String key() {
        return key;
    }

    /** The same in every process and round that runs a call: see {@link CallScope}. */
    static String keyOf(DrivenCall call) {
        String own = call.ownKey();
        return own == null ? SuspendedRound.keyOf(call.requireRound().id(), call.place()) : own;
    }

    CallApprovals approvals() {
        return approvals;
    }

    /** Null if no tool can have asked for it, so that another does as well. */
    static @Nullable String keyIfAsked(DrivenCall call) {
        return call.isAbandoned() || call.isOfNamedRound() ? keyOf(call) : null;
    }

    /** Before the schedule knows that it is pending. */
    void pends(CallPendingException why, long now) {
        pendingSince = now;
        if (why instanceof ApprovalPendingException approval) {
            approvals.add(approval.asked());
        }
    }

    /** A reading of the driver's clock. */
    long pendingSince() {
        return pendingSince;
    }
}
