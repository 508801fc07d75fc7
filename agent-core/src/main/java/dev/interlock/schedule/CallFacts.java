package dev.interlock.schedule;

import dev.interlock.call.Outcome;
import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import dev.interlock.share.Cap;
import dev.interlock.share.Claimant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a call that are known before its round admits it: its place, tool, accesses and thread. Afterwards
 * only a refusal of the round changes one of them, the preset outcome, and a driver reads what a failure says.
 */
abstract class CallFacts implements Claimant {

    /** Whether its tool was started before its round was resumed; written before it is admitted. */
    boolean startedBefore;

    private static final int[] NONE = {};

    private static final List<Access> BARRIER = List.of(Access.write(Resource.ROOT));

    private final ToolTraits tool;

    // Written before the call is admitted.
    long round;
    int index;
    List<Access> accesses = BARRIER;
    int[] uses = NONE;
    private int @Nullable [] usedAs;
    boolean managed;
    boolean announces;
    RunsOn runsOn = RunsOn.OWN_THREAD;

    /** The expected time of its body in nanoseconds; 0 if unknown. */
    long expectedNanos;

    /** Reading calls for which this is equal and not null are the same. */
    @Nullable
    Object sameness;

    /** The outcome that was fixed for it before it began, so that it does not run; null if there is none. */
    @Nullable
    Outcome presetOutcome;

    private @Nullable Message message;

    /** What a failure said when its driver read it. */
    private record Message(Throwable failure, String text) {}

    /** The accesses of a call about which nothing is known, or not yet; immutable. */
    public static List<Access> barrier() {
        return BARRIER;
    }

    CallFacts(ToolTraits tool) {
        this.tool = tool;
    }

    /**
     * Gives it its place in a round.
     *
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

    /**
     * Sets the places of the calls whose results it uses, each before its own, and the numbers by which it refers to
     * them; null if those follow from the places.
     */
    public final void setUses(int[] used, int @Nullable [] numbers) {
        uses = used;
        usedAs = numbers;
    }

    /** Says what it reads and writes, on whose thread it runs, and whether that has more to do than to run its body. */
    public final void plan(List<Access> accessed, RunsOn where, boolean more) {
        accesses = accessed;
        runsOn = where;
        managed = more;
    }

    /** Says how long its body is expected to take, as learnt from others of its tool; 0 if nothing is known. */
    public final void expect(long nanos) {
        expectedNanos = nanos;
    }

    /** Calls of which this is equal are the same, if they only read. */
    public final void sameAs(Object key) {
        sameness = key;
    }

    /** Fixes its outcome before it begins: it does not run. */
    public final void preset(Outcome instead) {
        presetOutcome = readMessage(instead);
    }

    /** It must not be in a round yet: then the round alone settles its outcome. */
    public final void requireNoRound() {
        if (round != 0) {
            throw new IllegalStateException(
                    inWords() + " is already in a round, so its outcome cannot be set from outside");
        }
    }

    // What drivers read.

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

    /** The outcome that was fixed before it began; null if it is to run. */
    public final @Nullable Outcome presetOutcome() {
        return presetOutcome;
    }

    /** Whether its thread has more to do for it than to run its body. */
    public final boolean isManaged() {
        return managed;
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
    final int numberOf(CallFacts used) {
        int[] numbers = usedAs;
        for (int i = 0; numbers != null && i < numbers.length; i++) {
            if (uses[i] == used.index) {
                return numbers[i];
            }
        }
        return used.index + 1;
    }

    /** Whether it accesses what another call writes, or writes what that accesses. */
    final boolean conflictsWith(CallFacts other) {
        return accesses.stream().anyMatch(mine -> other.accesses.stream().anyMatch(mine::conflictsWith));
    }

    /**
     * Its tool was started before its round was suspended, or its process ended: it may have happened, even if it is
     * not started again.
     */
    public final void markStartedBefore() {
        startedBefore = true;
    }

    /**
     * Whether its tool was started in an earlier round, or an earlier life of its process; its attempts do not count
     * that.
     */
    public final boolean isStartedBefore() {
        return startedBefore;
    }

    // What its failure says.

    /**
     * Reads the message of an outcome that it comes to. That may run the tool's code, so a driver calls this before it
     * tells the machine, with no lock held.
     */
    public final Outcome readMessage(Outcome own) {
        if (own instanceof Outcome.Failed failed) {
            message = new Message(failed.error(), failed.message());
        }
        return own;
    }

    /** Takes over what an equal call's driver has read. */
    final void shareMessageOf(CallFacts leader) {
        message = leader.message;
    }

    /** The message of its settled outcome; runs no tool's code, since a driver has read what a tool's failure says. */
    @SuppressWarnings("ReferenceEquality") // equals would be the tool's code, too
    final String messageOf(Outcome settled) {
        Message read = message;
        if (read != null && settled instanceof Outcome.Failed failed && failed.error() == read.failure()) {
            return read.text();
        }
        return settled.message();
    }
}
