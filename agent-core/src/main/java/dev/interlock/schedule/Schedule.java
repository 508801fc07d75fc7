package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.share.Claim;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides about the calls of one round, as a machine: its driver tells it what happens, and carries out its
 * {@link Actions}. It starts no thread, reads no clock, waits for nothing and runs no user's code.
 *
 * <p>Each call gets exactly one outcome. A call has its turn when the {@link dev.interlock.board.Scoreboard} calls it
 * ready, a permit is free, and it holds what it shares with other rounds. A running call that must end gets a verdict:
 * the driver interrupts it, and the round abandons it if it does not end within the grace period.
 *
 * <p>Not thread-safe. The driver holds one lock around each method, and none while it carries out actions. Before each
 * event it sets {@linkplain #at the time}.
 */
public final class Schedule {

    private final Progress progress;
    private final RoundEnding roundEnding;
    private final CallEnding callEnding;
    private final Expiry expiry;
    private final Turns turns;
    private final Admission admission;
    private final Attempts attempts;
    private final Waits waits;
    private final Suspension suspension;
    private final Collapse collapse;

    /**
     * Makes the schedule of a round.
     *
     * @param calls the known calls in call order; those with an outcome are done
     */
    public Schedule(Limits limits, Sharing sharing, Manner manner, List<? extends Call> calls) {
        this.progress = new Progress(limits, sharing, manner, calls);
        Reasons reasons = new Reasons(progress);
        this.roundEnding = new RoundEnding(progress, reasons);
        this.callEnding = roundEnding.calls();
        this.attempts = new Attempts(progress, roundEnding);
        this.waits = new Waits(progress, reasons);
        this.suspension = new Suspension(progress, roundEnding);
        this.collapse = new Collapse(progress, roundEnding);
        this.expiry = new Expiry(progress, roundEnding, attempts, suspension);
        this.turns = new Turns(progress, roundEnding, expiry, reasons);
        this.admission = new Admission(progress, roundEnding, turns, manner.equalReads(), manner.runsBeforeTurn());
    }

    /**
     * Sets the time of the next event. Call this before each event.
     *
     * @param now a reading of the driver's clock
     * @param interrupted whether the {@linkplain #ownerRunsCall owner, which runs a call,} was interrupted, so no other
     *     starts
     */
    public Schedule at(long now, boolean interrupted) {
        progress.now = now;
        progress.notes.at(now);
        progress.owner.isInterrupted = interrupted;
        return this;
    }

    // Calls that come or go.

    /** Admits the known calls; no other call follows. Until {@link #begin}, another thread may use them. */
    public void admitAll() {
        admission.admitAll();
    }

    /**
     * Begins the round: from here on only this machine changes its calls. Nothing starts yet; the next event returns
     * the first actions.
     *
     * @param ofOwner the call that the owner already runs, or null
     * @param owned whether the round has an owner
     * @param since when the limits of the round and of its calls began to count
     */
    public void begin(@Nullable Call ofOwner, boolean owned, long since) {
        progress.owner.isThere = owned;
        if (ofOwner != null) {
            progress.beginOnOwner(ofOwner);
        }
        admission.begin(since);
    }

    /** Admits the next call of a round whose calls come one at a time. */
    public Actions admit(Call call) {
        admission.admit(call);
        return giveTurns();
    }

    /** From here on calls begin only on the owner, one after another in call order. Begun calls go on. */
    public void confine() {
        suspension.confine();
    }

    /** Refuses the round: {@linkplain Call#isRefusable calls that have not begun} come to {@code refusal}. */
    public Actions refused(Function<? super Call, ? extends Outcome> refusal) {
        roundEnding.refuse(refusal);
        return giveTurns();
    }

    /** Withdraws a call not in the response: it never starts; a running read is interrupted, a write goes on. */
    public Actions withdrawn(Call call, String why) {
        admission.withdraw(call, why);
        return giveTurns();
    }

    /** Gives the round its owner; no further call follows. Call {@link #next} afterwards. */
    public Actions own() {
        progress.sealed = true;
        progress.owner.arrive();
        return collect(true);
    }

    // The owner and the clock.

    /**
     * Returns what the owner must do. If that is nothing and the round is not done, the owner parks for {@link #park}.
     *
     * @return the actions, with the call that the owner must run itself
     */
    public Actions next() {
        // It comes here when it runs no call, and has taken its interrupt.
        progress.owner.isInterrupted = false;
        expiry.expire();
        give();
        Actions actions = progress.actions.takeWith(progress.owner.take());
        progress.owner.acts = !actions.isEmpty();
        return actions;
    }

    /** Tells that time has passed while no owner waits. */
    public Actions timePassed() {
        expiry.expire();
        return giveTurns();
    }

    /** How long the owner may park, in nanoseconds; {@link Limits#NO_LIMIT} for no limit. */
    public long park() {
        progress.timers.park(progress.now);
        return progress.timers.next(progress.now);
    }

    /**
     * Returns how long the clock must wait until {@link #timePassed}, while no owner waits.
     *
     * @return nanoseconds; {@link Limits#NO_LIMIT} if there is no limit or the owner waits for it
     */
    public long alarm() {
        return ownerIsTimer() ? Limits.NO_LIMIT : progress.timers.next(progress.now);
    }

    /** Whether the owner waits for the next limit, or is about to. Otherwise the clock must wait. */
    public boolean ownerIsTimer() {
        return progress.owner.isTimer();
    }

    /** The time of the last event, as a reading of the driver's clock. */
    public long now() {
        return progress.now;
    }

    /** Whether the owner runs a call, or is about to, so that its interrupt will end the round. */
    public boolean ownerRunsCall() {
        return progress.owner.runsCall;
    }

    /** Whether every call has its outcome; false while further calls may come. */
    public boolean isDone() {
        return progress.isDone();
    }

    // Events from the thread of a call.

    /** Records that a thread for a call is about to start; false if the call needs it no more. */
    public boolean launch(Call call) {
        return attempts.launch(call);
    }

    /** The thread of a call could not be started. */
    public Actions startFailed(Call call, Throwable error) {
        attempts.launchFailed(call, error);
        return giveTurns();
    }

    /** Tells that a thread has come to a call. Allowed if it must run the body or interceptors. */
    public Actions began(Call call, ThreadKind kind) {
        return attempts.begin(call, kind) ? collect(true) : giveTurns(false);
    }

    /**
     * Tells that a call with an announcement comes to its first attempt. Allowed unless another announcement comes
     * first; then it {@linkplain Call#hasTurn has its turn} again later.
     */
    public Actions reachedGate(Call call) {
        return giveTurns(waits.passGate(call));
    }

    /** Announces that a call's tool comes next, so that others may go on. Allowed unless the call was ended. */
    public Actions announced(Call call) {
        return giveTurns(attempts.announce(call));
    }

    /** Tells that a body waits for something other than its tool, which does not count for the limit of the attempt. */
    public Actions clockStopped(Call call) {
        attempts.stopClock(call);
        return collect(true);
    }

    /** Tells that the body goes on with its tool. */
    public Actions clockStarted(Call call) {
        attempts.startClock(call);
        return collect(true);
    }

    /** Tells that a managed call comes to an attempt. Allowed unless the call was ended or waits. */
    public Actions attemptBegins(Call call) {
        return collect(attempts.beginNext(call));
    }

    /** Tells that an attempt has ended. {@link Call#attemptOutcome} is then its outcome with its limit applied. */
    public Actions attemptEnded(Call call, Outcome outcome) {
        attempts.end(call, outcome);
        return collect(true);
    }

    /** Whether another attempt that begins at {@code at} can still be within all limits. */
    public boolean mayTryAgain(Call call, long at) {
        return attempts.mayFollow(call, at);
    }

    /** Gives back a call's permit and caps, but not its resources. Allowed if the call was not ended. */
    public Actions paused(Call call) {
        return giveTurns(waits.pause(call));
    }

    /** Tells that a call wants to go on. It {@linkplain Call#mayGoOn may} once it has a permit. */
    public Actions resumed(Call call) {
        waits.resume(call);
        return giveTurns();
    }

    /** Tells that the thread of a call that runs before its turn now needs the turn, see {@link Call#hasTurn}. */
    public Actions wantsTurn(Call call) {
        waits.wantTurn(call);
        return giveTurns();
    }

    /** Tells that a body waits for a round of its own: the call gives back its caps but not its permit. */
    public Actions lent(Call call) {
        waits.lend(call);
        return giveTurns();
    }

    /** Tells that a body wants to go on. It may once the call has its caps again, see {@link Call#isReclaiming}. */
    public Actions reclaimed(Call call) {
        waits.reclaim(call);
        return collect(true);
    }

    /** Tells that a body goes on without its caps, because the call was ended. */
    public Actions stoppedReclaiming(Call call) {
        waits.stopReclaiming(call);
        return giveTurns();
    }

    /**
     * Settles the outcome of a call that has ended; no interrupt reaches its thread any more. Allowed, so that
     * listeners must be told, unless the call was abandoned before.
     *
     * @param own its outcome
     * @param start when its first attempt began
     * @param end when its last attempt ended
     * @param leaves whether its failure must leave the round
     */
    public Actions ended(Call call, Outcome own, long start, long end, boolean leaves) {
        return collect(callEnding.settle(call, own, start, end, leaves));
    }

    /** Tells that a call has ended as pending. If not allowed, call {@link #ended}, else {@link #becomesPending}. */
    public Actions pends(Call call, PendingCause cause) {
        return giveTurns(suspension.pend(call, cause));
    }

    /** Makes such a call pending, as its journal now has it; {@code stop} is as for {@link #endHeard}. */
    public Actions becomesPending(Call call, @Nullable String stop) {
        suspension.becomePending(call, stop);
        return giveTurns();
    }

    /**
     * Lets calls that wait for this one start: all listeners have now heard that it has ended.
     *
     * @param stop why nothing is to start all the same, see {@link #stop}; or null
     */
    public Actions endHeard(Call call, @Nullable String stop) {
        if (call.threadKind == ThreadKind.OWNER) {
            // Not earlier: as long as listeners hear of its call, the owner is busy, and no timer.
            progress.owner.free();
        }
        roundEnding.endHeard(call);
        if (stop != null) {
            roundEnding.stop(stop);
        }
        return giveTurns();
    }

    // Events from elsewhere.

    /** Tells that a call now holds all that it shares with other rounds. */
    public Actions granted(Claim claim) {
        turns.granted(Call.claiming(claim), claim);
        return giveTurns();
    }

    /** Tells that a call waits for a resource of a call that was just abandoned. */
    public Actions suspected(Claim claim) {
        expiry.limitWait(Call.claiming(claim), claim);
        return collect(true);
    }

    /** Frees what an abandoned call holds, for the user. Allowed if it held anything. */
    public Actions released(Call call) {
        return giveTurns(callEnding.release(call));
    }

    /**
     * Stops the round: no further call starts, and running calls are interrupted. The first reason counts. The next
     * event returns the actions, such as {@link #next}.
     */
    public void stop(String why) {
        roundEnding.stop(why);
    }

    /** Tells that nothing is to start any more, see {@link #stop}, while no owner waits. */
    public Actions stopped(String why) {
        roundEnding.stop(why);
        return timePassed();
    }

    /** Stops the round as {@link #stop} does. Once the actions are done, every running call has been interrupted. */
    public Actions cancelled(String why) {
        roundEnding.cancel(why);
        return giveTurns();
    }

    /** Tells that the engine itself has failed: every call gets an outcome. If this throws, tell it again. */
    public Actions collapsed(EngineFailure failed) {
        collapse.endRound(failed);
        return giveTurns();
    }

    /** Takes actions back that the driver could not do. The next event returns them. */
    public void takeBack(Actions undone) {
        progress.actions.addAll(undone);
    }

    // Results.

    /** The failure that must leave the round: the engine's own, or the earliest call's; null if there is none. */
    public @Nullable Throwable failure() {
        return roundEnding.failure();
    }

    /** The calls that share a call's outcome, which is settled but not yet {@link #endHeard}; a copy. */
    public List<Call> followersOf(Call call) {
        return call.isAbandoned() ? callEnding.sharersOf(call) : List.copyOf(call.followers);
    }

    /** The calls so far; a copy, in call order. */
    public List<Call> calls() {
        return List.copyOf(progress.calls);
    }

    private Actions giveTurns() {
        return giveTurns(true);
    }

    private Actions giveTurns(boolean allowed) {
        give();
        return collect(allowed);
    }

    private void give() {
        turns.give();
        suspension.restIfNothingGoesOn();
    }

    private Actions collect(boolean allowed) {
        boolean leaveToOwner = progress.usesExecutor && progress.owner.isIdle() && progress.actions.startsAny();
        boolean missed = progress.timers.takeMissed() && ownerIsTimer();
        boolean wake = progress.owner.takeNew() || missed || leaveToOwner || isDone();
        return progress.actions.take(!leaveToOwner, null, wake, allowed);
    }
}
