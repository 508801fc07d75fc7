package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.schedule.Timers.CallLimit;
import dev.interlock.share.Claim;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Gives each call exactly one outcome, and ends it. Guarded like the machine. */
final class CallEnding {

    private final Progress progress;
    private final Reasons reasons;
    private final Consumer<? super Call> outcomes;

    /**
     * @param outcomes hears of each call that has come to its outcome, and may end others because of it
     */
    CallEnding(Progress progress, Reasons reasons, Consumer<? super Call> outcomes) {
        this.progress = progress;
        this.reasons = reasons;
        this.outcomes = outcomes;
    }

    /** Settles and ends a call that will not run, or that is pending. */
    void settleAndFinish(Call call, Outcome outcome) {
        settleIdle(call, outcome);
        finish(call);
    }

    /** Settles the outcome of a call of which no code runs. */
    void settleIdle(Call call, Outcome outcome) {
        progress.pending.endWait(call);
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
        progress.move(call, Phase.ENDING);
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
        progress.move(call, Phase.DONE);
        progress.takePermitBack(call);
        progress.giveBackAll(call);
        countDone(call);
        if (!progress.collapsed) {
            progress.board.complete(call.index);
        }
        outcomes.accept(call);
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
                .filter(call -> !call.withdrawn)
                .toList();
    }

    /** Lets a call begin before its turn if it has its arguments. Without a result that it needs it will be skipped. */
    void runBeforeTurnIfComplete(Call call) {
        if (call.missingResults == 0 && WhyNot.skipped(call, progress.calls) == null) {
            progress.toRunBeforeTurn.add(call);
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

    /** Ends a call whose limit has passed. One that is paused, or waits to go on, is interrupted like one that runs. */
    void timeOut(Call call) {
        decide(call, Outcomes.timedOut(call, "the call", progress.limits.callTimeoutNanosOf(call.tool())));
    }

    /** Interrupts a running or paused call, which then comes to the verdict. */
    void condemn(Call call, Outcome verdict) {
        if (call.mustEnd()) {
            return;
        }
        boolean first = call.verdict == null;
        call.verdict = verdict;
        call.verdictOfAttempt = false;
        progress.pending.recount(call);
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
        call.outcome = call.verdict;
        progress.recordEnd(call);
        progress.takePermitBack(call);
        progress.abandoned.add(call);
        progress.actions.abandon(call);
        progress.notes.abandoned(call);
        progress.notes.ended(call);
        if (call.runsBeforeTurn) {
            // Its tool neither runs nor will run, so it holds nothing.
            progress.move(call, Phase.BYPASSED);
            countDone(call);
            if (!progress.collapsed) {
                progress.board.complete(call.index);
            }
        } else {
            progress.move(call, Phase.ABANDONED);
            keepResources(call);
            countDone(call);
            if (!progress.collapsed) {
                progress.board.detach(call.index);
                reasons.held(call);
                progress.schedule(progress.limits.heldResourceNanos(), CallLimit.HELD, call);
            }
        }
        outcomes.accept(call);
    }

    private void keepResources(Call call) {
        progress.countCapsFree(call);
        Claim known = call.claim;
        Claim claim = known == null ? progress.sharing.claimOf(call) : known;
        call.claim = claim;
        progress.actions.grant(progress.sharing.limits().abandon(claim));
        progress.actions.suspect(progress.sharing.limits().waitingFor(claim));
    }
}
