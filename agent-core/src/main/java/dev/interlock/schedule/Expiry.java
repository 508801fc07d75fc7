package dev.interlock.schedule;

import dev.interlock.board.WaiterSearch;
import dev.interlock.schedule.Timers.CallLimit;
import dev.interlock.schedule.Timers.CallTimer;
import dev.interlock.schedule.Timers.RoundLimit;
import dev.interlock.schedule.Timers.RoundTimer;
import dev.interlock.schedule.Timers.Timer;
import dev.interlock.share.Claim;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Acts when a time limit passes, whatever the call does then. Guarded like the machine. */
final class Expiry {

    private final Progress progress;
    private final RoundEnding roundEnding;
    private final CallEnding callEnding;
    private final Attempts attempts;
    private final Suspension suspension;

    /** Calls whose wait for a resource of another round's call is limited. */
    private final Set<Call> limitedWaits = Collections.newSetFromMap(new IdentityHashMap<>());

    Expiry(Progress progress, RoundEnding roundEnding, Attempts attempts, Suspension suspension) {
        this.progress = progress;
        this.roundEnding = roundEnding;
        this.callEnding = roundEnding.calls();
        this.attempts = attempts;
        this.suspension = suspension;
    }

    /** Acts on the limits that have passed. */
    void expire() {
        boolean any = false;
        for (Timer timer = progress.timers.poll(progress.now);
                timer != null;
                timer = progress.timers.poll(progress.now)) {
            any = true;
            switch (timer) {
                case RoundTimer ofRound -> expire(ofRound.limit());
                case CallTimer ofCall -> expire(ofCall, ofCall.call());
            }
        }
        if (any) {
            // Once for all: any number of limits may pass together, and any number of calls may be about to start.
            progress.withdrawStarts();
        }
    }

    private void expire(RoundLimit limit) {
        switch (limit) {
            case ROUND -> roundEnding.expireRound();
            case EARLIER_CALLS -> roundEnding.giveUpEarlier();
            case FAILED_ROUND -> roundEnding.stop(Outcomes.FAILED);
        }
    }

    private void expire(CallTimer timer, Call call) {
        switch (timer.limit()) {
            case CALL -> {
                if (suspension.isPendingOrWaitsForPending(call)) {
                    call.overdue = true;
                } else {
                    callEnding.timeOut(call);
                }
            }
            case ATTEMPT -> {
                if (call.hasThread() && call.attempts == timer.attempt() && attempts.hasExceededLimit(call)) {
                    callEnding.condemnAttempt(call);
                }
            }
            case GRACE -> {
                if (call.hasThread()
                        && call.verdict != null
                        && progress.now - call.condemnedNanos >= progress.limits.graceNanos()) {
                    callEnding.abandon(call);
                }
            }
            case HELD -> {
                if (call.phase == Phase.ABANDONED && !progress.collapsed) {
                    expireHeld(call);
                }
            }
            case HELD_ELSEWHERE -> expireHeldElsewhere(call);
            case UNBEGUN -> {
                if (call.phase == Phase.STARTING && !call.launched) {
                    expireUnbegun(call);
                }
            }
        }
    }

    /**
     * Handles a call that the user's executor has not begun. While other calls of the round run, the executor is just
     * busy. If none runs, its threads may all wait for calls such as this one, so this call gets a thread of its own.
     * If the executor has begun none at all, all calls get one. So does a call that runs before its turn, which waits
     * for no other, and one that holds something that calls of other rounds wait for, maybe on the executor's threads.
     */
    private void expireUnbegun(Call call) {
        if (!progress.executorBegan
                || call.runsBeforeTurn
                || call.claim != null
                || (progress.inTurn == 0 && !progress.actions.startsAny())) {
            call.withoutExecutor = true;
            progress.actions.start(call);
        } else {
            progress.watchUnbegun(call);
        }
    }

    /**
     * Fails the calls that conflict with an abandoned call of this round. No admitted call conflicts with it any more
     * then, so calls that waited for it through those need not wait.
     */
    private void expireHeld(Call holder) {
        // Many calls may be abandoned, and many wait for all of them: after the first, none is left to look for.
        int[] waiters = progress.isDone() ? new int[0] : new WaiterSearch(progress.board).nextWaitersOf(holder.index);
        for (int ticket : waiters) {
            Call call = progress.calls.get(ticket);
            if (call.isUnended() && holder.conflictsWith(call)) {
                callEnding.decide(call, Outcomes.held(call, holder, progress.now));
            }
        }
        progress.bypass(holder);
    }

    /** Limits a call's wait for a resource that a call of another round may hold for good. */
    void limitWait(Call call, Claim claim) {
        if (call.mayGetTurn()
                && !limitedWaits.contains(call)
                && progress.sharing.limits().suspect(claim) != null) {
            limitedWaits.add(call);
            progress.schedule(progress.limits.heldResourceNanos(), CallLimit.HELD_ELSEWHERE, call);
        }
    }

    private void expireHeldElsewhere(Call call) {
        limitedWaits.remove(call);
        Claim claim = call.claim;
        @Nullable
        Claim suspect = claim == null || !call.mayGetTurn()
                ? null
                : progress.sharing.limits().suspect(claim);
        if (suspect != null) {
            callEnding.decide(
                    call, Outcomes.heldElsewhere(call, suspect, progress.limits.heldResourceNanos(), progress.now));
        }
    }
}
