package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.effect.Access;
import dev.interlock.footprint.UncoveredFootprintException;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import dev.interlock.reference.ArgumentReferences;
import dev.interlock.reference.ReferredResult;
import dev.interlock.schedule.Call;
import dev.interlock.schedule.Outcomes;
import dev.interlock.share.Claim;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A call as its round's drivers see it. To the progress that the schedule knows it adds what the integration says, what
 * the arguments refer to, and the thread that runs the call.
 */
final class DrivenCall extends Call {

    /**
     * The list of calls that a call's references number, if it is not the call's round, and the call's own place in it.
     */
    record Numbering(IntFunction<DrivenCall> callAt, int size, int place) {}

    private final CallBody body;
    private final ToolBinding binding;

    // Written before its round begins or admits it.
    private @Nullable Numbering numbering;
    private @Nullable ArgumentReferences references;
    private Map<Integer, DrivenCall> producers = Map.of();
    private @Nullable RoundFacts of;
    private @Nullable CallEvents events;
    private @Nullable KeptCall kept;

    /** As delivered to listeners; null if not delivered. */
    private @Nullable PlannedCall plannedCall;

    /** The result for calls that refer to it; all threads compute the same one. */
    private volatile @Nullable ReferredResult referred;

    /** Its history through suspensions of its round; null while there is none. */
    private @Nullable CallHistory history;

    // Written when it is dispatched, before the schedule gets it.
    private volatile @Nullable RunningThread thread;
    private @Nullable CallControl control;

    /** The thread made for this call, set under the driver's lock before it is started; for the owner, who joins it. */
    private volatile @Nullable Thread startedThread;

    /** What it shares with other replicas. Its thread writes this; threads that end it read it. */
    private volatile @Nullable ReplicaHold replicaHold;

    // Only accessed by the call's thread.
    private @Nullable ToolCall changedCall;
    private @Nullable Predicate<Throwable> retries;

    DrivenCall(CallBody body, ToolBinding binding) {
        super(binding.traits());
        this.body = body;
        this.binding = binding;
    }

    /** Casts a schedule's call: drivers give it only calls of this class. */
    static DrivenCall of(Call call) {
        return (DrivenCall) call;
    }

    CallBody body() {
        return body;
    }

    ToolBinding binding() {
        return binding;
    }

    /**
     * Gives the call its place in a round.
     *
     * @param told its events; null without listeners
     * @param journalled what the journal has of it; null without a journal
     */
    void takePlace(RoundFacts round, int place, @Nullable CallEvents told, @Nullable KeptCall journalled) {
        takePlace(round.name().number(), place);
        of = round;
        events = told;
        kept = journalled;
        if (body.announces()) {
            giveAnnouncement(round.announcesWithTurn());
        }
    }

    /** The claim of the innermost call around its round, or null. */
    @Nullable
    Claim claimAround() {
        return of == null ? null : of.ancestor();
    }

    /** The id of its round's conversation; null if unknown or none. */
    @Nullable
    Object conversation() {
        return of == null ? null : of.conversation();
    }

    RoundFacts requireRound() {
        return Objects.requireNonNull(of, "belongs to no round");
    }

    /** Whether a name of its round was made. */
    boolean isOfNamedRound() {
        return of != null && of.name().hasId();
    }

    KeptCall kept() {
        return Objects.requireNonNull(kept, "not journalled");
    }

    /** Its place in the batch, from 0, as in what is kept; {@link #index} differs if its round runs only a part. */
    int placeInBatch() {
        return requireRound().name().placeInBatch(index());
    }

    /** What it has from a round before, or null. */
    @Nullable
    String ownKey() {
        return history == null ? null : history.key();
    }

    /** Sets where the call stood when its round was suspended. Call this before the round gets it. */
    void resumeFrom(CallHistory from) {
        history = from;
    }

    CallHistory history() {
        history = history == null ? new CallHistory(null) : history;
        return history;
    }

    /** How far it had come when its round was suspended; null for a new call. */
    @Nullable
    SuspendedCall before() {
        return history == null ? null : history.before();
    }

    // References in its arguments.

    void countIn(Numbering list) {
        numbering = list;
    }

    @Nullable
    Numbering numbering() {
        return numbering;
    }

    /** Sets the calls that its arguments refer to, by the numbers in its references. */
    void setReferences(ArgumentReferences found, Map<Integer, DrivenCall> others) {
        references = found;
        producers = others;
    }

    @Nullable
    ArgumentReferences references() {
        return references;
    }

    /** Whether its arguments are unknown without other calls' results. */
    boolean refersToResults() {
        return references != null && references.isOpen();
    }

    /** The call behind a number in its references. */
    DrivenCall producer(int number) {
        DrivenCall producer = producers.get(number);
        if (producer == null) {
            throw new IllegalStateException("the arguments have no reference to call " + number);
        }
        return producer;
    }

    ReferredResult referredResult() {
        ReferredResult known = referred;
        if (known == null) {
            known = ReferredResult.of(body.referable());
            referred = known;
        }
        return known;
    }

    /** Computes the call's accesses, which runs functions of the user. */
    List<Access> findAccesses() {
        if (references != null) {
            return binding.accesses(references);
        }
        if (binding.isPure()) {
            return body.hasObjectArguments() ? List.of() : barrier();
        }
        return binding.accesses(body.call());
    }

    PlannedCall planned() {
        if (plannedCall != null) {
            return plannedCall;
        }
        PlannedCall planned = references == null ? binding.plan(body.call()) : binding.plan(body.call(), references);
        if (events != null) {
            plannedCall = planned;
        }
        return planned;
    }

    static CallPlan plan(List<DrivenCall> calls) {
        List<PlannedCall> planned = calls.stream().map(DrivenCall::planned).toList();
        return CallPlan.of(planned, calls.stream().map(DrivenCall::uses).toList());
    }

    /** Null without listeners. */
    @Nullable
    CallEvents events() {
        return events;
    }

    CallEvents requireEvents() {
        return Objects.requireNonNull(events, "the round has no listeners");
    }

    /** The call that its body runs, with the arguments from references and interceptors. */
    ToolCall ran() {
        return changedCall == null ? body.call() : changedCall;
    }

    /** What the effects in force say about the call that the body runs. This may run the user's functions. */
    List<Access> declared() {
        boolean planned = control != null && changedCall == null;
        return planned ? accesses() : binding.accesses(ran());
    }

    /** What fails it if a limit of batches or a reference keeps it from running. */
    CallRefusedException notRun(String why) {
        return new CallRefusedException(inWords() + " was not run: " + why + Outcomes.effectOfBefore(this));
    }

    /** Refuses the call with its round. A call with a preset outcome keeps that. */
    void refuseWithRound(Throwable refusal) {
        if (presetOutcome() == null) {
            preset(refusedWithRound(new Outcome.Failed(refusal).message()));
        }
    }

    /** Its outcome if a guard refuses its round before the call has begun. */
    Outcome refusedWithRound(String why) {
        return new Outcome.Failed(new CallRefusedException(
                inWords() + " was not run, its round was refused: " + why + Outcomes.effectOfBefore(this)));
    }

    /** Dispatches the call: its thread turns to {@code by} from now on. */
    void drivenBy(CallControl by) {
        control = by;
        if (thread == null) {
            thread = new RunningThread();
        }
    }

    CallControl control() {
        return Objects.requireNonNull(control, "not dispatched");
    }

    RunningThread thread() {
        return Objects.requireNonNull(thread, "not dispatched");
    }

    /** The thread that runs it; null while only the owner, which runs the call, could interrupt it. */
    @Nullable
    RunningThread threadIfDispatched() {
        return thread;
    }

    boolean isInterruptedByRound() {
        RunningThread known = thread;
        return known != null && known.isInterruptedByRound();
    }

    @Nullable
    Thread startedThread() {
        return startedThread;
    }

    void startedThread(@Nullable Thread thread) {
        startedThread = thread;
    }

    /** Whether an interrupt of the call caused the failure, so that it is not the tool's own. */
    boolean endedByInterrupt(Throwable error) {
        boolean onOwner = threadKind() == ThreadKind.OWNER;
        RunningThread known = thread;
        return known == null ? onOwner && RunningThread.explainsOnOwner(error) : known.explains(error, onOwner);
    }

    /**
     * Whether an interrupt from outside the round has reached the owner, which runs the call: then there is no retry.
     */
    boolean endedWithOwner(Throwable error) {
        return threadKind() == ThreadKind.OWNER && !isInterruptedByRound() && RunningThread.explainsOnOwner(error);
    }

    // What it shares with other replicas.

    void replicaHold(ReplicaHold hold) {
        replicaHold = hold;
    }

    /** Null while it has wanted nothing of them. */
    @Nullable
    ReplicaHold replicaHold() {
        return replicaHold;
    }

    @Override
    protected String keptWaiting() {
        ReplicaHold hold = replicaHold;
        return hold == null ? "" : hold.keptWaiting();
    }

    // Calls from its body, on its thread.

    /** Announces that the tool comes next; returns false if the call has ended, so that the tool must not start. */
    boolean announce() {
        return !isToBeAnnounced() || requireRound().announce(this);
    }

    /** Waits for something other than the tool, while the limit of the attempt stands still. */
    <T extends @Nullable Object> T untimed(Callable<T> wait) throws Exception {
        return of == null ? wait.call() : of.untimed(this, wait);
    }

    @Nullable
    ResultLimit resultLimit() {
        return of == null ? null : of.resultLimit();
    }

    /** The call with the arguments from interceptors; null if they changed none. */
    @Nullable
    ToolCall changedCall() {
        return changedCall;
    }

    void changedCall(@Nullable ToolCall changed) {
        changedCall = changed;
    }

    /** Lets its thread try it again after failures for which {@code decides} is true. */
    void setRetries(Predicate<Throwable> decides) {
        retries = decides;
    }

    boolean willTryAgain(Throwable failure) {
        return retries != null && retries.test(failure);
    }

    /** Whether another attempt does no harm: the call reads, is pure or idempotent. */
    boolean isRepeatable() {
        return tool().policy().idempotent() || onlyReads();
    }

    /** Whether the call touched something uncovered, or its tool certainly did not start, as the journal knows. */
    @Override
    protected boolean insistsOn(Outcome own) {
        return (kept != null && kept.isBarred())
                || (own instanceof Outcome.Failed failed && failed.error() instanceof UncoveredFootprintException);
    }

    Outcome outcome() {
        Outcome result = settled();
        if (result == null) {
            throw new IllegalStateException("call " + (index() + 1) + " ('" + binding.name() + "') has no outcome yet");
        }
        return result;
    }
}
