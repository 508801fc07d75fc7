package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.share.Claim;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One batch being executed, for integrations that bring their own {@link CallTask}s; users of
 * {@link ToolCallExecutor#execute} do not meet it.
 *
 * <p>The thread that calls {@link #execute()} is the owner. Where sequential execution is known to be as fast, it runs
 * the calls itself, one after another, without any plan: where each call is to wait for the one before anyway, and where
 * all tools have been brief of late, see {@link InlineRun}.
 */
public final class Round {

    private static final AtomicLong NUMBERS = new AtomicLong();

    /** The innermost round whose calls the current thread runs itself, one after another. */
    private static final ThreadLocal<@Nullable Round> INLINE = new ThreadLocal<>();

    static final String INTERRUPTED = "the calling thread was interrupted";
    static final String FAILED = "the failure of another call ended the round";

    final RoundSettings settings;
    private final CapturedContext context;

    private final @Nullable Executor callExecutor;
    private final @Nullable Object conversation;

    /** The call whose body waits for this round, or null. */
    private final @Nullable CallTask caller;

    /** What it holds, and lends while its body waits; null if it holds nothing that rounds share. */
    private final @Nullable Claim callerClaim;

    /** That, or what the innermost call around the caller holds. */
    private final @Nullable Claim ancestor;

    /** That of the thread that called in. */
    private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

    private final Object cancelLock = new Object();

    // Guarded by cancelLock.
    private @Nullable Dispatcher dispatcher;
    private @Nullable Thread inlineThread;
    private boolean cancelInterrupted;

    private volatile boolean over;

    /** Why the round was cancelled; written with cancelLock held. */
    private volatile @Nullable String cancelled;

    /** Of a round whose calls come one at a time, set when it is over. */
    CallTask[] tasks;

    /** Null until somebody waits for a round whose calls come one at a time. */
    private volatile @Nullable Thread owner;

    private final long number = NUMBERS.incrementAndGet();
    private final RoundReporter reporter;
    private final BodyRunner bodies;

    // Only accessed by the owner.
    private boolean executed;
    private boolean interrupted;
    private boolean tookCancelInterrupt;
    private @Nullable Round inlineAround;

    @Nullable
    Throwable failure;

    /** Set with the failure if that is the engine's own. */
    @Nullable
    Throwable internalError;

    private long startNanos;

    Round(
            List<? extends CallTask> calls,
            RoundSettings settings,
            @Nullable Executor callExecutor,
            @Nullable Object conversation,
            CapturedContext context) {
        this.tasks = calls.toArray(CallTask[]::new);
        this.settings = settings;
        this.reporter = new RoundReporter(number, settings);
        this.bodies = new BodyRunner(context, reporter, settings);
        this.callExecutor = callExecutor;
        this.conversation = conversation;
        this.context = context;
        this.caller = CallTask.current();
        this.callerClaim = caller == null ? null : caller.claim;
        this.ancestor = caller == null || callerClaim != null ? callerClaim : caller.claimAround();
        for (int i = 0; i < tasks.length; i++) {
            tasks[i].take(i, this);
        }
    }

    /**
     * Executes the batch on the current thread and threads of its own. When it returns every call has its outcome, and
     * every thread it started has ended, those of abandoned calls excepted.
     *
     * <p>If the current thread is interrupted, or was before, no further call starts, those that run are interrupted, the
     * rest get a cancelled outcome, and the interrupt flag is set on return.
     *
     * @throws IllegalStateException if it was executed before
     */
    public void execute() {
        if (executed) {
            throw new IllegalStateException("round " + number() + " was executed before");
        }
        executed = true;
        owner = Thread.currentThread();
        inlineAround = INLINE.get();
        begin();
        if (callerClaim == null) {
            run();
        } else {
            lent(this::run);
        }
        restoreInterrupt();
    }

    /** While the body of a call waits for this round, the call holds no cap. */
    void lent(Runnable wait) {
        if (caller == null || callerClaim == null) {
            wait.run();
            return;
        }
        TaskClaimant.of(callerClaim).dispatcher().lend(caller);
        try {
            wait.run();
        } finally {
            TaskClaimant.of(callerClaim).dispatcher().reclaim(caller);
        }
    }

    private void run() {
        boolean plain = !findReferences() && isPlain();
        if (plain && isChain()) {
            runInline(false);
        } else if (plain && BodyTime.sequentialIsAsFast(tasks)) {
            runInline(true);
        } else {
            runDispatched(0);
        }
    }

    /** From a given call on; those before are done. */
    void runDispatched(int first) {
        Dispatcher planned = new Dispatcher(this, first);
        planned.begin();
        // Not before: until all calls are admitted nobody else may end them. The owner looks whether it was cancelled.
        dispatchedBy(planned);
        planned.run();
    }

    /** Finds the references; a round with some needs its plan. */
    boolean findReferences() {
        if (!settings.chaining()) {
            return false;
        }
        List<CallTask> calls = Arrays.asList(tasks);
        boolean found = false;
        for (CallTask task : tasks) {
            TaskReferences.prepare(task, calls, true);
            found |= task.references != null;
        }
        return found;
    }

    void begin() {
        startNanos = settings.time().nanos();
        reporter.roundStarted(tasks);
        settings.closing().add(this);
        context.cancellable(this);
        if (over) {
            // Cancelled before it was known to all who can.
            forget();
        }
    }

    private void forget() {
        settings.closing().remove(this);
        context.notCancellable(this);
    }

    /** Every call has its outcome, and the listeners know. */
    void over() {
        over = true;
        forget();
        reporter.roundEnded(tasks, startNanos, settings.time().nanos());
    }

    /** Also one that was sent twice, to cancel this round and what its thread does around it: the flag is only one. */
    void restoreInterrupt() {
        boolean sentTwice = tookCancelInterrupt
                && ((inlineAround != null && inlineAround.cancelled != null)
                        || (caller != null && caller.running.isInterruptedByRound()));
        if (interrupted || sentTwice) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Whether the thread that executed the round was interrupted.
     *
     * @return true if that ended the round
     */
    public boolean interrupted() {
        return interrupted;
    }

    /**
     * What must leave the round, see {@link RoundFailure}; of several the one of the earliest call.
     *
     * @return the cause, or null if there is none
     */
    public @Nullable Throwable failure() {
        return failure;
    }

    /**
     * The results with calls and times.
     *
     * @return one result a call, in call order
     */
    public List<CallResult> results() {
        return reporter.results(tasks);
    }

    long startNanos() {
        return startNanos;
    }

    long number() {
        return number;
    }

    @Nullable
    ClassLoader classLoader() {
        return classLoader;
    }

    /** Cheaper than that of an object that has none of its own: every round is kept in a set for a while. */
    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Nullable
    Executor callExecutor() {
        return callExecutor;
    }

    @Nullable
    Object conversation() {
        return conversation;
    }

    /** What stands for the conversation where calls of other rounds hold resources: the executor's own if none is known. */
    Object scope() {
        return conversation == null ? settings.shared() : conversation;
    }

    @Nullable
    Claim ancestor() {
        return ancestor;
    }

    /**
     * Why the round was cancelled, by {@link #cancel}, a {@link Cancellation}, or closing the executor.
     *
     * @return the reason, or null if it was not
     */
    public @Nullable String cancelled() {
        return cancelled;
    }

    /**
     * Cancels the round, on any thread: no further call starts, running ones are interrupted. Does not wait. The
     * first reason counts.
     *
     * @param why in words, for the messages of the calls
     */
    public void cancel(String why) {
        Dispatcher dispatched;
        String reason;
        synchronized (cancelLock) {
            String before = cancelled;
            reason = before == null ? why : before;
            cancelled = reason;
            Thread inlined = inlineThread;
            if (before == null && inlined != null) {
                cancelInterrupted = true;
                inlined.interrupt();
            }
            dispatched = inlined == null ? dispatcher : null;
        }
        if (dispatched != null) {
            // Also if it was cancelled before: whoever did may not have come so far yet.
            dispatched.cancel(reason);
        }
    }

    /** From here on a cancel goes to the dispatcher; gives the reason if there has been one. */
    @Nullable
    String dispatchedBy(Dispatcher planned) {
        synchronized (cancelLock) {
            dispatcher = planned;
            inlineThread = null;
            return cancelled;
        }
    }

    private void inlineOn(@Nullable Thread thread) {
        synchronized (cancelLock) {
            inlineThread = thread;
        }
    }

    /** Whether the interrupt that the current thread has noticed was sent to cancel the round, and not by anybody else. */
    private boolean isCancelInterrupt() {
        synchronized (cancelLock) {
            boolean result = cancelInterrupted;
            cancelInterrupted = false;
            tookCancelInterrupt |= result;
            return result;
        }
    }

    @Nullable
    Thread owner() {
        return owner;
    }

    void own(Thread thread) {
        owner = thread;
    }

    /** Without limits of time the owner need not be the timer, without priorities call order is as good as any. */
    private boolean isPlain() {
        if (!settings.isPlain() || tasks.length > settings.batch().maxCalls()) {
            return false;
        }
        for (CallTask task : tasks) {
            if (!task.binding().isPlain()) {
                return false;
            }
        }
        return true;
    }

    /** Whether each call waits for the one before, whatever the arguments are. */
    private boolean isChain() {
        if (settings.maxConcurrency() == 1) {
            return true;
        }
        boolean barrierBefore = true;
        for (CallTask task : tasks) {
            boolean barrier = task.binding().isBarrier();
            if (!barrier && !barrierBefore) {
                return false;
            }
            barrierBefore = barrier;
        }
        return true;
    }

    private void runInline(boolean watched) {
        inlineOn(owner);
        INLINE.set(this);
        try {
            new InlineRun(this, watched).run();
        } finally {
            if (inlineAround == null) {
                INLINE.remove();
            } else {
                INLINE.set(inlineAround);
            }
        }
    }

    /** The owner has run all calls itself. */
    void inlineOver() {
        inlineOn(null);
        if (isCancelInterrupt()) {
            Thread.interrupted();
        }
        over();
    }

    /** Runs a call, from {@code now} on, on the owner. */
    Attempt runOnOwner(CallTask task, long now) {
        try {
            return settleOwn(task, bodies.run(task, now));
        } catch (Throwable e) {
            return bodies.brokenOff(task, e);
        }
    }

    /** A call that ran on the owner: notes an interrupt, and takes the flag, which is set again at the end. */
    Attempt settleOwn(CallTask task, Attempt attempt) {
        Outcome outcome = attempt.outcome();
        if (task.running.thread() != null) {
            // An interrupt that comes later is not the round's, unless a rescuer takes over only then.
            task.running.leave();
        }
        boolean flagged = Thread.interrupted();
        if (task.running.isInterruptedByRound()) {
            isCancelInterrupt();
            interrupted |= task.running.wasInterruptedBefore();
            return attempt;
        }
        if (flagged || (outcome instanceof Outcome.Failed failed && Interrupts.isInterrupt(failed.error()))) {
            noteInterrupt();
            String why = cancelled;
            return attempt.cameTo(
                    outcome.isSuccess()
                            ? outcome
                            : Messages.interrupted(
                                    task, attempt.end(), interrupted || why == null ? INTERRUPTED : why));
        }
        return attempt;
    }

    void noteInterrupt() {
        if (!isCancelInterrupt()) {
            interrupted = true;
        }
    }

    BodyRunner bodies() {
        return bodies;
    }

    RoundReporter reporter() {
        return reporter;
    }
}
