package dev.interlock.schedule;

import dev.interlock.event.TimeKind;
import dev.interlock.share.Claim;

/**
 * Handles the waits of calls' threads: for the turn, for something other than the tool, and for a permit or caps to go
 * on. Guarded like the machine.
 */
final class Waits {

    private final Progress progress;
    private final Reasons reasons;

    Waits(Progress progress, Reasons reasons) {
        this.progress = progress;
        this.reasons = reasons;
    }

    /** Takes a call's permit and caps, but not its resources; false if the call was ended. */
    boolean pause(Call call) {
        boolean pauses = call.mayGoOn() && call.verdict == null;
        if (pauses && call.phase == Phase.RUNNING) {
            progress.move(call, Phase.PAUSED);
            progress.takePermitBack(call);
            progress.giveCapsBack(call);
        }
        progress.notes.forgetWait(call);
        return pauses;
    }

    void resume(Call call) {
        if (call.phase == Phase.PAUSED && call.verdict == null) {
            progress.move(call, Phase.RESUMING);
            progress.ready.add(call);
        }
    }

    void wantTurn(Call call) {
        if (call.phase == Phase.BEFORE_TURN && call.verdict == null) {
            progress.move(call, Phase.WANTS_TURN);
            if (call.cleared) {
                progress.ready.add(call);
            } else {
                progress.notes.waits(call, TimeKind.DEPENDENCY);
            }
        }
    }

    /** Lets a call pass the gate; false if others come first. Then it waits like a paused call that wants to go on. */
    boolean passGate(Call call) {
        if (call.phase != Phase.RUNNING || call.verdict != null || progress.gate.reachedBy(call)) {
            return true;
        }
        pause(call);
        resume(call);
        return false;
    }

    void lend(Call call) {
        call.lends++;
        progress.giveCapsBack(call);
    }

    void reclaim(Call call) {
        Claim claim = call.claim;
        call.reclaiming = --call.lends == 0
                && claim != null
                && call.phase == Phase.RUNNING
                && call.verdict == null
                && !progress.sharing.limits().acquireAgain(claim);
        if (call.reclaiming) {
            reasons.reclaims(call);
        }
    }

    void stopReclaiming(Call call) {
        call.reclaiming = false;
        if (call.hasThread()) {
            progress.notes.ready(call);
        }
        progress.giveCapsBack(call);
    }
}
