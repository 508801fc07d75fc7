package dev.interlock.schedule;

import dev.interlock.call.Outcome;
import dev.interlock.schedule.Timers.RoundLimit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Ends a round early: after a stop, its limit, a refusal, or a failure that leaves the round. Guarded like the machine.
 */
final class RoundEnding {

    /** How long calls may go on that come before the call whose failure ends the round. */
    private static final long EARLIER_CALLS_NANOS = 250_000_000;

    private final Progress progress;
    private final CallEnding calls;

    private @Nullable String stopped;
    private @Nullable Call earliestFailure;
    private @Nullable Throwable failure;
    private boolean roundExpired;

    RoundEnding(Progress progress, Reasons reasons) {
        this.progress = progress;
        this.calls = new CallEnding(progress, reasons, this::heedOutcome);
    }

    /** Ends the round's calls one by one. */
    CallEnding calls() {
        return calls;
    }

    boolean isStopped() {
        return stopped != null;
    }

    /** Whether no further attempt should begin. */
    boolean isEnding() {
        return stopped != null || earliestFailure != null || roundExpired;
    }

    /** The failure that must leave the round: the engine's own, or that of the earliest call with such a failure. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Ends a call that comes, or becomes pending, when the round is already ending. */
    void checkLate(Call call) {
        if (stopped != null) {
            calls.settleAndFinish(call, Outcomes.interrupted(call, progress.now, stopped));
        } else if (earliestFailure != null) {
            calls.settleAndFinish(call, Outcomes.interrupted(call, progress.now, Outcomes.FAILED));
        } else if (roundExpired) {
            calls.settleAndFinish(call, Outcomes.timedOut(call, "the round", progress.limits.roundTimeoutNanos()));
        }
    }

    /** Lets nothing start any more: the engine has failed. */
    void stopForCollapse(Throwable error) {
        failure = error;
        stopped = stopped == null ? Outcomes.FAILED : stopped;
    }

    /** Lets calls that wait for this one start: all listeners have now heard that it has ended. */
    void endHeard(Call call) {
        if (call.isAbandoned()) {
            calls.releaseAbandoned(call);
        } else if (call.phase == Phase.ENDING) {
            calls.finish(call);
            if (call.failsRound && !progress.collapsed) {
                fail(call);
            }
        }
    }

    /** Ends a round that fails fast at a failure; if the round is ending, that may be why the call did not succeed. */
    private void heedOutcome(Call call) {
        Outcome outcome = call.outcome;
        boolean failed = outcome != null && !outcome.isSuccess() && !call.failsRound && call.suspendedAs == null;
        if (failed && progress.limits.failFast() && !isEnding() && call.presetOutcome == null && !call.withdrawn) {
            stop(Outcomes.failedFast(call));
        }
    }

    /** Lets no further call start, and interrupts all running ones. */
    void stop(String why) {
        if (stopped != null) {
            return;
        }
        stopped = why;
        if (!progress.collapsed) {
            progress.board.cancel();
        }
        for (Call call : progress.calls) {
            if (call.isUnended()) {
                // The message says so if the tool has not started.
                calls.decide(call, Outcomes.interrupted(call, progress.now, why));
            }
        }
        progress.withdrawStarts();
    }

    /**
     * Stops the round. Afterwards every running call has been interrupted, including those condemned before. Without an
     * owner, no further call follows.
     */
    void cancel(String why) {
        progress.sealed |= !progress.owner.isThere;
        for (Call call : progress.calls) {
            if (call.hasThread() && call.mustEnd()) {
                progress.actions.interruptUnlessInterrupted(call);
            }
        }
        stop(why);
    }

    void expireRound() {
        roundExpired = true;
        long limit = progress.limits.roundTimeoutNanos();
        for (Call call : progress.calls) {
            if (call.isUnended()) {
                calls.decide(call, Outcomes.timedOut(call, "the round", limit));
            }
        }
        progress.withdrawStarts();
    }

    /**
     * A call's failure ends the round: later calls do not start, and later reads are interrupted at once. Earlier calls
     * get a moment, since their failure would have come first in call order. Writes get the grace period.
     */
    private void fail(Call call) {
        if (earliestFailure != null && earliestFailure.index < call.index) {
            return;
        }
        int to = earliestFailure == null ? progress.calls.size() : earliestFailure.index;
        if (earliestFailure == null) {
            progress.schedule(Math.min(progress.limits.graceNanos(), EARLIER_CALLS_NANOS), RoundLimit.EARLIER_CALLS);
            progress.schedule(progress.limits.graceNanos(), RoundLimit.FAILED_ROUND);
        }
        earliestFailure = call;
        failure = call.outcome instanceof Outcome.Failed failed ? failed.error() : null;
        giveUp(call.index + 1, to, Outcomes.FAILED);
    }

    /** Interrupts the calls before the failed one, whose extra moment has passed. */
    void giveUpEarlier() {
        if (earliestFailure != null) {
            giveUp(0, earliestFailure.index, Outcomes.FAILED);
        }
    }

    /**
     * Withdraws a call that the model did not make after all, so its end is no failure. It does not start any more, and
     * is interrupted if it only reads.
     */
    void withdraw(Call call, String why) {
        call.withdrawn = true;
        giveUp(call.index, call.index + 1, why);
    }

    /** Refuses the round: no further tool starts, running ones go on. Followers share a call's refusal. */
    void refuse(Function<? super Call, ? extends Outcome> refusal) {
        progress.refused = true;
        for (Call call : progress.calls) {
            if (call.isRefusable()) {
                // Do this before settling: a refusal is not a failure of the call.
                call.followers.forEach(follower -> follower.preset(refusal.apply(follower)));
                Outcome refused = refusal.apply(call);
                call.preset(refused);
                calls.decide(call, refused);
            }
        }
        progress.withdrawStarts();
    }

    /** Lets none of these calls start any more, and interrupts those that change nothing. */
    private void giveUp(int from, int to, String why) {
        for (int i = from; i < to; i++) {
            Call call = progress.calls.get(i);
            if (call.canBeSettled()) {
                calls.settleAndFinish(call, Outcomes.interrupted(call, progress.now, why));
            } else if (call.hasThread() && (call.onlyReads() || !call.mayHaveStartedHere())) {
                calls.condemn(call, Outcomes.interrupted(call, progress.now, why));
            }
        }
        progress.withdrawStarts();
    }
}
