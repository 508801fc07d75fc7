package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.PendingKind;
import dev.interlock.schedule.PendingCause;
import org.jspecify.annotations.Nullable;

/** Recognises what says that a call is pending. */
final class PendingCalls {

    private PendingCalls() {}

    /** What an attempt says of its call being pending; null if it has an outcome. What must leave the round does so. */
    static @Nullable CallPendingException in(Attempt attempt) {
        return attempt.leaving() == null && attempt.outcome() instanceof Outcome.Failed failed
                ? CallPendingException.in(failed.error())
                : null;
    }

    static PendingCause cause(CallPendingException pending) {
        boolean approval = pending instanceof ApprovalPendingException;
        return new PendingCause(approval ? PendingKind.APPROVAL : PendingKind.EXTERNAL, pending.reason());
    }
}
