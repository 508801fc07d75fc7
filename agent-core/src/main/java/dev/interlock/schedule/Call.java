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
 * The progress of one call. The {@link Schedule} of its round changes it, under its driver's lock. Others do so where
 * no schedule has it: an owner that runs its round alone ({@link #beginAlone}, {@link #announceAlone},
 * {@link #endAlone}, {@link #pendAlone}), a resumed round before it begins ({@link #restoreOutcome},
 * {@link #restorePending}), and a caller that gives it no round ({@link #setEarlierOutcome}). The thread that is to
 * start it may say, without the lock and before the schedule hears of that thread, that it starts without the user's
 * executor ({@link #startWithoutExecutor}).
 */
public class Call extends CallFacts {

    // Written under the lock of the driver, or by an owner that runs its round alone.

    /** Whether its tool comes next or has begun; volatile, because a rescuer may take the round over from its owner. */
    volatile boolean announced;

    Phase phase = Phase.WAITING;

    @Nullable
    Outcome outcome;

    int attempts;
    long startNanos;
    long endNanos;
    ThreadKind threadKind = ThreadKind.NONE;

    // Guarded by the lock of the driver.

    /** When its round admitted it; its limit counts from here. */
    long admittedNanos;

    /** When the schedule last decided that it must end; its grace period counts from here. */
    long condemnedNanos;

    /** The outcome that replaces whatever its body comes to from now on; null if the body's own counts. */
    @Nullable
    Outcome verdict;

    /** Among ready calls of equal priority, the greater weight starts first. Only {@link ReadyCalls} changes it. */
    long weight;

    /** Whether it must pass the {@link Gate} before its first attempt; also set before it is admitted. */
    boolean gated;

    /** Whether it is ready but not yet next in the order of its confined round. */
    boolean heldBack;

    /** Whether it was withdrawn; its end is then no failure. */
    boolean withdrawn;

    /** Whether its limit passed while it waited for a pending call, which did not end it then. */
    boolean overdue;

    /** Whether the verdict is for the attempt only, so that another may follow. */
    boolean verdictOfAttempt;

    /** Whether its body runs now, as opposed to an interceptor or a wait between attempts. */
    boolean inAttempt;

    /** The clock of the running attempt, or of the last one; null before the first. */
    @Nullable
    AttemptClock clock;

    /**
     * The outcome of its last attempt, with the limit of attempts applied. Its own thread has it written, and reads it.
     */
    @Nullable
    Outcome attemptOutcome;

    /** Whether its failure must leave the round as an exception. */
    boolean failsRound;

    /** Its claim to what rounds share; null if it wants nothing. Volatile for the call's thread. */
    volatile @Nullable Claim claim;

    /** Whether it waits, before its start, for what it shares with other rounds. */
    boolean queuesForCaps;

    /** Whether its thread waits to get its caps back. */
    boolean reclaiming;

    /** How many rounds its body waits for, each nested in the one before. */
    int lends;

    /** Equal calls that share this call's outcome. */
    List<Call> followers = List.of();

    /** Whether it has or is getting a thread on which interceptors run before its turn, and has not had its turn. */
    boolean runsBeforeTurn;

    /** Whether all calls that it waits for have ended. */
    boolean cleared;

    /** Why it is pending, or was last pending; null if it never was. */
    @Nullable
    PendingCause pending;

    /** What it waited for when its round was suspended; its outcome is then for listeners only. Or null. */
    @Nullable
    String suspendedAs;

    /** As {@link Progress} has counted it. */
    boolean countsAsBlocked;

    /** How many calls whose results it uses have no outcome yet; kept only if interceptors run before its turn. */
    int missingResults;

    /** Calls that use its result, and begin before their turn once it is known. */
    List<Call> users = List.of();

    /** Whether a thread made for it has started or is starting. */
    boolean launched;

    /** Whether it must not go to the user's executor, which did not begin it or gave it back. */
    boolean withoutExecutor;

    /** The place of the equal call whose outcome it shares; -1 for none. */
    int coalescedWith = -1;

    // For listeners; only Notes writes these.

    /** The kind of its wait, as known so far in the current event. */
    @Nullable
    TimeKind waitsFor;

    /** The wait that listeners were told last; null if it is over. */
    @Nullable
    Wait toldWait;

    /** Whether {@link Notes} still has to check, at the end of the event, what it waits for. */
    boolean toCheckWait;

    /** Whether listeners were told that it holds nothing any more. */
    boolean releaseTold;

    /** Makes a call of a tool, which belongs to no round yet. */
    protected Call(ToolTraits tool) {
        super(tool);
    }

    /** The call that made a claim; all claims belong to calls. */
    public static Call claiming(Claim claim) {
        return (Call) claim.claimant();
    }

    // Before it is admitted.

    /** Gives it an {@linkplain Schedule#announced announcement}: with its turn or, behind interceptors, later. */
    public final void giveAnnouncement(boolean withItsTurn) {
        announces = true;
        gated = withItsTurn;
    }

    /**
     * Gives a call that belongs to no round the outcome that it had in an earlier round.
     *
     * @throws IllegalStateException if it belongs to a round
     */
    public final void setEarlierOutcome(Outcome known) {
        requireNoRound();
        outcome = readMessage(known);
    }

    /** Gives a call the outcome that it had before its round was suspended; it does not run again. */
    public final void restoreOutcome(Outcome known) {
        outcome = readMessage(known);
        phase = Phase.DONE;
    }

    /** Marks the call as pending, because it was so before its round was resumed. */
    public final void restorePending(PendingCause cause) {
        phase = Phase.PENDING;
        pending = cause;
    }

    // In a round that its owner runs alone.

    /** Begins its only attempt, on the owner. */
    public final void beginAlone(long now) {
        phase = Phase.RUNNING;
        startNanos = now;
        attempts = 1;
        threadKind = ThreadKind.OWNER;
    }

    /** Announces, on the owner, that its tool comes next. */
    public final void announceAlone() {
        announced = true;
    }

    /** Settles its outcome on the owner, with when its body began and ended: it has ended, or will not begin. */
    public final void endAlone(Outcome settled, long start, long end) {
        startNanos = start;
        endNanos = end;
        outcome = readMessage(settled);
        phase = Phase.DONE;
    }

    /** Marks it as pending: its body has begun on the owner, and ended so. */
    public final void pendAlone(PendingCause cause, long end) {
        restorePending(cause);
        endNanos = end;
    }

    /** Keeps it from the user's executor from now on. The thread that starts it calls this. */
    public final void startWithoutExecutor() {
        withoutExecutor = true;
    }

    /**
     * Whether the outcome {@code own}, of the call or of an attempt, wins over an earlier verdict, because it says
     * something that must not be lost. Called under the driver's lock.
     */
    protected boolean insistsOn(Outcome own) {
        return false;
    }

    /**
     * What else kept it from its tool, for the message of a time-out. Called under the driver's lock.
     *
     * @return the words that follow the rest of the message; empty by default
     */
    protected String keptWaiting() {
        return "";
    }

    // What drivers read.

    /** The call's outcome; null if it is not settled. */
    public final @Nullable Outcome settled() {
        return outcome;
    }

    /** The place of the equal call whose outcome it shares; -1 if it has its own. */
    public final int coalescedWith() {
        return coalescedWith;
    }

    /** How many times its body has begun. */
    public final int attempts() {
        return attempts;
    }

    /** When it began, or was settled without beginning; a reading of the driver's clock. */
    public final long startNanos() {
        return startNanos;
    }

    /** When it ended, or was abandoned; a reading of the driver's clock. */
    public final long endNanos() {
        return endNanos;
    }

    /** The kind of thread that began it; {@link ThreadKind#NONE} if none did. */
    public final ThreadKind threadKind() {
        return threadKind;
    }

    /** Why it is pending, or was when its round was suspended; null if it was not pending. */
    public final @Nullable PendingCause pending() {
        return pending;
    }

    /** What it waited for when its round was suspended, in words; null if it had its outcome or no round was. */
    public final @Nullable String suspendedAs() {
        return suspendedAs;
    }

    /** The outcome of its last attempt; null if none has ended. Only its thread may read it. */
    public final @Nullable Outcome attemptOutcome() {
        return attemptOutcome;
    }

    /** Whether it must still make its announcement before its tool may start. */
    public final boolean isToBeAnnounced() {
        return announces && !announced;
    }

    /** How long its attempt has waited for other things than its tool. Only its thread may read it. */
    public final long untimedNanos() {
        return clock == null ? 0 : clock.untimed();
    }

    /** Its claim to what rounds share; null if it wants nothing. */
    public final @Nullable Claim claim() {
        return claim;
    }

    /** Whether it must not go to the user's executor, which did not begin it or gave it back. */
    public final boolean isWithoutExecutor() {
        return withoutExecutor;
    }

    /** Whether it was abandoned; also true if its body has ended since. */
    public final boolean isAbandoned() {
        return phase == Phase.ABANDONED || phase == Phase.BYPASSED;
    }

    /** Whether the schedule has decided to end the call or its attempt, so that its thread must stop waiting. */
    public final boolean isCondemned() {
        return verdict != null || !hasThread();
    }

    /** Whether its thread, which waited without a permit, may go on: with its turn, or with interceptors before it. */
    public final boolean mayGoOn() {
        return phase == Phase.RUNNING || (phase == Phase.BEFORE_TURN && verdict == null);
    }

    /** Whether it has its turn, so that its body, or an interceptor that needs the turn, may run. */
    public final boolean hasTurn() {
        return phase == Phase.RUNNING;
    }

    /** Whether its thread must wait for the caps that it gave back; false if it has them or wants none. */
    public final boolean isReclaiming() {
        return reclaiming;
    }

    /** Whether a refusal of its round keeps it from running: no thread has started its tool, or is just about to. */
    public final boolean isRefusable() {
        boolean comesToTool = phase == Phase.STARTING && launched && !managed && !runsBeforeTurn && !isToBeAnnounced();
        boolean pends = phase == Phase.PENDING || (phase == Phase.ENDING && outcome == null);
        return (isUnbegun() && !comesToTool) || ((hasThread() || pends) && !mayHaveStartedHere());
    }

    /** Whether a thread is busy with it, be it in the tool or in a wait. */
    final boolean hasThread() {
        return switch (phase) {
            case RUNNING, PAUSED, RESUMING, BEFORE_TURN, WANTS_TURN -> true;
            case WAITING, FOLLOWING, STARTING, PENDING, ENDING, DONE, ABANDONED, BYPASSED -> false;
        };
    }

    /** Whether it cannot go on by itself: it waits for another call's end, or for something outside this process. */
    final boolean isBlocked() {
        return switch (phase) {
            case PENDING, FOLLOWING -> true;
            case WAITING, WANTS_TURN -> !cleared && verdict == null;
            case STARTING, BEFORE_TURN, RUNNING, PAUSED, RESUMING, ENDING, DONE, ABANDONED, BYPASSED -> false;
        };
    }

    /** Whether it holds up no other call any more, except calls that want the resources that it keeps. */
    final boolean isOver() {
        return phase == Phase.DONE || isAbandoned();
    }

    /** Whether it has not had its turn, and nothing in its own state keeps it from that. */
    final boolean mayGetTurn() {
        return phase == Phase.WAITING || (phase == Phase.WANTS_TURN && verdict == null);
    }

    /** Whether it may get a permit. */
    final boolean wantsPermit() {
        return mayGetTurn() || (phase == Phase.RESUMING && verdict == null);
    }

    /** Whether its body has not begun. */
    final boolean isUnbegun() {
        return phase == Phase.WAITING || phase == Phase.STARTING;
    }

    /** Whether none of its code runs, so that it can get an outcome at once. */
    final boolean canBeSettled() {
        return isUnbegun() || phase == Phase.PENDING;
    }

    /** Whether its tool may have started in this round, or before the call was pending. */
    final boolean mayHaveStartedHere() {
        return (attempts > 0 && !isToBeAnnounced()) || (pending != null && pending.kind() != PendingKind.APPROVAL);
    }

    /** Whether the schedule can still end it. */
    final boolean isUnended() {
        return canBeSettled() || hasThread();
    }

    /** Whether the whole call must end, and not only an attempt. */
    final boolean mustEnd() {
        return verdict != null && !verdictOfAttempt;
    }

    @Override
    public final String toString() {
        return "call " + (index + 1) + " (" + inWords() + ", " + phase + ")";
    }
}
