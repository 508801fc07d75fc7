package dev.interlock.execution;

import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.SuspendedCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call's progress through suspensions of its round: what it was when the round was suspended, and what a next
 * suspension must keep. The call's thread writes it; the owner reads it when that thread has ended.
 */
final class CallHistory {

    private final @Nullable SuspendedCall before;
    private final CallApprovals approvals;
    private @Nullable String key;
    private long pendingSince;

    /**
     * Creates the history of a call.
     *
     * @param before how far the call had come; null for a new call
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

    /** Records that the call is pending, before the schedule knows it. */
    void recordPending(CallPendingException why, long now) {
        pendingSince = now;
        if (why instanceof ApprovalPendingException approval) {
            approvals.add(approval.asked());
        }
    }

    /** Since when the call has been pending, as a reading of the driver's clock. */
    long pendingSince() {
        return pendingSince;
    }
}
