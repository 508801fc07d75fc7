package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.reference.ArgumentReferences;
import dev.interlock.reference.ReferredResult;
import dev.interlock.share.Claim;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One call of a {@link Round}: what an integration implements to have its own calls run. Users of
 * {@link ToolCallExecutor#execute} do not meet it.
 *
 * <p>A task belongs to one round and is run once. Its fields are the round's state of the call.
 */
public abstract class CallTask {

    /** How far a call has come; it only moves forward, but for pauses. */
    enum Phase {
        /** Waits for other calls, or for its turn. */
        WAITING,
        /** Waits for an earlier call that is the same, whose outcome will be its own. */
        FOLLOWING,
        /** Given to a thread that has not begun it. */
        STARTING,
        /** Interceptors that need no turn run on its thread, without a permit. */
        ASKING,
        /** Its thread waits for its turn. */
        ASKED,
        /** Its body, or an interceptor, runs. */
        RUNNING,
        /** Waits for something other than a tool, without a permit. */
        PAUSED,
        /** Waits for a permit to go on. */
        RESUMING,
        /** Its body has ended and its outcome is settled; listeners are being told. */
        ENDING,
        /** Has its outcome. */
        DONE,
        /** Has its outcome, but its body still runs. */
        ABANDONED
    }

    private static final int[] NONE = {};

    /** The call whose body the current thread runs, if it shares anything with other rounds. */
    private static final ThreadLocal<@Nullable CallTask> CURRENT = new ThreadLocal<>();

    private final ToolBinding binding;

    // Written by the thread that runs the round, or under the dispatcher's lock once there is one.
    Phase phase = Phase.WAITING;
    int index;

    @Nullable
    Outcome outcome;

    List<Access> accesses = ToolBinding.BARRIER;

    /** What its arguments refer to, if to anything; written before it is planned. */
    @Nullable
    TaskReferences references;

    /** Where its references count the calls; null for the round. Written before the round begins. */
    TaskReferences.@Nullable Numbering numbering;

    /** The result for calls that refer to it; any thread finds the same. */
    private volatile @Nullable ReferredResult referred;

    /** When the call was admitted to its round, which is when its limit starts. */
    long admittedNanos;

    // Written and read by the thread of the call.
    @Nullable
    ToolCall changedCall;

    @Nullable
    ManagedCall managed;

    int attempts;
    long startNanos;
    long endNanos;

    ThreadKind threadKind = ThreadKind.NONE;

    final RunningThread running = new RunningThread();

    /** The thread made for this call, set before it is started; for the owner, who joins it. */
    volatile @Nullable Thread launched;

    /**
     * Whether the call is not for the user's executor, which left it lying or gave it back. Written before the call is given
     * to the thread that runs it.
     */
    boolean ownThread;

    /** Whether an abandoned call has given up its accesses. */
    boolean released;

    /** What it wants and holds of what rounds share; null for nothing. Volatile for the thread of the call. */
    volatile @Nullable Claim claim;

    /** Whether it waits for what it shares with other rounds, before its start. */
    boolean queuesForCaps;

    /** When it was last decided that it must end; its grace period counts from then. */
    long condemnedNanos;

    /** Whether the thread waits to get its caps back. */
    boolean reclaiming;

    /** For how many rounds, each within the one before, the body waits. */
    int lends;

    /** Whether it has a thread, or is being given one, for interceptors that need no turn, and has not had its turn. */
    boolean asks;

    /** Whether all calls that it waits for have ended, though it still asks. */
    boolean cleared;

    /** How many of the calls whose results it uses have no outcome; only kept where it asks before its turn. */
    int missingResults;

    /** Calls that use its result and ask when it is there. */
    List<CallTask> users = List.of();

    /** Calls that are the same, and have their outcome from this one. */
    List<CallTask> followers = List.of();

    /** Whether its body runs, and not an interceptor, or a wait between attempts. */
    boolean inAttempt;

    /** Whether it is known that the resource which it waits for may never be free. */
    boolean heldTimer;

    /** Whether the listeners have been told that it ended. */
    boolean told;

    /** The outcome of a call that is not to be run at all. */
    @Nullable
    Outcome refusal;

    /** The round that it was given to. */
    @Nullable
    Round round;

    /** Whether the failure of the body must leave the round. */
    boolean failsRound;

    /** The outcome that the call has if its body ends from now on, whatever it comes to; null if its own counts. */
    @Nullable
    Outcome verdict;

    /** Whether the verdict is of the attempt only, so that there may be another. */
    boolean verdictOfAttempt;

    /**
     * Makes a task.
     *
     * @param binding the tool it calls, see {@link ToolCallExecutor#bind} and {@link ToolCallExecutor#bindUnknown}
     */
    protected CallTask(ToolBinding binding) {
        this.binding = Objects.requireNonNull(binding, "binding");
    }

    /**
     * The call, its arguments parsed. Asked for only where a plan or a listener needs it.
     *
     * @return the same call every time
     */
    protected abstract ToolCall call();

    /**
     * Whether the arguments are a JSON object, see {@link ToolCall#hasObjectArguments()}. To be overridden where that can
     * be told without parsing them all.
     *
     * @return false for a call that is a barrier because of its arguments
     */
    protected boolean hasObjectArguments() {
        return call().hasObjectArguments();
    }

    /**
     * The calls whose results this one uses.
     *
     * @return their places in the batch, from 0, each before this one's; empty by default
     */
    protected int[] dataDependencies() {
        return NONE;
    }

    /**
     * Whether the arguments may hold references to results of earlier calls. To be overridden where that can be told
     * without parsing them.
     *
     * @return false if they surely hold none
     */
    protected boolean mayHoldReferences() {
        return true;
    }

    /**
     * Whether arguments that are still JSON text may hold references; for {@link #mayHoldReferences()}. Cheap.
     *
     * @param json the text
     * @return false if it surely holds none
     */
    protected static boolean mayHoldReferences(String json) {
        return ArgumentReferences.mayBeIn(json);
    }

    /**
     * What references to this call's result stand for; asked on the thread of a call that refers to it, once this one has
     * succeeded.
     *
     * @return text, JSON, or a value that can be written as JSON; by default what {@link #run} returned
     */
    protected @Nullable Object referable() {
        return outcome() instanceof Outcome.Succeeded(Object value) ? value : null;
    }

    /**
     * Says in which list the references of this call count the calls, where that is not its round: a response may be
     * executed in several rounds, or some of its calls once more.
     *
     * @param calls all calls of the response, in order; those of other rounds have their outcomes, see {@link #cameTo}
     * @param place the place of this call in the list, from 0
     */
    public final void referTo(List<? extends CallTask> calls, int place) {
        numbering = new TaskReferences.Numbering(calls, place);
    }

    /**
     * Gives a task that belongs to no round the outcome that the call had before, for calls that refer to it.
     *
     * @param known the outcome
     * @throws IllegalStateException if it was given to a round
     */
    public final void cameTo(Outcome known) {
        if (round != null) {
            throw new IllegalStateException(toolInQuotes() + " belongs to a round, which settles its outcome");
        }
        outcome = Objects.requireNonNull(known, "known");
    }

    /**
     * How long the arguments are. Asked for only where there is a limit.
     *
     * @return the length of their JSON text in UTF-8
     */
    protected long argumentBytes() {
        return call().arguments().toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Cuts a result that is too long. Called on the thread of the call, where there is a limit.
     *
     * @param value what {@link #run} returned
     * @param limits how long it may be, and what is to be done if it is longer
     * @return the value itself if it is not too long or its length cannot be told
     * @throws Exception to fail the call
     */
    protected @Nullable Object limitResult(@Nullable Object value, ResultLimit limits) throws Exception {
        return limits.apply(value);
    }

    /**
     * Decides whether there will be another attempt, for an integration that treats a failure in its own way if there
     * will be none. To be asked at most once an attempt, within {@link #run()}, which then throws.
     *
     * @param failure what the tool threw
     * @return true if the call will be tried again, unless it is ended before
     */
    protected final boolean willTryAgain(Throwable failure) {
        return managed != null && managed.decide(failure);
    }

    /**
     * The call with the arguments that interceptors gave it, for {@link #run()}.
     *
     * @return null if they left them alone
     */
    protected final @Nullable ToolCall changedCall() {
        return changedCall;
    }

    /**
     * Runs the tool's body once, on the thread of the call. Whatever it throws is this call's failure, except
     * {@link RoundFailure}.
     *
     * @return the result, may be null
     * @throws Exception to fail the call; so does any error
     */
    protected abstract @Nullable Object run() throws Exception;

    /**
     * The tool it calls.
     *
     * @return the binding
     */
    public final ToolBinding binding() {
        return binding;
    }

    /**
     * What the call came to.
     *
     * @return the outcome
     * @throws IllegalStateException if its round has not ended
     */
    public final Outcome outcome() {
        Outcome result = outcome;
        if (result == null) {
            throw new IllegalStateException("call " + (index + 1) + " ('" + binding.name() + "') has no outcome yet");
        }
        return result;
    }

    /** The round has it as its call {@code place}. */
    final void take(int place, Round of) {
        if (round != null) {
            throw new IllegalArgumentException("call " + (place + 1) + " was given to a round before");
        }
        round = of;
        index = place;
    }

    /** What the innermost call around its round holds of what rounds share, or null. */
    final @Nullable Claim claimAround() {
        return round == null ? null : round.ancestor();
    }

    static @Nullable CallTask current() {
        return CURRENT.get();
    }

    /** The current thread begins a body; gives the call whose body it is within. */
    static @Nullable CallTask enter(CallTask task) {
        CallTask outer = CURRENT.get();
        CURRENT.set(task);
        return outer;
    }

    static void leave(@Nullable CallTask outer) {
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
    }

    /**
     * Interrupts the call, if it still runs.
     *
     * @param attempt only if this attempt runs; 0 whatever the call does
     */
    final void interrupt(int attempt) {
        boolean sharesFlag = threadKind == ThreadKind.OWNER && round != null && round.cancelled() == null;
        running.interrupt(attempt, sharesFlag, toolInQuotes());
    }

    /**
     * Whether {@code error} came about because this call was interrupted: by its round, or, where it runs on the thread
     * that called in, by whoever interrupted that. To be asked on the call's thread, within {@link #run()}.
     *
     * @param error what the tool threw
     * @return true if it is not the tool's own failure
     */
    protected final boolean endedByInterrupt(Throwable error) {
        return running.explains(error, threadKind == ThreadKind.OWNER);
    }

    final ReferredResult referredResult() {
        ReferredResult known = referred;
        if (known == null) {
            known = ReferredResult.of(referable());
            referred = known;
        }
        return known;
    }

    /** The calls of the round whose results it uses. */
    final int[] dependencies() {
        TaskReferences found = references;
        if (found == null) {
            return dataDependencies();
        }
        int[] others = dataDependencies();
        return others.length == 0
                ? found.dependencies()
                : IntStream.concat(Arrays.stream(found.dependencies()), Arrays.stream(others))
                        .distinct()
                        .toArray();
    }

    /** Its outcome if it uses the result of that call, which has none. */
    final Outcome skipped(CallTask producer) {
        return Messages.skipped(
                this, producer, references == null ? producer.index + 1 : references.numberOf(producer));
    }

    /** The first access of the call with other arguments that was not planned, or null. */
    final @Nullable Access unplanned(ToolCall changed) {
        List<Access> planned = accesses;
        for (Access access : binding.plan(changed).accesses()) {
            if (planned.stream().noneMatch(known -> known.covers(access))) {
                return access;
            }
        }
        return null;
    }

    /** Whether it accesses what another call writes, or writes what that accesses. */
    final boolean conflictsWith(CallTask other) {
        return accesses.stream().anyMatch(mine -> other.accesses.stream().anyMatch(mine::conflictsWith));
    }

    /** Whether its thread is busy with it. */
    final boolean isRunning() {
        return phase == Phase.RUNNING
                || phase == Phase.PAUSED
                || phase == Phase.RESUMING
                || phase == Phase.ASKING
                || phase == Phase.ASKED;
    }

    /** Whether it may be given its turn, as far as it is concerned itself. */
    final boolean wantsTurn() {
        return phase == Phase.WAITING || (phase == Phase.ASKED && verdict == null);
    }

    /** Whether its body has not begun. */
    final boolean isUnbegun() {
        return phase == Phase.WAITING || phase == Phase.STARTING;
    }

    /** Whether the call is known to change nothing, whatever becomes of it. */
    final boolean onlyReads() {
        return binding.isKnown() && (binding.isReadOnly() || accesses.stream().noneMatch(Access::isWrite));
    }

    final String toolInQuotes() {
        return "tool '" + binding.name() + "'";
    }
}
