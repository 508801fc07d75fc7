package dev.interlock.execution;

import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.SuspendedCall;
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

    CallApprovals approvals() {
        return approvals;
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
