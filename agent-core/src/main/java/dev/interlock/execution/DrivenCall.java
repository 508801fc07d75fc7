package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.effect.Access;
import dev.interlock.footprint.UncoveredFootprintException;
import dev.interlock.plan.PlannedCall;
import dev.interlock.reference.ArgumentReferences;
import dev.interlock.reference.ReferredResult;
import dev.interlock.schedule.Call;
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

    /** The calls, by place from 0, as a call's references number them if not by its round; and the call's own place. */
    record Numbering(IntFunction<DrivenCall> callAt, int size, int place) {}

    private final CallBody body;
    private final ToolBinding binding;

    // Written before its round begins, or before it is admitted.
    private @Nullable Numbering numbering;
    private @Nullable ArgumentReferences references;
    private Map<Integer, DrivenCall> producers = Map.of();
    private @Nullable CallRound of;
    private @Nullable CallEvents events;
    private @Nullable KeptCall kept;

    /** As delivered to listeners; null if not delivered. */
    private @Nullable PlannedCall plannedCall;

    /** The result for calls that refer to it; any thread finds the same. */
    private volatile @Nullable ReferredResult referred;

    /** What it is through suspensions of its round; null as long as there is nothing to say. */
    private @Nullable CallHistory history;

    // Written once it is dispatched, before it is given to the schedule.
    private volatile @Nullable RunningThread running;
    private @Nullable CallControl control;

    /** The thread made for this call, set under the driver's lock before it is started; for the owner, who joins it. */
    private volatile @Nullable Thread launched;

    /** What it shares with other replicas; written by the thread of the call, read by those that end it. */
    private volatile @Nullable ReplicaHold replicaHold;

    // Written and read by the thread of the call.
    private @Nullable ToolCall changedCall;
    private @Nullable Predicate<Throwable> retries;

    DrivenCall(CallBody body, ToolBinding binding) {
        super(binding.traits());
        this.body = body;
        this.binding = binding;
    }

    /** The call that a schedule speaks of: all that drivers give it are of this class. */
    static DrivenCall of(Call call) {
        return (DrivenCall) call;
    }

    static DrivenCall behind(Claim claim) {
        return of(Call.claiming(claim));
    }

    CallBody body() {
        return body;
    }

    ToolBinding binding() {
        return binding;
    }

    /** A round has it as its call {@code place}. */
    void takePlace(CallRound round, int place) {
        takePlace(round.number(), place);
        of = round;
        events = round.newEvents();
        kept = round.newKept();
        if (body.announces()) {
            announces(round.announcesWithTurn());
        }
    }

    /** What the innermost call around its round holds of what rounds share, or null. */
    @Nullable
    Claim claimAround() {
        return of == null ? null : of.ancestor();
    }

    /** What identifies the conversation of its round; null if that is not known, or it has none. */
    @Nullable
    Object conversation() {
        return of == null ? null : of.conversation();
    }

    CallRound requireRound() {
        return Objects.requireNonNull(of, "belongs to no round");
    }

    KeptCall kept() {
        return Objects.requireNonNull(kept, "not journalled");
    }

    /** It goes on from where it was when its round was suspended; before it is given to that. */
    void resumes(CallHistory from) {
        history = from;
    }

    CallHistory history() {
        history = history == null ? new CallHistory(null) : history;
        return history;
    }

    /** How far it had come when its round was suspended; null if it is new. */
    @Nullable
    SuspendedCall before() {
        return history == null ? null : history.before();
    }

    // What its arguments refer to.

    void countIn(Numbering list) {
        numbering = list;
    }

    @Nullable
    Numbering numbering() {
        return numbering;
    }

    /** Its arguments refer to others, by the numbers as it counts them. */
    void refersTo(ArgumentReferences found, Map<Integer, DrivenCall> others) {
        references = found;
        producers = others;
    }

    @Nullable
    ArgumentReferences references() {
        return references;
    }

    /** Whether its arguments are not known without results of other calls. */
    boolean refersToResults() {
        return references != null && references.isOpen();
    }

    /** The call that it refers to by a number which was found in its arguments. */
    DrivenCall producer(int number) {
        DrivenCall producer = producers.get(number);
        if (producer == null) {
            throw new IllegalStateException("a reference to call " + number + " was not found before");
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

    /** Runs functions of the user. */
    List<Access> findAccesses() {
        if (references != null) {
            return binding.accesses(references);
        }
        if (binding.isPure()) {
            return body.hasObjectArguments() ? List.of() : ToolBinding.BARRIER;
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

    /** Null without listeners. */
    @Nullable
    CallEvents events() {
        return events;
    }

    CallEvents requireEvents() {
        return Objects.requireNonNull(events, "the round has no listeners");
    }

    /** The first access of the changed call that the plan does not cover, or null. */
    @Nullable
    Access unplanned(ToolCall changed) {
        List<Access> planned = accesses();
        for (Access access : binding.plan(changed).accesses()) {
            if (planned.stream().noneMatch(known -> known.covers(access))) {
                return access;
            }
        }
        return null;
    }

    /** The call that its body runs, with the arguments that references and interceptors gave it. */
    ToolCall ran() {
        return changedCall == null ? body.call() : changedCall;
    }

    /** What the effects in force say about the call that the body runs. This may run the user's functions. */
    List<Access> declared() {
        boolean planned = control != null && changedCall == null;
        return planned ? accesses() : binding.accesses(ran());
    }

    CallRefusedException refusal(String why) {
        return new CallRefusedException(inWords() + " was not run: " + why);
    }

    /** Refuses the call with its round. A call with a refusal of its own keeps it. */
    void refuseWithRound(Throwable refusal) {
        if (refusal() == null) {
            refuse(refusedWithRound(new Outcome.Failed(refusal).message()));
        }
    }

    /** What it comes to if a guard has refused its round before it began. */
    Outcome refusedWithRound(String why) {
        return new Outcome.Failed(new CallRefusedException(inWords() + " was not run, its round was refused: " + why));
    }

    /** It is dispatched: its thread asks {@code by}. */
    void drivenBy(CallControl by) {
        control = by;
        if (running == null) {
            running = new RunningThread();
        }
    }

    CallControl control() {
        return Objects.requireNonNull(control, "not dispatched");
    }

    RunningThread running() {
        return Objects.requireNonNull(running, "not dispatched");
    }

    /** Null as long as only the owner, which runs the call, could interrupt it. */
    @Nullable
    RunningThread runningIfDispatched() {
        return running;
    }

    boolean isInterruptedByRound() {
        RunningThread known = running;
        return known != null && known.isInterruptedByRound();
    }

    @Nullable
    Thread launched() {
        return launched;
    }

    void launched(@Nullable Thread thread) {
        launched = thread;
    }

    /** Whether an interrupt of the call caused the failure, so that it is not the tool's own. */
    boolean endedByInterrupt(Throwable error) {
        boolean onOwner = threadKind() == ThreadKind.OWNER;
        RunningThread known = running;
        return known == null ? onOwner && RunningThread.explainsOnOwner(error) : known.explains(error, onOwner);
    }

    /** Whether an interrupt from outside the round has reached the owner, which runs the call: then there is no retry. */
    boolean endedWithOwner(Throwable error) {
        return threadKind() == ThreadKind.OWNER && !isInterruptedByRound() && RunningThread.explainsOnOwner(error);
    }

    // What it shares with other replicas.

    void replicaHold(ReplicaHold hold) {
        replicaHold = hold;
    }

    /** Null as long as it has asked them for nothing. */
    @Nullable
    ReplicaHold replicaHold() {
        return replicaHold;
    }

    @Override
    protected String keptWaiting() {
        ReplicaHold hold = replicaHold;
        return hold == null ? "" : hold.keptWaiting();
    }

    // For its body, on its thread.

    /** Announces that the tool comes next; returns false if the call has ended, so that the tool must not start. */
    boolean announce() {
        if (!isToBeAnnounced()) {
            return true;
        }
        CallRound round = requireRound();
        CallControl by = round.control();
        if (by == null && round.cancelled() == null) {
            announceAlone();
            // A thread that takes the round over sees this, or this sees that thread.
            by = round.control();
            return by == null || by.announced(this);
        }
        return by != null && by.announced(this);
    }

    /** Has the limit of the attempt stand still while it waits for what is not the tool's. */
    <T extends @Nullable Object> T untimed(Callable<T> wait) throws Exception {
        CallControl by = of == null ? null : of.control();
        if (by == null) {
            return wait.call();
        }
        by.stopClock(this);
        try {
            return wait.call();
        } finally {
            by.startClock(this);
        }
    }

    @Nullable
    ResultLimit resultLimit() {
        return of == null ? null : of.resultLimit();
    }

    /** The call with the arguments that interceptors gave it, or null. */
    @Nullable
    ToolCall changedCall() {
        return changedCall;
    }

    void changedCall(@Nullable ToolCall changed) {
        changedCall = changed;
    }

    /** Its thread may try it again, after failures of which {@code decides} is true. */
    void retries(Predicate<Throwable> decides) {
        retries = decides;
    }

    boolean willTryAgain(Throwable failure) {
        return retries != null && retries.test(failure);
    }

    /** Whether another attempt does no harm. */
    boolean isRepeatable() {
        return tool().policy().idempotent() || onlyReads();
    }

    /**
     * The call touched something that its effects do not cover, so what they say about an ended call does not hold. Or
     * the journal knows that its tool was not started.
     */
    @Override
    protected boolean insistsOn(Outcome own) {
        return (kept != null && kept.isRefused())
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
