package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.schedule.Timers.CallLimit;
import dev.interlock.schedule.Timers.RoundLimit;
import dev.interlock.share.Claim;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives each call exactly one outcome. Ends a round early after a stop, or a failure that leaves the round. Guarded
 * like the machine.
 */
final class Ending {

    /** How long calls may go on that come before the call whose failure ends the round. */
    private static final long EARLIER_CALLS_NANOS = 250_000_000;

    private final Progress progress;
    private final Reasons reasons;

    private @Nullable String stopped;
    private @Nullable Call earliestFailure;
    private @Nullable Throwable failure;
    private boolean roundExpired;

    Ending(Progress progress, Reasons reasons) {
        this.progress = progress;
        this.reasons = reasons;
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
            settleAndFinish(call, Outcomes.interrupted(call, progress.now, stopped));
        } else if (earliestFailure != null) {
            settleAndFinish(call, Outcomes.interrupted(call, progress.now, Outcomes.FAILED));
        } else if (roundExpired) {
            settleAndFinish(call, Outcomes.timedOut(call, "the round", progress.limits.roundTimeoutNanos()));
        }
    }

    /** Lets nothing start any more: the engine has failed. */
    void stopForCollapse(Throwable error) {
        failure = error;
        stopped = stopped == null ? Outcomes.FAILED : stopped;
    }

    // One call.

    /** Settles and ends a call that will not run, or that is pending. */
    void settleAndFinish(Call call, Outcome outcome) {
        settleIdle(call, outcome);
        finish(call);
    }

    /** Settles the outcome of a call of which no code runs. */
    void settleIdle(Call call, Outcome outcome) {
        progress.endWait(call);
        call.outcome = outcome;
        progress.recordEnd(call);
        progress.notes.ended(call);
    }

    /**
     * Settles the outcome of a call whose body has ended.
     *
     * @return false if the call was abandoned, which has settled its outcome
     */
    boolean settle(Call call, Outcome own, long start, long end, boolean leaves) {
        if (!call.hasThread()) {
            return false;
        }
        if (call.phase == Phase.RUNNING) {
            progress.inTurn--;
        }
        call.phase = Phase.ENDING;
        progress.recount(call);
        call.inAttempt = false;
        if (call.attempts > 0) {
            call.startNanos = start;
            call.endNanos = end;
        } else {
            progress.recordEnd(call);
        }
        Outcome verdict = call.verdict;
        boolean ownCounts =
                verdict == null || (verdict instanceof Outcome.Cancelled && own.isSuccess()) || call.insistsOn(own);
        call.outcome = ownCounts ? own : verdict;
        // An interceptor may have made a result of the failure.
        call.failsRound = leaves && verdict == null && !own.isSuccess();
        return true;
    }

    /** Lets calls that wait for this one start: all listeners have now heard that it has ended. */
    void endHeard(Call call) {
        if (call.isAbandoned()) {
            releaseAbandoned(call);
        } else if (call.phase == Phase.ENDING) {
            finish(call);
            if (call.failsRound && !progress.collapsed) {
                fail(call);
            }
        }
    }

    /** Frees what an abandoned call holds, for the user; false if it held nothing. */
    boolean release(Call call) {
        boolean held = call.isAbandoned() && call.claim != null;
        if (call.isAbandoned()) {
            releaseAbandoned(call);
        }
        return held;
    }

    /** Frees the resources of an abandoned call, because it has ended or the user releases it. */
    void releaseAbandoned(Call call) {
        progress.giveBackAll(call);
        if (call.phase == Phase.ABANDONED) {
            progress.bypass(call);
        }
        progress.notes.released(call);
    }

    /** Ends a call that has its outcome. */
    void finish(Call call) {
        call.phase = Phase.DONE;
        progress.recount(call);
        progress.takePermitBack(call);
        progress.giveBackAll(call);
        countDone(call);
        if (!progress.collapsed) {
            progress.board.complete(call.index);
        }
        heedOutcome(call);
    }

    /**
     * Counts a call with an outcome as done, and the equal calls that share it. A call that uses its result may begin
     * now, before its turn.
     */
    private void countDone(Call call) {
        progress.done++;
        List<Call> followers = call.followers;
        call.followers = List.of();
        for (Call follower : followers) {
            follower.shareMessageOf(call);
            settleAndFinish(follower, Objects.requireNonNull(call.outcome));
        }
        List<Call> users = call.users;
        call.users = List.of();
        for (Call user : users) {
            user.missingResults--;
            runBeforeTurnIfComplete(user);
        }
    }

    /** The calls that share the outcome of an abandoned call, which follow it no more. */
    List<Call> sharersOf(Call abandoned) {
        return progress.calls.stream()
                .filter(call -> call.coalescedWith == abandoned.index && call.isOver() && call.suspendedAs == null)
                .toList();
    }

    /** Lets a call begin before its turn if it has its arguments. Without a result that it needs it will be skipped. */
    void runBeforeTurnIfComplete(Call call) {
        if (call.missingResults == 0 && WhyNot.skipped(call, progress.calls) == null) {
            progress.toRunBeforeTurn.add(call);
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

    /**
     * Decides that a call comes to {@code verdict}, whatever it does: it does not start any more, or is interrupted.
     */
    void decide(Call call, Outcome verdict) {
        if (call.canBeSettled()) {
            settleAndFinish(call, verdict);
        } else if (call.hasThread()) {
            condemn(call, verdict);
        }
    }

    /** Interrupts a running or paused call, which then comes to the verdict. */
    private void condemn(Call call, Outcome verdict) {
        if (call.mustEnd()) {
            return;
        }
        boolean first = call.verdict == null;
        call.verdict = verdict;
        call.verdictOfAttempt = false;
        progress.recount(call);
        giveUpTurn(call);
        progress.actions.interrupt(call, 0);
        if (first) {
            startGrace(call);
        }
    }

    /** Ends the attempt of a call that has exceeded the limit of attempts. */
    void condemnAttempt(Call call) {
        if (call.verdict != null || !call.inAttempt) {
            return;
        }
        call.verdict = Outcomes.attemptTimedOut(call, progress.limits.timeoutNanosOf(call.tool()));
        call.verdictOfAttempt = call.managed;
        progress.actions.interrupt(call, call.managed ? call.attempts : 0);
        startGrace(call);
    }

    /** Lets the grace period of an interrupted call begin now. */
    void startGrace(Call call) {
        call.condemnedNanos = progress.now;
        progress.schedule(progress.limits.graceNanos(), CallLimit.GRACE, call);
    }

    /** Takes from a call the turn that it has not had yet. */
    private void giveUpTurn(Call call) {
        if (call.phase == Phase.WANTS_TURN) {
            progress.giveBackAll(call);
        }
    }

    /** Abandons a call that ignored its interrupt. A round cannot leave its owner, so a call there goes on. */
    void abandon(Call call) {
        if (call.threadKind == ThreadKind.OWNER) {
            return;
        }
        if (call.phase == Phase.RUNNING) {
            progress.inTurn--;
        }
        call.outcome = call.verdict;
        progress.recordEnd(call);
        progress.takePermitBack(call);
        progress.abandoned.add(call);
        progress.actions.abandon(call);
        progress.notes.abandoned(call);
        progress.notes.ended(call);
        if (call.runsBeforeTurn) {
            // Its tool neither runs nor will run, so it holds nothing.
            call.phase = Phase.BYPASSED;
            countDone(call);
            if (!progress.collapsed) {
                progress.board.complete(call.index);
            }
        } else {
            call.phase = Phase.ABANDONED;
            keepResources(call);
            countDone(call);
            if (!progress.collapsed) {
                progress.board.detach(call.index);
                reasons.held(call);
                progress.schedule(progress.limits.heldResourceNanos(), CallLimit.HELD, call);
            }
        }
        heedOutcome(call);
    }

    private void keepResources(Call call) {
        progress.countCapsFree(call);
        Claim known = call.claim;
        Claim claim = known == null ? progress.sharing.claimOf(call) : known;
        call.claim = claim;
        progress.actions.grant(progress.sharing.limits().abandon(claim));
        progress.actions.suspect(progress.sharing.limits().waitingFor(claim));
    }

    // The round.

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
                decide(call, Outcomes.interrupted(call, progress.now, why));
            }
        }
        progress.withdrawStarts();
    }

    /**
     * Stops the round. Afterwards every running call has been interrupted, including those condemned before. Without an
     * owner, no further call follows.
     */
    void cancel(String why) {
        progress.sealed |= !progress.hasOwner;
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
                decide(call, Outcomes.timedOut(call, "the round", limit));
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
                decide(call, refused);
            }
        }
        progress.withdrawStarts();
    }

    /** Lets none of these calls start any more, and interrupts those that change nothing. */
    private void giveUp(int from, int to, String why) {
        for (int i = from; i < to; i++) {
            Call call = progress.calls.get(i);
            if (call.canBeSettled()) {
                settleAndFinish(call, Outcomes.interrupted(call, progress.now, why));
            } else if (call.hasThread() && (call.onlyReads() || !call.mayHaveStartedHere())) {
                condemn(call, Outcomes.interrupted(call, progress.now, why));
            }
        }
        progress.withdrawStarts();
    }
}
