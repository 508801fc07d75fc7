package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.PendingKind;
import dev.interlock.schedule.PendingCause;
import org.jspecify.annotations.Nullable;

/** Recognises what says that a call is pending. */
final class PendingCalls {

    /** Causes can go round in circles. */
    private static final int MAX_CAUSES = 100;

    private PendingCalls() {}

    /** What an attempt says of its call being pending; null if it has an outcome. What must leave the round does so. */
    static @Nullable CallPendingException in(Attempt attempt) {
        return attempt.leaving() == null && attempt.outcome() instanceof Outcome.Failed failed
                ? in(failed.error())
                : null;
    }

    /** The same of what was thrown: reflection, proxies and futures wrap it. */
    static @Nullable CallPendingException in(Throwable error) {
        try {
            @Nullable Throwable cause = error;
            for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
                if (cause instanceof CallPendingException pending) {
                    return pending;
                }
                cause = cause.getCause();
            }
        } catch (Throwable e) {
            // An exception of the tool's own, whose cause is code of the tool.
            return null;
        }
        return null;
    }

    static PendingCause cause(CallPendingException pending) {
        boolean approval = pending instanceof ApprovalPendingException;
        return new PendingCause(approval ? PendingKind.APPROVAL : PendingKind.EXTERNAL, pending.reason());
    }
}
