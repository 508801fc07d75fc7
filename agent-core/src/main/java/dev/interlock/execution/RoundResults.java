package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.CallDecidedException;
import dev.interlock.durable.RecordedFailure;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.event.CallEnd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the results of rounds' calls. Thread-safe: a result can be made by any thread, once the call has its outcome.
 */
final class RoundResults {

    private RoundResults() {}

    /** Returns all results, with the keys of calls whose tools can know them. */
    static List<CallResult> all(DrivenCall[] calls) {
        // No stream: each round comes by here.
        CallResult[] results = new CallResult[calls.length];
        for (int i = 0; i < calls.length; i++) {
            results[i] = withKey(calls[i]);
        }
        return List.of(results);
    }

    private static CallResult withKey(DrivenCall call) {
        CallResult result = of(call);
        String key = CallKeys.ifAsked(call);
        return key == null ? result : result.withKey(key);
    }

    static CallResult of(DrivenCall call) {
        CallResult before = before(call);
        if (before != null) {
            return before;
        }
        ResultLimit limit = call.resultLimit();
        RoundClock clock = call.requireRound().clock();
        return new CallResult(
                call.body().call(),
                limit == null ? call.outcome() : limit.apply(call.outcome()),
                attempts(call),
                clock.instant(call.startNanos()),
                clock.instant(call.endNanos()),
                call.threadKind());
    }

    /** The call's result if it had one before its round was resumed; otherwise null. */
    static @Nullable CallResult before(DrivenCall call) {
        return call.before() instanceof SuspendedCall.Ended ended ? ended.result() : null;
    }

    /** A call that stayed pending, and was ended with its round, has those that it had before. */
    private static int attempts(DrivenCall call) {
        return call.before() instanceof SuspendedCall.Pending pending ? pending.attempts() : call.attempts();
    }

    /** How a call of the round ended, for listeners. */
    static CallEnd end(DrivenCall call) {
        if (call.suspendedAs() != null) {
            return CallEnd.SUSPENDED;
        }
        if (call.isAbandoned()) {
            return CallEnd.ABANDONED;
        }
        if (call.coalescedWith() >= 0) {
            return CallEnd.COALESCED;
        }
        return end(call.outcome(), call.attempts());
    }

    /** How a call with this outcome ended, if that is all that is known of it. */
    static CallEnd end(Outcome outcome, int attempts) {
        return switch (outcome) {
            case Outcome.Succeeded succeeded -> CallEnd.OK;
            case Outcome.Failed failed ->
                attempts == 0 && isRejection(failed.error()) ? CallEnd.REJECTED : CallEnd.FAILED;
            case Outcome.TimedOut timedOut -> CallEnd.TIMED_OUT;
            case Outcome.Cancelled cancelled -> CallEnd.CANCELLED;
            case Outcome.Skipped skipped -> CallEnd.SKIPPED;
        };
    }

    private static boolean isRejection(Throwable error) {
        return error instanceof CallRefusedException
                || error instanceof CallDecidedException
                || (error instanceof RecordedFailure recorded
                        && (recorded.type().equals(CallRefusedException.class.getName())
                                || recorded.type().equals(CallDecidedException.class.getName())));
    }
}
