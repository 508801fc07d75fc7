package dev.interlock.execution;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.recording.Recording;
import dev.interlock.schedule.Call;
import dev.interlock.share.Claim;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What surrounds the calls of one round, however it runs: settings, context, owner and listeners. */
final class RoundFrame implements CancelSignal.Target, CallRound {

    /** For {@link #end}: every call has its outcome. */
    static final Runnable ALL_SETTLED = () -> {};

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final long number = NUMBERS.incrementAndGet();
    private final RoundSettings settings;
    private final CapturedContext context;
    private final @Nullable Executor callExecutor;
    private final @Nullable Object conversation;
    private final OwnerThread owner = new OwnerThread();
    private final RoundReporter reporter;
    private final BodyRunner bodies;

    /** Null without a journal. */
    private final @Nullable JournalledRound journal;

    /** The class loader of the calling thread. */
    private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

    /** The call whose body made this round, and waits for it, unless another thread does. */
    private final OuterCall caller = OuterCall.current();

    /** The calls. If they come one at a time, set when the round is over, under its driver's lock. */
    private DrivenCall[] calls;

    /** Identifies the round in every process that resumes it; made on first use, with this object's monitor. */
    private volatile @Nullable String id;

    /** Of which batch it runs a part; null if it runs all of one. Written before it begins. */
    private @Nullable BatchPart part;

    /** What it goes on from; null if it is new. Written before it begins. */
    private @Nullable ResumedRound resumed;

    private volatile boolean over;

    /** Whether a guard confines the calls to the owner; the owner writes this before it dispatches them. */
    private boolean confined;

    /** Written before the round begins. */
    private long startNanos;

    // Written under the driver's lock, by an owner that runs the round alone, or by the thread that ends the round; the
    // owner reads it after the round.
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Throwable internalError;

    RoundFrame(
            DrivenCall[] calls,
            RoundSettings settings,
            @Nullable Executor callExecutor,
            @Nullable Object conversation,
            CapturedContext context) {
        this.calls = calls;
        this.settings = settings;
        this.reporter = new RoundReporter(number, settings);
        RoundJournal keeping = settings.journal();
        this.journal =
                keeping == null ? null : new JournalledRound(keeping, settings.handover(), reporter, settings.time());
        this.bodies = new BodyRunner(context, reporter, journal, settings);
        this.callExecutor = callExecutor;
        this.conversation = conversation;
        this.context = context;
        for (int i = 0; i < calls.length; i++) {
            calls[i].takePlace(this, i);
        }
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public String id() {
        String known = id;
        if (known == null) {
            synchronized (this) {
                known = id == null ? UUID.randomUUID().toString() : id;
                id = known;
            }
        }
        return known;
    }

    /** It goes on from where it was suspended, by that name; before it begins. */
    synchronized void resumeFrom(SuspendedRound suspended) {
        id = suspended.id();
        resumed = new ResumedRound(suspended, settings.resumeRegister());
    }

    /** It runs a part of a batch, by the name of that; before it begins. */
    synchronized void setPart(BatchPart of) {
        id = of.batch().id();
        part = of;
    }

    @Nullable
    BatchPart part() {
        return part;
    }

    @Override
    public boolean isNamed() {
        return id != null;
    }

    @Override
    public int placeInBatch(int index) {
        return part == null ? index : part.placeInBatch(index);
    }

    /** What it goes on from; null if it is new. */
    @Nullable
    ResumedRound resumed() {
        return resumed;
    }

    /** Which of its suspensions it goes on from, 0 for none. */
    int resumedFrom() {
        return resumed == null ? 0 : resumed.suspension();
    }

    @Override
    public boolean isWaitedForBy(Call call) {
        return caller.is(call);
    }

    /** The round's writer to the journal; null without a journal. */
    @Nullable
    JournalledRound journal() {
        return journal;
    }

    RoundSettings settings() {
        return settings;
    }

    OwnerThread owner() {
        return owner;
    }

    RoundReporter reporter() {
        return reporter;
    }

    BodyRunner bodies() {
        return bodies;
    }

    @Nullable
    Executor callExecutor() {
        return callExecutor;
    }

    /** The recording of the call whose body waits for this round, which gets what the round touches; or null. */
    @Nullable
    Recording around() {
        return context.recording();
    }

    @Nullable
    ClassLoader classLoader() {
        return classLoader;
    }

    @Override
    public @Nullable Object conversation() {
        return conversation;
    }

    /** The conversation in which calls of other rounds hold resources; the executor's own if none is known. */
    Object sharingConversation() {
        return conversation == null ? settings.shared() : conversation;
    }

    @Override
    public @Nullable Claim ancestor() {
        return caller.ancestor();
    }

    @Override
    public @Nullable CallEvents newEvents() {
        return reporter.newEvents();
    }

    @Override
    public @Nullable KeptCall newKept() {
        return journal == null ? null : new KeptCall();
    }

    @Override
    public @Nullable ResultLimit resultLimit() {
        return settings.batch().result();
    }

    @Override
    public boolean announcesWithTurn() {
        return settings.interceptors().size() == settings.beforeTurn();
    }

    @Override
    public @Nullable CallControl control() {
        return owner.control();
    }

    @Override
    public @Nullable String cancelled() {
        return owner.cancelled();
    }

    /** Finds the calls' references; returns whether there are any, so that the round needs its plan. */
    boolean findReferences() {
        if (!settings.chaining()) {
            return false;
        }
        List<DrivenCall> all = Arrays.asList(calls);
        boolean found = false;
        for (DrivenCall call : calls) {
            RoundReferences.find(call, all, true);
            found |= call.references() != null;
        }
        return found;
    }

    DrivenCall[] calls() {
        return calls;
    }

    void calls(DrivenCall[] all) {
        calls = all;
    }

    /** Begins the round. {@code whyNot} says why it is not resumed; null if it is, or is new. */
    void begin(@Nullable Throwable whyNot) {
        if (journal != null) {
            if (whyNot == null) {
                journal.begins(id(), resumedFrom(), calls, part);
            } else {
                journal.leaveAlone(whyNot);
            }
        }
        startNanos = settings.time().nanos();
        reporter.roundStarted(calls, startNanos, context);
        settings.closing().add(this);
        context.cancellable(this);
        if (over) {
            // It was cancelled before all that can cancel it knew it.
            forget();
        }
    }

    /**
     * The thread of the call whose body waits for the round on the owner; null if nothing interrupts that call alone.
     */
    @Nullable
    RunningThread aroundOwner() {
        return caller.runningHere();
    }

    /**
     * Asks the guards on the current thread, which is the owner. This runs foreign code.
     *
     * @param asked the calls that the question is about
     */
    RoundGuards.Answer askGuards(List<DrivenCall> asked) {
        if (!isGuarded() || asked.isEmpty()) {
            return RoundGuards.Answer.ANYWHERE;
        }
        RoundGuards.Answer answer = settings.guards()
                .ask(asked.stream().map(call -> call.body().call()).toList());
        Throwable refusal = answer.refusal();
        if (refusal != null && Interrupts.isInterrupt(refusal)) {
            // The owner was interrupted while a guard worked. That ends the round, as at any other time.
            owner.recordInterrupt();
            return new RoundGuards.Answer(answer.where(), null);
        }
        confined = answer.where() == RoundGuard.Where.ON_OWNER;
        return answer;
    }

    boolean isGuarded() {
        return !settings.guards().isEmpty();
    }

    boolean isConfined() {
        return confined;
    }

    long startNanos() {
        return startNanos;
    }

    /** Waits for this round. A call whose body waits here holds no cap meanwhile. */
    void whileLent(Runnable wait) {
        caller.whileLent(wait);
    }

    /**
     * Ends the round, and tells the listeners. Throws nothing: if the engine fails here, the error leaves the round.
     *
     * @param settle gives calls outcomes that the journal must not have; afterwards every call has one
     */
    void end(DrivenCall[] ended, Runnable settle) {
        over = true;
        try {
            if (journal != null) {
                journal.over(ended, internalError != null);
            }
        } catch (Throwable e) {
            failed(e);
        }
        try {
            forget();
            settle.run();
            reporter.roundEnded(ended, startNanos, settings.time().nanos());
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** The engine failed where every call has its outcome, and no other thread writes the round's failure. */
    void failed(Throwable error) {
        if (internalError == null) {
            internalError(error);
        }
        Collapsing.tell(number, error);
    }

    /** The owner leaves the round, be it by an exception, and gets its interrupt flag back. */
    void leave() {
        owner.restoreFlag(caller.here());
        if (!over) {
            over = true;
            forget();
        }
    }

    private void forget() {
        settings.closing().remove(this);
        context.notCancellable(this);
    }

    @Override
    public void cancel(String why) {
        owner.cancel(why);
    }

    /** The failure that must leave the round, or null. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    void failure(@Nullable Throwable leaving) {
        failure = leaving;
    }

    /** The failure if it is the engine's own; otherwise null. */
    @Nullable
    Throwable internalError() {
        return internalError;
    }

    void internalError(Throwable error) {
        internalError = error;
        failure = error;
    }

    /** Cheaper than an identity hash code: every round is in a set for a while. */
    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }
}
