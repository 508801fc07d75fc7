package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.schedule.PendingCause;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns rounds and calls that no longer run into data that can be stored.
 *
 * <p>Invariant: what a tool has been started for, in this life or before, is started in the data too, however the call
 * waits.
 */
final class KeptRounds {

    private KeptRounds() {}

    /**
     * How far the calls have come.
     *
     * @param from which of its suspensions it was resumed from, 0 for none: it is that one still if nothing was started
     *     since
     * @param part of which batch they are a part, that is kept; null if they are all
     */
    static SuspendedRound of(
            String id, int from, RoundReporter reporter, DrivenCall[] calls, @Nullable BatchPart part) {
        List<SuspendedCall> states =
                Arrays.stream(calls).map(call -> stateOf(reporter, call)).toList();
        int suspension = isUntouched(calls) ? from : from + 1;
        return part == null ? new SuspendedRound(id, suspension, states, keys(calls)) : part.with(suspension, states);
    }

    /** The keys of those that have them from a round before. */
    static Map<Integer, String> keys(DrivenCall[] calls) {
        Map<Integer, String> keys = Map.of();
        for (DrivenCall call : calls) {
            String own = call.ownKey();
            if (own != null) {
                keys = keys.isEmpty() ? new HashMap<>() : keys;
                keys.put(call.placeInBatch(), own);
            }
        }
        return keys;
    }

    /**
     * Whether nothing of a resumed round was started, so that the suspended round is as suspended as before, and may be
     * resumed once more. Asked when nothing of it runs any more.
     *
     * <p>What had its outcome, or stays pending, is not run by a resume, whatever attempts and effects it had before.
     * Of the others an attempt counts even if its tool did not come to its first statement: a hook has heard of it. So
     * does what an interceptor has begun outside of the process, or has given as the result in place of the tool,
     * without any attempt. An interceptor that asks, refuses or fails has started nothing.
     */
    static boolean isUntouched(DrivenCall[] calls) {
        for (DrivenCall call : calls) {
            if (call.before() == null || (call.before() instanceof SuspendedCall.Waiting && isStarted(call))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isStarted(DrivenCall call) {
        if (call.attempts() > 0) {
            return true;
        }
        PendingCause pending = call.pending();
        if (pending != null) {
            return pending.kind() != PendingKind.APPROVAL;
        }
        Outcome outcome = call.settled();
        return call.suspendedAs() == null && (outcome == null || outcome.isSuccess());
    }

    private static SuspendedCall stateOf(RoundReporter reporter, DrivenCall call) {
        String waits = call.suspendedAs();
        if (waits == null) {
            return call.settled() == null ? leftOpen(reporter, call) : new SuspendedCall.Ended(result(reporter, call));
        }
        if (call.before() instanceof SuspendedCall.Pending still) {
            return still;
        }
        PendingCause cause = call.pending();
        return cause == null
                ? waiting(call, waits, call.coalescedWith())
                : pending(call, cause, reporter.instant(call.history().pendingSince()));
    }

    /**
     * How far a call has come whose round was left before the call had its outcome. What may have happened does not run
     * again unless that is decided.
     */
    private static SuspendedCall leftOpen(RoundReporter reporter, DrivenCall call) {
        PendingCause cause = call.pending();
        if (cause != null) {
            return pending(call, cause, reporter.instant(call.history().pendingSince()));
        }
        if (call.attempts() > 0 && !call.isRepeatable()) {
            return pending(
                    call,
                    new PendingCause(
                            PendingKind.MAY_HAVE_HAPPENED,
                            "its round broke off while it ran, so it may have happened or not"),
                    reporter.instant(call.startNanos()));
        }
        return waiting(call, "had not ended when its round broke off", -1);
    }

    private static SuspendedCall.Waiting waiting(DrivenCall call, String why, int follows) {
        return new SuspendedCall.Waiting(
                call.body().call(),
                isEdited(call),
                why,
                call.history().approvals().asked(),
                follows,
                call.isStartedBefore() || call.attempts() > 0);
    }

    /**
     * Returns the data of a call that became pending in this process. Its attempts include one for a start in an
     * earlier life, so that whatever it comes to says that it may have taken effect. A call that only reads has none.
     */
    static SuspendedCall.Pending pending(DrivenCall call, PendingCause cause, Instant since) {
        return new SuspendedCall.Pending(
                call.body().call(),
                isEdited(call),
                cause.kind(),
                cause.reason(),
                call.history().approvals().asked(),
                Math.max(call.attempts(), call.isStartedBefore() && !call.onlyReads() ? 1 : 0),
                since);
    }

    /** Whether the tool of a call may have been started, in the round that is over or before. */
    static boolean mayHaveStartedEver(DrivenCall call) {
        return call.before() instanceof SuspendedCall.Ended ended
                ? mayHaveStartedEver(ended.result())
                : call.attempts() > 0 || call.isStartedBefore();
    }

    /** Whether the tool of a call may have been started: it was, or the result says that it was before. */
    static boolean mayHaveStartedEver(CallResult result) {
        return result.attempts() > 0
                || switch (result.outcome()) {
                    case Outcome.TimedOut timedOut -> timedOut.mayHaveTakenEffect();
                    case Outcome.Cancelled cancelled -> cancelled.mayHaveTakenEffect();
                    case Outcome.Succeeded succeeded -> false;
                    case Outcome.Failed failed -> false;
                    case Outcome.Skipped skipped -> false;
                };
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
