package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Access;
import dev.interlock.share.Cap;
import dev.interlock.share.Claim;
import dev.interlock.share.Claimant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a call has come. Only this package changes it: the {@link Schedule} of its round, under the lock of its driver;
 * or, in a round that its owner runs alone, the owner by {@link #beginAlone} and {@link #endAlone}.
 */
public class Call implements Claimant {

    private static final int[] NONE = {};

    /** What a call of which nothing is known, or not yet, accesses. */
    private static final List<Access> EVERYTHING = List.of(Access.write("/"));

    private final ToolTraits tool;

    // Where it belongs and what it is to do; written before it is admitted.
    private long round;
    int index;
    List<Access> accesses = EVERYTHING;
    int[] uses = NONE;
    private int @Nullable [] usedAs;
    boolean managed;
    Place place = Place.OWN_THREAD;

    /** Calls of which this is equal, and not null, are the same if they only read. */
    @Nullable
    Object sameness;

    /** The outcome of a call that is not to be run at all. */
    @Nullable
    Outcome refusal;

    // Written under the lock of the driver, or by an owner that runs its round alone.
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

    /** Whether the verdict is of the attempt only, so that there may be another. */
    boolean verdictOfAttempt;

    /** Whether its body runs, and not an interceptor, or a wait between attempts. */
    boolean inAttempt;

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

    /** Whether all calls that it waits for have ended, though it still asks. */
    boolean cleared;

    /** How many of the calls whose results it uses have no outcome; only kept where it asks before its turn. */
    int missingResults;

    /** Calls that use its result and ask when it is there. */
    List<Call> users = List.of();

    /** Whether a thread that was made for it has been, or is being, started. */
    boolean launched;

    /** Whether the user's executor has left it lying, or gave it back, so that it is not for that. */
    boolean withoutExecutor;

    /**
     * Makes a call that belongs to no round yet.
     *
     * @param tool the tool that it is of
     */
    protected Call(ToolTraits tool) {
        this.tool = tool;
    }

    /** Whose claim it is: all are made for calls. */
    public static Call claiming(Claim claim) {
        return (Call) claim.claimant();
    }

    // Before it is admitted.

    /**
     * Gives it its place in a round.
     *
     * @param number the round's
     * @param place in the round, from 0
     * @throws IllegalArgumentException if it has one
     */
    public final void takePlace(long number, int place) {
        if (round != 0) {
            throw new IllegalArgumentException("call " + (place + 1) + " was given to a round before");
        }
        round = number;
        index = place;
    }

    /** Says whose results it uses, by their places, each before its own, and how it counts those; null if as they stand. */
    public final void uses(int[] used, int @Nullable [] numbers) {
        uses = used;
        usedAs = numbers;
    }

    /** Says what it reads and writes, on whose thread it runs, and whether that has more to do than to run its body. */
    public final void plan(List<Access> accessed, Place where, boolean more) {
        accesses = accessed;
        place = where;
        managed = more;
    }

    /** Calls of which this is equal are the same, if they only read. */
    public final void sameAs(Object key) {
        sameness = key;
    }

    /** It is not to be run, and has this outcome. */
    public final void refuse(Outcome instead) {
        refusal = instead;
    }

    /**
     * Gives a call that belongs to no round the outcome that it had in one before.
     *
     * @param known the outcome
     * @throws IllegalStateException if it belongs to a round
     */
    public final void cameTo(Outcome known) {
        if (round != 0) {
            throw new IllegalStateException(inWords() + " belongs to a round, which settles its outcome");
        }
        outcome = known;
    }

    // In a round that its owner runs alone.

    /** The owner begins its only attempt. */
    public final void beginAlone(long now) {
        phase = Phase.RUNNING;
        startNanos = now;
        attempts = 1;
        threadKind = ThreadKind.OWNER;
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

    // What drivers ask.

    /** The tool that it is of. */
    public final ToolTraits tool() {
        return tool;
    }

    /** The number of its round; 0 for none. */
    public final long round() {
        return round;
    }

    /** Its place in the round; from 0. */
    public final int index() {
        return index;
    }

    @Override
    public final List<Access> accesses() {
        return accesses;
    }

    @Override
    public final List<Cap> caps() {
        return tool.caps();
    }

    /** What the call came to; null if that is not settled. */
    public final @Nullable Outcome settled() {
        return outcome;
    }

    /** Why it is not to be run; its outcome, or null. */
    public final @Nullable Outcome refusal() {
        return refusal;
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

    /**
     * What thread it was begun on.
     *
     * @return {@link ThreadKind#NONE} if it was not begun
     */
    public final ThreadKind threadKind() {
        return threadKind;
    }

    /** What its last attempt came to; null if none has ended; to be asked for by its thread. */
    public final @Nullable Outcome attemptOutcome() {
        return attemptOutcome;
    }

    /** What it wants and holds of what rounds share; null for nothing. */
    public final @Nullable Claim claim() {
        return claim;
    }

    /** Whether its thread has more to do for it than to run its body. */
    public final boolean isManaged() {
        return managed;
    }

    /** Whether the user's executor is not to be given it; true if it has left it lying, or gave it back. */
    public final boolean isWithoutExecutor() {
        return withoutExecutor;
    }

    /** Whether it has been abandoned; true also if its body has ended since. */
    public final boolean isAbandoned() {
        return phase == Phase.ABANDONED || phase == Phase.RELEASED;
    }

    /**
     * Whether it has been decided what becomes of it, whatever its thread still does; of the attempt only, too.
     *
     * @return true if its thread need not wait for anything any more
     */
    public final boolean isCondemned() {
        return verdict != null || !isRunning();
    }

    /**
     * Whether its thread, which waited without a permit, may go on.
     *
     * @return true if it has its turn, or is one that asks before its turn
     */
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
     * Whether the call is known to change nothing, whatever becomes of it.
     *
     * @return false if it writes, or if nothing is known
     */
    public final boolean onlyReads() {
        return tool.known() && (tool.readOnly() || accesses.stream().noneMatch(Access::isWrite));
    }

    /** The calls of its round whose results it uses; their places. */
    public final int[] uses() {
        return uses;
    }

    /** The call, for messages; the name of the tool, in quotes. */
    public final String inWords() {
        return "tool '" + tool.name() + "'";
    }

    /** How it counts the call whose result it uses. */
    final int numberOf(Call used) {
        int[] numbers = usedAs;
        for (int i = 0; numbers != null && i < numbers.length; i++) {
            if (uses[i] == used.index) {
                return numbers[i];
            }
        }
        return used.index + 1;
    }

    /** Whether it accesses what another call writes, or writes what that accesses. */
    final boolean conflictsWith(Call other) {
        return accesses.stream().anyMatch(mine -> other.accesses.stream().anyMatch(mine::conflictsWith));
    }

    /** Whether its thread is busy with it. */
    final boolean isRunning() {
        return switch (phase) {
            case RUNNING, PAUSED, RESUMING, ASKING, ASKED -> true;
            case WAITING, FOLLOWING, STARTING, ENDING, DONE, ABANDONED, RELEASED -> false;
        };
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

    /** Whether it can still be ended, one way or the other. */
    final boolean isUnended() {
        return isUnbegun() || isRunning();
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
