package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.share.Claim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a call has come. Only this package changes it: the {@link Schedule} of its round, under the lock of its driver;
 * or, in a round that its owner runs alone, the owner by {@link #beginAlone} and {@link #endAlone}.
 */
public class Call extends CallFacts {

    // Written under the lock of the driver, or by an owner that runs its round alone.

    /** Whether its tool comes next, or has come; volatile since a round may be taken over from the owner. */
    volatile boolean announced;

    Phase phase = Phase.WAITING;

    @Nullable
    Outcome outcome;

    int attempts;
    long startNanos;
    long endNanos;
    ThreadKind threadKind = ThreadKind.NONE;

    // Guarded by the lock of the driver.

    /** When it was admitted to its round, which is when its limit starts. */
    long admittedNanos;

    /** When it was last decided that it must end; its grace period counts from then. */
    long condemnedNanos;

    /** The outcome that it has if its body ends from now on, whatever it comes to; null if its own counts. */
    @Nullable
    Outcome verdict;

    /** Of ready calls of equal priority the one of greater weight starts first; only {@link ReadyCalls} changes it. */
    long weight;

    /** Whether it goes on to its first attempt only by the {@link Gate}; set before it is admitted, too. */
    boolean gated;

    /** Whether it is ready, and not next in the order of its round, which is confined to the owner. */
    boolean heldBack;

    /** Whether it has turned out to be none: then its end is no failure. */
    boolean withdrawn;

    /** Whether the verdict is of the attempt only, so that there may be another. */
    boolean verdictOfAttempt;

    /** Whether its body runs, and not an interceptor, or a wait between attempts. */
    boolean inAttempt;

    /** Of the attempt that runs, or ran last; null before the first. */
    @Nullable
    AttemptClock clock;

    /** What its last attempt came to, the limit of attempts taken into account; read by its thread, which had it written. */
    @Nullable
    Outcome attemptOutcome;

    /** Whether its failure must leave the round. */
    boolean failsRound;

    /** What it wants and holds of what rounds share; null for nothing. Volatile for the thread of the call. */
    volatile @Nullable Claim claim;

    /** Whether it waits for what it shares with other rounds, before its start. */
    boolean queuesForCaps;

    /** Whether its thread waits to get its caps back. */
    boolean reclaiming;

    /** For how many rounds, each within the one before, its body waits. */
    int lends;

    /** Calls that are the same, and have their outcome from this one. */
    List<Call> followers = List.of();

    /** Whether it has a thread, or is being given one, for interceptors that need no turn, and has not had its turn. */
    boolean asks;

    /** Whether all calls that it waits for have ended. */
    boolean cleared;

    /** Why it is pending, or was last; null if it never was. */
    @Nullable
    PendingCause pending;

    /** What it waited for when its round was suspended, in words: its outcome is for listeners only. Null if it was not. */
    @Nullable
    String suspendedAs;

    /** As {@link Progress} has counted it. */
    boolean countsAsBlocked;

    /** How many of the calls whose results it uses have no outcome; only kept where it asks before its turn. */
    int missingResults;

    /** Calls that use its result and ask when it is there. */
    List<Call> users = List.of();

    /** Whether a thread that was made for it has been, or is being, started. */
    boolean launched;

    /** Whether the user's executor has left it lying, or gave it back, so that it is not for that. */
    boolean withoutExecutor;

    /** The place of the call whose outcome it has, or will have, in place of one of its own; -1 for none. */
    int coalescedWith = -1;

    // For those who listen; written by Notes only.

    /** The kind of what it waits for, as far as the event goes that is being handled. */
    @Nullable
    TimeKind waitsFor;

    /** What was told last that it waits for; null if that is over. */
    @Nullable
    Wait toldWait;

    /** Whether it is to be looked at, when the event is over, for what it waits for. */
    boolean noted;

    /** Whether it was told that it holds nothing any more. */
    boolean releaseTold;

    /**
     * Makes a call that belongs to no round yet.
     *
     * @param tool the tool that it is of
     */
    protected Call(ToolTraits tool) {
        super(tool);
    }

    /** Whose claim it is: all are made for calls. */
    public static Call claiming(Claim claim) {
        return (Call) claim.claimant();
    }

    // Before it is admitted.

    /** It has something to announce, with its turn or, behind interceptors, later: see {@link Schedule#announced}. */
    public final void announces(boolean withItsTurn) {
        announces = true;
        gated = withItsTurn;
    }

    /**
     * Gives a call that belongs to no round the outcome that it had in one before.
     *
     * @param known the outcome
     * @throws IllegalStateException if it belongs to a round
     */
    public final void cameTo(Outcome known) {
        requireNoRound();
        outcome = known;
    }

    /** Gives a call the outcome that it had before its round was suspended: it is not run again. */
    public final void endedBefore(Outcome known) {
        outcome = known;
        phase = Phase.DONE;
    }

    /** It is pending: since before its round was resumed, or since its owner, which ran the round alone, has run it. */
    public final void pendsAlready(PendingCause cause) {
        phase = Phase.PENDING;
        pending = cause;
    }

    // In a round that its owner runs alone.

    /** The owner begins its only attempt. */
    public final void beginAlone(long now) {
        phase = Phase.RUNNING;
        startNanos = now;
        attempts = 1;
        threadKind = ThreadKind.OWNER;
    }

    /** Its tool comes next. */
    public final void announceAlone() {
        announced = true;
    }

    /**
     * It has ended on the owner, or was not begun after all.
     *
     * @param settled its outcome
     * @param start when its body began
     * @param end when that ended
     */
    public final void endAlone(Outcome settled, long start, long end) {
        startNanos = start;
        endNanos = end;
        outcome = settled;
        phase = Phase.DONE;
    }

    /** The user's executor has no use for it. Told by the thread that starts it. */
    public final void startWithoutExecutor() {
        withoutExecutor = true;
    }

    /**
     * Whether what it came to is its outcome even if it was decided before that it must end: what it says must not be lost.
     * Asked under the lock of the driver.
     *
     * @param own what it came to, or an attempt of it
     */
    protected boolean insistsOn(Outcome own) {
        return false;
    }

    /**
     * What else has kept it from its tool, for the message of a limit that has passed. Asked under the lock of the driver.
     *
     * @return in words that follow others; empty by default
     */
    protected String keptWaiting() {
        return "";
    }

    // What drivers ask.

    /** What the call came to; null if that is not settled. */
    public final @Nullable Outcome settled() {
        return outcome;
    }

    /** The place of the call whose outcome it has, since that is equal; -1 if it is its own. */
    public final int coalescedWith() {
        return coalescedWith;
    }

    /** How often its body was begun; 0 if it never was. */
    public final int attempts() {
        return attempts;
    }

    /** When it began, or was settled without having begun; a reading of the driver's clock. */
    public final long startNanos() {
        return startNanos;
    }

    /** When it ended, or was abandoned; a reading of the driver's clock. */
    public final long endNanos() {
        return endNanos;
    }

    /** What thread it was begun on; {@link ThreadKind#NONE} if it was not begun. */
    public final ThreadKind threadKind() {
        return threadKind;
    }

    /** Why it is pending, or was when its round was suspended; null if it was not. */
    public final @Nullable PendingCause pending() {
        return pending;
    }

    /** What it waited for, in words, when its round was suspended; null if it was not, or the call had its outcome. */
    public final @Nullable String suspendedAs() {
        return suspendedAs;
    }

    /** What its last attempt came to; null if none has ended; to be asked for by its thread. */
    public final @Nullable Outcome attemptOutcome() {
        return attemptOutcome;
    }

    /** Whether its tool must not be started before it was announced; false also if it was. */
    public final boolean isToBeAnnounced() {
        return announces && !announced;
    }

    /** How long its attempt has waited for what is not the tool's; to be asked for by its thread. */
    public final long untimedNanos() {
        return clock == null ? 0 : clock.untimed();
    }

    /** What it wants and holds of what rounds share; null for nothing. */
    public final @Nullable Claim claim() {
        return claim;
    }

    /** Whether the user's executor is not to be given it; true if it has left it lying, or gave it back. */
    public final boolean isWithoutExecutor() {
        return withoutExecutor;
    }

    /** Whether it has been abandoned; true also if its body has ended since. */
    public final boolean isAbandoned() {
        return phase == Phase.ABANDONED || phase == Phase.RELEASED;
    }

    /** Whether the end of the call, or of its attempt, is decided, so that its thread need not wait any more. */
    public final boolean isCondemned() {
        return verdict != null || !isRunning();
    }

    /** Whether its thread, which waited without a permit, may go on: it has its turn, or asks before its turn. */
    public final boolean mayGoOn() {
        return phase == Phase.RUNNING || (phase == Phase.ASKING && verdict == null);
    }

    /** Whether it has its turn; true if its body, or an interceptor that needs the turn, may run. */
    public final boolean hasTurn() {
        return phase == Phase.RUNNING;
    }

    /** Whether its thread has to wait for the caps that it gave back; false if it has them, or wants none. */
    public final boolean isReclaiming() {
        return reclaiming;
    }

    /**
     * Whether its tool has not been started, and no thread is on the way to it with nothing in between: then it does not run if
     * its round is refused. Asked under the lock of the driver.
     */
    public final boolean isRefusable() {
        boolean comesToTool = phase == Phase.STARTING && launched && !managed && !asks && !isToBeAnnounced();
        return (isUnbegun() && !comesToTool) || ((isRunning() || phase == Phase.PENDING) && !mayHaveBegun());
    }

    /** Whether its thread is busy with it. */
    final boolean isRunning() {
        return switch (phase) {
            case RUNNING, PAUSED, RESUMING, ASKING, ASKED -> true;
            case WAITING, FOLLOWING, STARTING, PENDING, ENDING, DONE, ABANDONED, RELEASED -> false;
        };
    }

    /** Whether it cannot go on before another call has ended, or what it waits for has happened elsewhere. */
    final boolean isBlocked() {
        return switch (phase) {
            case PENDING, FOLLOWING -> true;
            case WAITING, ASKED -> !cleared && verdict == null;
            case STARTING, ASKING, RUNNING, PAUSED, RESUMING, ENDING, DONE, ABANDONED, RELEASED -> false;
        };
    }

    /** Whether it holds up no other call any more, or only those that want what it keeps. */
    final boolean isOver() {
        return phase == Phase.DONE || isAbandoned();
    }

    /** Whether it may be given its turn, as far as it is concerned itself. */
    final boolean wantsTurn() {
        return phase == Phase.WAITING || (phase == Phase.ASKED && verdict == null);
    }

    /** Whether it may be given a permit. */
    final boolean wantsPermit() {
        return wantsTurn() || (phase == Phase.RESUMING && verdict == null);
    }

    /** Whether its body has not begun. */
    final boolean isUnbegun() {
        return phase == Phase.WAITING || phase == Phase.STARTING;
    }

    /** Whether nothing of it runs, so that it can be given an outcome at once. */
    final boolean canBeSettled() {
        return isUnbegun() || phase == Phase.PENDING;
    }

    /** Whether its tool may have been started: nothing comes before it in the attempt, or that is over; or before a resume. */
    final boolean mayHaveBegun() {
        return (attempts > 0 && !isToBeAnnounced()) || (pending != null && pending.kind() != PendingKind.APPROVAL);
    }

    /** Whether it can still be ended, one way or the other. */
    final boolean isUnended() {
        return canBeSettled() || isRunning();
    }

    /** Whether the whole call, and not just an attempt, has to end. */
    final boolean mustEnd() {
        return verdict != null && !verdictOfAttempt;
    }

    @Override
    public final String toString() {
        return "call " + (index + 1) + " (" + inWords() + ", " + phase + ")";
    }
}
