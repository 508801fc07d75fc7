package dev.interlock.schedule;

import dev.interlock.call.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends a round in which the engine itself has failed, such as for lack of memory. Guarded like the machine.
 *
 * <p>Invariant: after a failure, whatever thread it met and wherever, each call has its outcome, or a thread that
 * brings it: a thread that runs the call and was interrupted, so that the round abandons the call if need be, or a
 * thread that tells of the call's end. So each thread that fails brings its call, even if the round has collapsed
 * before. A call that has ended holds no permit and no claim, and an abandoned call whose thread has failed keeps
 * nothing. The first failure leaves the round.
 *
 * <p>An event that failed may have left anything undone, such as a count, an interrupt, or half of the scoreboard. So
 * each failure goes through all calls, and nothing uses the scoreboard and the ready calls afterwards.
 */
final class Collapse {

    private final Progress progress;
    private final RoundEnding roundEnding;
    private final CallEnding callEnding;

    Collapse(Progress progress, RoundEnding roundEnding) {
        this.progress = progress;
        this.roundEnding = roundEnding;
        this.callEnding = roundEnding.calls();
    }

    /** Ends the round. If this throws, tell it the same failure again: each time it comes further. */
    void endRound(EngineFailure failure) {
        if (!progress.collapsed) {
            progress.collapsed = true;
            progress.owner.forgetWaiting();
            roundEnding.stopForCollapse(failure.error());
        }
        if (failure.ownerIsFree()) {
            progress.sealed = true;
            progress.owner.arrive();
        }
        Call came = failure.came();
        if (came != null && !isKnown(came)) {
            progress.calls.add(came);
        }
        endAll(failure.ran());
    }

    private boolean isKnown(Call call) {
        return call.index < progress.calls.size() && call.equals(progress.calls.get(call.index));
    }

    /** Ends all calls, each for itself: none waits for another one any more. If one cannot be ended, others are. */
    private void endAll(@Nullable Call ran) {
        for (Call call : progress.calls) {
            call.followers = List.of();
            call.users = List.of();
        }
        Throwable failed = null;
        for (Call call : progress.calls) {
            try {
                if (call.equals(ran)) {
                    endRun(call);
                } else {
                    end(call);
                }
            } catch (RuntimeException | Error e) {
                failed = e;
            }
        }
        progress.withdrawStarts();
        progress.done = (int) progress.calls.stream().filter(Call::isOver).count();
        if (failed != null) {
            throw new IllegalStateException("a call of the round could not be ended", failed);
        }
    }

    /** Ends a call whose thread has failed and does nothing more for it. */
    private void endRun(Call call) {
        if (call.isAbandoned()) {
            callEnding.releaseAbandoned(call);
        } else if (call.hasThread() || call.phase == Phase.ENDING) {
            // If its body has ended, that counts.
            callEnding.settle(call, interrupted(call), call.startNanos, progress.now, false);
            call.outcome = call.outcome == null ? interrupted(call) : call.outcome;
            progress.notes.ended(call);
            callEnding.finish(call);
        } else {
            end(call);
        }
    }

    private void end(Call call) {
        if (call.phase == Phase.FOLLOWING) {
            callEnding.settleAndFinish(call, Outcomes.notStarted(call, Outcomes.FAILED));
        } else if (call.hasThread()) {
            if (call.mustEnd()) {
                progress.actions.interruptUnlessInterrupted(call);
            } else {
                callEnding.decide(call, interrupted(call));
            }
            // The failure may have come before the grace period of an earlier verdict began.
            callEnding.startGrace(call);
        } else if (call.isUnended()) {
            callEnding.decide(call, interrupted(call));
        }
    }

    private Outcome interrupted(Call call) {
        return Outcomes.interrupted(call, progress.now, Outcomes.FAILED);
    }
}
