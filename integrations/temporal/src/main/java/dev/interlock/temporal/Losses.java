package dev.interlock.temporal;

import dev.interlock.call.Outcome;
import dev.interlock.temporal.RoundPlan.Terms;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;

/**
 * Decides the outcome of a call whose activity gave no reply, because its worker was lost or the server has ended it.
 */
final class Losses {

    private Losses() {}

    /**
     * The result of such an activity.
     *
     * @param outcome the call's outcome
     * @param mayHaveHappened whether the tool may have run and must not run again
     */
    record Loss(Outcome outcome, boolean mayHaveHappened) {}

    static Loss of(RuntimeException failure, RoundCalls calls, int call, RoundPlan plan) {
        String tool = calls.tool(call);
        Terms terms = calls.terms(call);
        long limitMillis = calls.limitMillis(call);
        Throwable cause =
                failure instanceof ActivityFailure && failure.getCause() != null ? failure.getCause() : failure;
        boolean changes = terms.changes();
        return switch (cause) {
            case CanceledFailure cancelled -> new Loss(Words.interrupted(tool, "its round was ended", changes), false);
            case TimeoutFailure timeout
            when timeout.getTimeoutType() == TimeoutType.TIMEOUT_TYPE_HEARTBEAT ->
                new Loss(Words.lost(tool, plan.heartbeatMillis(), changes), changes);
            case TimeoutFailure timeout
            when limitMillis > 0 -> new Loss(Words.timedOut(tool, "the call", limitMillis, true, changes), false);
            case TimeoutFailure timeout ->
                new Loss(Words.timedOut(tool, "the attempt", terms.timeoutMillis(), true, changes), false);
            case ApplicationFailure application ->
                new Loss(Words.noReply(tool, application.getOriginalMessage(), changes), false);
            default -> new Loss(Words.noReply(tool, String.valueOf(cause.getMessage()), changes), false);
        };
    }
}
