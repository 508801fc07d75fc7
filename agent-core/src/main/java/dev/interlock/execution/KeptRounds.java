package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.schedule.PendingCause;
import java.time.Instant;
import java.util.Arrays;

/** Turns rounds and calls that no longer run into data that can be stored. */
final class KeptRounds {

    private KeptRounds() {}

    static SuspendedRound of(String id, RoundReporter reporter, DrivenCall[] calls) {
        return new SuspendedRound(
                id, Arrays.stream(calls).map(call -> stateOf(reporter, call)).toList());
    }

    private static SuspendedCall stateOf(RoundReporter reporter, DrivenCall call) {
        String waits = call.suspendedAs();
        if (waits == null) {
            return new SuspendedCall.Ended(result(reporter, call));
        }
        if (call.before() instanceof SuspendedCall.Pending still) {
            return still;
        }
        PendingCause cause = call.pending();
        return cause == null
                ? new SuspendedCall.Waiting(
                        call.body().call(),
                        isEdited(call),
                        waits,
                        call.history().approvals().asked(),
                        call.coalescedWith())
                : pending(call, cause, reporter.instant(call.history().pendingSince()));
    }

    /** Returns the data of a call that became pending in this process. */
    static SuspendedCall.Pending pending(DrivenCall call, PendingCause cause, Instant since) {
        return new SuspendedCall.Pending(
                call.body().call(),
                isEdited(call),
                cause.kind(),
                cause.reason(),
                call.history().approvals().asked(),
                call.attempts(),
                since);
    }

    private static boolean isEdited(DrivenCall call) {
        SuspendedCall before = call.before();
        return before != null && before.edited();
    }

    /** Returns the result of a call with an outcome, in the form in which its integration keeps it. */
    static CallResult result(RoundReporter reporter, DrivenCall call) {
        CallResult result = reporter.result(call);
        if (!(result.outcome() instanceof Outcome.Succeeded(Object value))) {
            return result;
        }
        return new CallResult(
                result.call(),
                new Outcome.Succeeded(call.body().keepable(value)),
                result.attempts(),
                result.start(),
                result.end(),
                result.thread());
    }
}
