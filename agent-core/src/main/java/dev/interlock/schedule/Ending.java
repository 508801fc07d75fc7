package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.schedule.Timers.Limit;
import dev.interlock.share.Claim;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives each call exactly one outcome, and ends a round early: by a stop, by a failure that leaves it, or by a failure
 * of the engine. Guarded as the machine is.
 */
final class Ending {

    /** How long calls before one whose failure ends the round may go on. */
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

    /** What must leave the round: of the earliest call whose failure must, or the engine's own. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** A call that comes when the round is ending already. */
    void checkLate(Call call) {
        if (stopped != null) {
            settleUnbegun(call, Outcomes.notStarted(call, stopped));
        } else if (earliestFailure != null) {
            settleUnbegun(call, Outcomes.notStarted(call, Outcomes.FAILED));
        } else if (roundExpired) {
            settleUnbegun(call, Outcomes.timedOut(call, "the round", progress.limits.roundTimeout()));
        }
    }

    // One call.

    /** It will not be run, or is pending. */
    void settleUnbegun(Call call, Outcome outcome) {
        note(call, outcome);
        finish(call);
    }

    /** Its outcome, while nothing of it runs. */
    void note(Call call, Outcome outcome) {
        if (call.phase == Phase.PENDING) {
            progress.isPendingNoMore();
        }
        call.outcome = outcome;
        progress.endsNow(call);
        progress.notes.ended(call);
    }

    /**
     * Its body has ended: settles the outcome.
     *
     * @return false if it was settled before: the call was abandoned
     */
    boolean settle(Call call, Outcome own, long start, long end, boolean leaves) {
        if (!call.isRunning()) {
            return false;
        }
        if (call.phase == Phase.RUNNING) {
            progress.bodies--;
        }
        call.phase = Phase.ENDING;
        progress.recount(call);
        call.inAttempt = false;
        if (call.attempts > 0) {
            call.startNanos = start;
            call.endNanos = end;
        } else {
            progress.endsNow(call);
        }
        Outcome verdict = call.verdict;
        boolean ownCounts =
                verdict == null || (verdict instanceof Outcome.Cancelled && own.isSuccess()) || call.insistsOn(own);
        call.outcome = ownCounts ? own : verdict;
        // An interceptor may have made a result of the failure.
        call.failsRound = leaves && verdict == null && !own.isSuccess();
        return true;
    }

    /** All listeners know that the call has ended, so calls that wait for it may start. */
    void told(Call call) {
        if (call.isAbandoned()) {
            releaseAbandoned(call);
        } else if (call.phase == Phase.ENDING) {
            finish(call);
            if (call.failsRound) {
                fail(call);
            }
        }
    }

    /** An abandoned call gives up its resources: it has ended, or the user says so. */
    void releaseAbandoned(Call call) {
        progress.releaseClaim(call);
        if (call.phase == Phase.ABANDONED) {
            progress.releaseFromBoard(call);
        }
        progress.notes.released(call);
    }

    private void finish(Call call) {
        call.phase = Phase.DONE;
        progress.recount(call);
        progress.stopsRunning(call);
        progress.releaseClaim(call);
        countDone(call);
        if (!progress.collapsed) {
            progress.board.complete(call.index);
        }
        noteOutcome(call);
    }

    /** It has its outcome, and with it those that follow it; those that use its result may ask. */
    private void countDone(Call call) {
        progress.done++;
        List<Call> followers = call.followers;
        call.followers = List.of();
        for (Call follower : followers) {
            settleUnbegun(follower, Objects.requireNonNull(call.outcome));
        }
        List<Call> users = call.users;
        call.users = List.of();
        for (Call user : users) {
            user.missingResults--;
            askIfComplete(user);
        }
    }

    /** A call asks as soon as it has its arguments; one that uses the result of a call which has none will be skipped. */
    void askIfComplete(Call call) {
        if (call.missingResults == 0 && Refusals.skipped(call, progress.calls) == null) {
            progress.toAsk.add(call);
        }
    }

    /** It has ended; the policy may be that none is to go on after a failure. */
    private void noteOutcome(Call call) {
        Outcome outcome = call.outcome;
        boolean failed = outcome != null && !outcome.isSuccess() && !call.failsRound && call.suspendedAs == null;
        if (failed && progress.limits.failFast() && stopped == null && call.refusal == null && !call.withdrawn) {
            stop(Outcomes.failedFast(call));
        }
    }

    /** Whatever it does, from now on it comes to {@code verdict}: it is not started any more, or interrupted. */
    void decide(Call call, Outcome verdict) {
        if (call.canBeSettled()) {
            settleUnbegun(call, verdict);
        } else if (call.isRunning()) {
            condemn(call, verdict);
        }
    }

    /** Interrupts a running call, also one that is paused; what it then comes to is the verdict. */
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

    /** The limit of its attempt has passed. */
    void condemnAttempt(Call call) {
        if (call.verdict != null || !call.inAttempt) {
            return;
        }
        call.verdict = Outcomes.attemptTimedOut(call, progress.limits.timeoutOf(call.tool()));
        call.verdictOfAttempt = call.managed;
        progress.actions.interrupt(call, call.managed ? call.attempts : 0);
        startGrace(call);
    }

    private void startGrace(Call call) {
        call.condemnedNanos = progress.now;
        progress.schedule(progress.limits.grace(), Limit.GRACE, call);
    }

    /** A call that has not had its turn is not to have it any more. */
    private void giveUpTurn(Call call) {
        if (call.phase == Phase.ASKED) {
            progress.releaseClaim(call);
        }
    }

    /**
     * The call has ignored its interrupt. Only a call on the owner goes on, since the round cannot leave its own
     * thread.
     */
    void abandon(Call call) {
        if (call.threadKind == ThreadKind.OWNER) {
            return;
        }
        if (call.phase == Phase.RUNNING) {
            progress.bodies--;
        }
        call.outcome = call.verdict;
        progress.endsNow(call);
        progress.stopsRunning(call);
        progress.abandoned.add(call);
        progress.actions.abandon(call);
        progress.notes.abandoned(call);
        progress.notes.ended(call);
        if (call.asks) {
            // Its tool does not run, nor will it: it holds nothing.
            call.phase = Phase.RELEASED;
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
                progress.schedule(progress.limits.heldResourceTimeout(), Limit.HELD, call);
            }
        }
        noteOutcome(call);
    }

    private void keepResources(Call call) {
        Claim known = call.claim;
        Claim claim = known == null ? progress.sharing.claimOf(call) : known;
        call.claim = claim;
        progress.actions.grant(progress.sharing.limits().abandon(claim));
        progress.actions.suspect(progress.sharing.limits().waitingFor(claim));
    }

    // The round.

    /** No call starts any more, and all that run are interrupted. */
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
                // Of a call whose tool has not been started it says so.
                decide(call, Outcomes.interrupted(call, progress.now, why));
            }
        }
        progress.withdrawStarts();
    }

    /** Stops the round; when this is done, all running calls have been interrupted, also those condemned before. */
    void cancel(String why) {
        for (Call call : progress.calls) {
            if (call.isRunning() && call.mustEnd()) {
                progress.actions.interruptUnlessInterrupted(call);
            }
        }
        stop(why);
    }

    void expireRound() {
        roundExpired = true;
        long limit = progress.limits.roundTimeout();
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
        if (earliestFailure == null) {
            progress.schedule(Math.min(progress.limits.grace(), EARLIER_CALLS_NANOS), Limit.EARLIER_CALLS, null);
            progress.schedule(progress.limits.grace(), Limit.FAILED_ROUND, null);
        }
        earliestFailure = call;
        failure = call.outcome instanceof Outcome.Failed failed ? failed.error() : null;
        giveUp(call.index + 1, progress.calls.size(), Outcomes.FAILED);
    }

    /** The moment that calls before the failed one get has passed. */
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

    /**
     * Refuses the round: no tool starts any more, but running ones go on. A call that follows a refused one has the
     * same refusal.
     */
    void refuse(Function<? super Call, ? extends Outcome> refusal) {
        progress.refused = true;
        for (Call call : progress.calls) {
            if (call.isRefusable()) {
                // Before it is settled: a refusal is no failure of a call.
                call.followers.forEach(follower -> follower.refuse(refusal.apply(follower)));
                Outcome refused = refusal.apply(call);
                call.refuse(refused);
                decide(call, refused);
            }
        }
        progress.withdrawStarts();
    }

    /** Some calls do not start any more, and are interrupted if they change nothing. */
    void giveUp(int from, int to, String why) {
        for (int i = from; i < to; i++) {
            Call call = progress.calls.get(i);
            if (call.canBeSettled()) {
                settleUnbegun(call, Outcomes.interrupted(call, progress.now, why));
            } else if (call.isRunning() && (call.onlyReads() || !call.mayHaveBegun())) {
                condemn(call, Outcomes.interrupted(call, progress.now, why));
            }
        }
        progress.withdrawStarts();
    }

    /**
     * Ends all calls after a failure of the engine itself. The scoreboard may be torn, so this does not use it.
     *
     * @param own the call that the current thread has run and could not settle, or null
     */
    void collapse(Throwable error, @Nullable Call own) {
        if (progress.collapsed) {
            return;
        }
        progress.collapsed = true;
        failure = error;
        stop(Outcomes.FAILED);
        for (Call call : progress.calls) {
            if (call.phase == Phase.ENDING) {
                finish(call);
            } else if (call.equals(own) && call.isRunning()) {
                // Other threads settle their calls themselves.
                call.outcome = Outcomes.interrupted(call, progress.now, Outcomes.FAILED);
                call.endNanos = progress.now;
                progress.notes.ended(call);
                finish(call);
            } else if (call.phase == Phase.FOLLOWING) {
                call.coalescedWith = -1;
                settleUnbegun(call, Outcomes.notStarted(call, Outcomes.FAILED));
            }
        }
    }
}
