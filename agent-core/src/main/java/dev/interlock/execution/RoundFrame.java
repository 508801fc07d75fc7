package dev.interlock.execution;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.recording.Recording;
import dev.interlock.share.Claim;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What surrounds the calls of one round, however it runs: settings, context, owner and listeners. */
final class RoundFrame implements CancelSignal.Target {

    /** For {@link #end}: every call has its outcome. */
    static final Runnable ALL_SETTLED = () -> {};

    private final RoundName name = new RoundName();
    private final RoundSettings settings;
    private final CapturedContext context;
    private final @Nullable Executor callExecutor;
    private final @Nullable Object conversation;
    private final OwnerThread owner = new OwnerThread();
    private final RoundFacts facts;
    private final RoundReporter reporter;

    /** Null without a journal. */
    private final @Nullable JournalledRound journal;

    /** The class loader of the calling thread. */
    private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

    /** The call whose body made this round, and waits for it, unless another thread does. */
    private final OuterCall caller = OuterCall.current();

    /** The calls. If they come one at a time, set when the round is over, under its driver's lock. */
    private DrivenCall[] calls;

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
        this.facts = new RoundFacts(
                name,
                new RoundClock(settings.time()),
                conversation,
                caller.call(),
                caller.ancestor(),
                settings.batch().result(),
                settings.interceptors().size() == settings.beforeTurn(),
                owner);
        this.reporter = new RoundReporter(name.number(), settings, facts.clock());
        RoundJournal keeping = settings.journal();
        this.journal = keeping == null ? null : new JournalledRound(keeping, settings.handover(), settings.time());
        this.callExecutor = callExecutor;
        this.conversation = conversation;
        this.context = context;
        for (int i = 0; i < calls.length; i++) {
            take(calls[i], i);
        }
    }

    long number() {
        return name.number();
    }

    /** The round's id, see {@link RoundName#id}. */
    String id() {
        return name.id();
    }

    /** It goes on from where it was suspended, by that name; before it begins. */
    void resumeFrom(SuspendedRound suspended) {
        name.setId(suspended.id());
        resumed = new ResumedRound(suspended, settings.resumeRegister());
    }

    /** It runs a part of a batch; before it begins. */
    void setPart(BatchPart of) {
        name.setPart(of);
    }

    @Nullable
    BatchPart part() {
        return name.part();
    }

    /** What it goes on from; null if it is new. */
    @Nullable
    ResumedRound resumed() {
        return resumed;
    }

    /** The round as data, when nothing of it runs any more; null if each call has its outcome. */
    @Nullable
    SuspendedRound suspended() {
        return KeptRounds.areSuspended(calls) ? KeptRounds.of(id(), resumedFrom(), calls, name.part()) : null;
    }

    /** Which of its suspensions it goes on from, 0 for none. */
    int resumedFrom() {
        return resumed == null ? 0 : resumed.suspension();
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

    CapturedContext context() {
        return context;
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

    @Nullable
    Object conversation() {
        return conversation;
    }

    /** The conversation in which calls of other rounds hold resources; the executor's own if none is known. */
    Object sharingConversation() {
        return conversation == null ? settings.shared() : conversation;
    }

    @Nullable
    Claim ancestor() {
        return facts.ancestor();
    }

    /** Takes a new call into the round. */
    void take(DrivenCall call, int index) {
        call.takePlace(facts, index, reporter.newEvents(), journal == null ? null : new KeptCall());
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
                journal.begins(id(), resumedFrom(), calls, name.part());
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
        Collapsing.tell(number(), error);
    }

    /** The owner leaves the round, be it by an exception, and gets its interrupt flag back. */
    void leave() {
        owner.restoreFlag();
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
        return Long.hashCode(number());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }
}
