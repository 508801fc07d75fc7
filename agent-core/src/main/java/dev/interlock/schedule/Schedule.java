package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.share.Claim;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One round, as a machine: its driver tells it what happens, and does what it says. It starts no thread, reads no
 * clock, waits for nothing and runs no code of a user; its driver gives it the time with each event.
 *
 * <p>Each call gets one outcome, once. A call has its turn when the {@link dev.interlock.plan.Scoreboard} has it ready, a
 * permit is free, and it holds what it shares with other rounds. What is decided of a call that runs is its verdict: it is
 * interrupted, and abandoned if it does not end within the grace period.
 *
 * <p>Not thread-safe: its driver holds one lock around each method, and none when it does the {@link Actions}. Before each
 * event it says {@linkplain #at when that is}.
 */
public final class Schedule {

    private final Progress progress;
    private final Ending ending;
    private final Expiry expiry;
    private final Turns turns;
    private final Admission admission;
    private final Attempts attempts;
    private final Waits waits;
    private final Suspension suspension;

    /** Whether the owner, which runs a call, was interrupted at the event that is being handled: it will stop the round. */
    private boolean ownerInterrupted;

    /**
     * Makes the schedule of a round.
     *
     * @param calls those that are known, in call order; those that have their outcome are done
     */
    public Schedule(Limits limits, Sharing sharing, Manner manner, List<? extends Call> calls) {
        this.progress = new Progress(limits, sharing, manner.usesExecutor(), manner.listened(), calls);
        progress.confined = manner.confined();
        Reasons reasons = new Reasons(progress);
        this.ending = new Ending(progress, reasons);
        this.attempts = new Attempts(progress, ending);
        this.waits = new Waits(progress, reasons);
        this.suspension = new Suspension(progress, ending);
        this.expiry = new Expiry(progress, ending, attempts, suspension);
        this.turns = new Turns(progress, ending, expiry, reasons);
        this.admission = new Admission(progress, ending, turns, manner.equalReads(), manner.asksFirst());
    }

    /**
     * Says when an event happens; before each.
     *
     * @param now a reading of the driver's clock
     * @param interrupted whether the {@linkplain #ownerRunsCall owner, which runs a call,} has its interrupt flag set: it
     *     will stop the round when that call ends, so no other starts
     * @return this, to be told the event
     */
    public Schedule at(long now, boolean interrupted) {
        progress.now = now;
        progress.notes.at(now);
        ownerInterrupted = interrupted;
        return this;
    }

    // What comes.

    /** Admits the known calls; no other will come. Until {@link #begin}, another thread may use them. */
    public void admitAll() {
        admission.admitAll();
    }

    /**
     * The round begins: from here on only this machine changes its calls. Nothing starts yet, and what is to be done
     * comes with the next event.
     *
     * @param ofOwner the call that its owner runs already, or null
     * @param owned whether it has an owner
     * @param since when the limits of the round and of its calls started
     */
    public void begin(@Nullable Call ofOwner, boolean owned, long since) {
        progress.hasOwner = owned;
        if (ofOwner != null) {
            // The scoreboard says that it is ready; its phase says that it runs.
            progress.running.add(ofOwner);
            progress.bodies++;
            progress.ownerRunsCall = true;
            progress.gate.enterOnOwner(ofOwner);
        }
        admission.begin(since);
    }

    /** The next call of a round whose calls come one at a time. */
    public Actions admit(Call call) {
        admission.admit(call);
        return after();
    }

    /** From here on calls begin on the owner only, in call order, one when all before it have ended; those that have begun go on. */
    public void confine() {
        suspension.confine();
    }

    /** The round is refused: {@linkplain Call#isRefusable calls that have not begun} come to {@code refusal}. */
    public Actions refused(Function<? super Call, ? extends Outcome> refusal) {
        ending.refuse(refusal);
        return after();
    }

    /**
     * A call that was admitted has turned out to be none. It does not start any more, and is interrupted if it only reads;
     * one that may change something, or that others have their outcome from, goes on.
     */
    public Actions withdrawn(Call call, String why) {
        admission.withdraw(call, why);
        return after();
    }

    /** The round has an owner, and no further call comes. To be followed by {@link #next}. */
    public Actions own() {
        progress.hasOwner = true;
        progress.sealed = true;
        progress.ownerIsFree();
        return collect(true);
    }

    // What the owner and the clock do.

    /**
     * The owner looks what is to be done. If that is nothing, and the round is not done, it parks for {@link #park}.
     *
     * @return among others the call that it is to run itself
     */
    public Actions next() {
        expiry.expire();
        give(false);
        return progress.actions.take(true, progress.takeForOwner(), false, true);
    }

    /** Time has passed, while no owner looks. */
    public Actions timePassed() {
        expiry.expire();
        return after();
    }

    /**
     * The owner parks.
     *
     * @return the nanoseconds to park; {@link Limits#NO_LIMIT} for no limit
     */
    public long park() {
        progress.timers.park(progress.now);
        return progress.timers.next(progress.now);
    }

    /**
     * How long the clock is to wait until {@link #timePassed}, while no owner looks.
     *
     * @return nanoseconds, {@link Limits#NO_LIMIT} if there is nothing to wait for or the owner waits itself
     */
    public long alarm() {
        return ownerIsTimer() ? Limits.NO_LIMIT : progress.timers.next(progress.now);
    }

    /** Whether the owner waits for the next limit, or is about to; if there is none, or it runs a call, the clock is to wait. */
    public boolean ownerIsTimer() {
        return progress.hasOwner && !progress.ownerRunsCall;
    }

    /** When the last event was; a reading of the driver's clock. */
    public long now() {
        return progress.now;
    }

    /** Whether the owner runs a call, or is about to, so that its interrupt will end the round. */
    public boolean ownerRunsCall() {
        return progress.ownerRunsCall;
    }

    /** Whether every call has its outcome; false as long as any may come. */
    public boolean isDone() {
        return progress.isDone();
    }

    // What the thread of a call tells.

    /** A thread was made for a call, and is to be started; false if it is not needed any more. */
    public boolean launch(Call call) {
        return attempts.launch(call);
    }

    /** The thread of a call could not be started. */
    public Actions startFailed(Call call, Throwable error) {
        attempts.launchFailed(call, error);
        return after();
    }

    /** A thread has come to a call. Allowed if it is to run the body, or interceptors. */
    public Actions began(Call call, ThreadKind kind) {
        return attempts.begin(call, kind) ? collect(true) : after(false);
    }

    /**
     * A call comes to its first attempt, and has something to announce. Allowed if it need not wait until another is
     * announced; else it {@linkplain Call#hasTurn has its turn} again when it may go on.
     */
    public Actions reachedGate(Call call) {
        return after(waits.passGate(call));
    }

    /** The tool of a call comes next: others may go on. Allowed if it has not been ended, so that the tool may start. */
    public Actions announced(Call call) {
        return after(attempts.announce(call));
    }

    /** The body of a call waits for what is not its tool's, and does not count for the limit of the attempt. */
    public Actions clockStopped(Call call) {
        attempts.stopClock(call);
        return collect(true);
    }

    /** It goes on with what is the tool's. */
    public Actions clockStarted(Call call) {
        attempts.startClock(call);
        return collect(true);
    }

    /** A call that may have several attempts comes to one. Allowed if it has not been ended, and does not wait. */
    public Actions attemptBegins(Call call) {
        return collect(attempts.beginNext(call));
    }

    /** An attempt has ended; what it came to, its limit taken into account, is {@link Call#attemptOutcome}. */
    public Actions attemptEnded(Call call, Outcome outcome) {
        attempts.end(call, outcome);
        return collect(true);
    }

    /** Whether another attempt that begins at {@code at} can still be within all limits. */
    public boolean mayTryAgain(Call call, long at) {
        return attempts.mayFollow(call, at);
    }

    /** The call gives its permit back, and its caps; not its resources. Allowed if it has not been ended. */
    public Actions paused(Call call) {
        return after(waits.pause(call));
    }

    /** The call wants to go on; it {@linkplain Call#mayGoOn may} once it has a permit. */
    public Actions resumed(Call call) {
        waits.resume(call);
        return after();
    }

    /** The thread of a call that asks has come to what needs the call's turn, see {@link Call#hasTurn}. */
    public Actions asked(Call call) {
        waits.ask(call);
        return after();
    }

    /** The body of a call waits for a round of its own: it gives its caps back, but not its permit. */
    public Actions lent(Call call) {
        waits.lend(call);
        return collect(true);
    }

    /** The body of a call goes on once it has its caps again, see {@link Call#isReclaiming}. */
    public Actions reclaimed(Call call) {
        waits.reclaim(call);
        return collect(true);
    }

    /** The body of a call goes on without the caps that it wanted again: the call has been ended. */
    public Actions stoppedReclaiming(Call call) {
        waits.stopReclaiming(call);
        return collect(true);
    }

    /**
     * The call has ended, and no interrupt reaches its thread any more: settles its outcome. Allowed if it was not settled
     * before, when it was abandoned: then listeners are to be told.
     *
     * @param own what it came to
     * @param start when its first attempt began
     * @param end when its last attempt ended
     * @param leaves whether its failure must leave the round
     */
    public Actions ended(Call call, Outcome own, long start, long end, boolean leaves) {
        if (call.threadKind == ThreadKind.OWNER) {
            progress.ownerIsFree();
        }
        return collect(ending.settle(call, own, start, end, leaves));
    }

    /**
     * As {@link #ended}, of a call that says it is pending. Allowed if it is; if it is not, that is to follow.
     *
     * @param stop why nothing is to start all the same, see {@link #stop}; or null
     */
    public Actions pends(Call call, PendingCause cause, @Nullable String stop) {
        return after(suspension.pend(call, cause, stop));
    }

    /**
     * All listeners know that the call has ended, so calls that wait for it may start.
     *
     * @param stop why nothing is to start all the same, see {@link #stop}; or null
     */
    public Actions told(Call call, @Nullable String stop) {
        ending.told(call);
        if (stop != null) {
            ending.stop(stop);
        }
        return after();
    }

    // What others tell.

    /** A call now holds all that it shares with other rounds. */
    public Actions granted(Claim claim) {
        turns.granted(Call.claiming(claim), claim);
        return after();
    }

    /** A call waits for what a call holds that was just abandoned. */
    public Actions suspected(Claim claim) {
        expiry.limitWait(Call.claiming(claim), claim);
        return collect(true);
    }

    /** The user frees what an abandoned call holds. Allowed if it held anything. */
    public Actions released(Call call) {
        boolean held = call.isAbandoned() && call.claim != null;
        if (call.isAbandoned()) {
            ending.releaseAbandoned(call);
        }
        return after(held);
    }

    /** No call starts any more, and those that run are interrupted. The first reason counts. */
    public void stop(String why) {
        ending.stop(why);
    }

    /** As {@link #stop}; when the actions are done, every running call has been interrupted. */
    public Actions cancelled(String why) {
        if (!progress.hasOwner) {
            progress.sealed = true;
        }
        ending.cancel(why);
        return after();
    }

    /**
     * The engine itself has failed: every call gets an outcome.
     *
     * @param own the call that the current thread has run and could not settle, or null
     */
    public Actions collapsed(Throwable error, @Nullable Call own) {
        ending.collapse(error, own);
        return after();
    }

    // What came of it.

    /** What must leave the round: of the earliest call whose failure must, or the engine's own; null if nothing must. */
    public @Nullable Throwable failure() {
        return ending.failure();
    }

    /** The calls so far; a copy, in call order. */
    public List<Call> calls() {
        return List.copyOf(progress.calls);
    }

    private Actions after() {
        return after(true);
    }

    private Actions after(boolean allowed) {
        give(ownerInterrupted);
        return collect(allowed);
    }

    private void give(boolean ownerWillStop) {
        turns.give(ownerWillStop);
        suspension.restIfNothingGoesOn();
    }

    private Actions collect(boolean allowed) {
        boolean leaveToOwner =
                progress.usesExecutor && progress.hasOwner && !progress.ownerRunsCall && progress.actions.startsAny();
        boolean missed = progress.timers.takeMissed() && ownerIsTimer();
        boolean wake = missed || progress.ownerHasWork || leaveToOwner || isDone();
        progress.ownerHasWork = false;
        return progress.actions.take(!leaveToOwner, null, wake, allowed);
    }
}
