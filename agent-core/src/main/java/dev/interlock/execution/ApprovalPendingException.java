package dev.interlock.execution;

import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.SuspendedCall.Asked;
import java.util.Objects;

/** Thrown if a call waits for its approval without a thread. */
final class ApprovalPendingException extends CallPendingException {

    private static final long serialVersionUID = 1L;

    private final transient Asked asked;

    ApprovalPendingException(String reason, Asked asked) {
        super(reason);
        this.asked = Objects.requireNonNull(asked, "asked");
    }

    /** The question that has no answer yet. */
    Asked asked() {
        return asked;
    }
}
