package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.PendingKind;
import dev.interlock.schedule.PendingCause;
import org.jspecify.annotations.Nullable;

/** Recognises exceptions that say that a call is pending. */
final class PendingCalls {

    private PendingCalls() {}

    /**
     * Returns the exception by which an attempt says that its call is pending; null if it has another outcome. A
     * failure that must leave the round wins.
     */
    static @Nullable CallPendingException in(BodyRun run) {
        return run.leaving() == null && run.outcome() instanceof Outcome.Failed failed
                ? CallPendingException.in(failed.error())
                : null;
    }

    static PendingCause cause(CallPendingException pending) {
        boolean approval = pending instanceof ApprovalPendingException;
        return new PendingCause(approval ? PendingKind.APPROVAL : PendingKind.EXTERNAL, pending.reason());
    }
}
