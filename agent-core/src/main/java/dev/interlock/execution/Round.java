package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.event.RoundReport;
import dev.interlock.execution.CallTask.Phase;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One batch being executed, for integrations that bring their own {@link CallTask}s; users of
 * {@link ToolCallExecutor#execute} do not meet it.
 *
 * <p>The thread that calls {@link #execute()} is the owner. Where sequential execution is known to be as fast, it runs
 * the calls itself, one after another, without any plan: where each call is to wait for the one before anyway, and where
 * all tools have been brief of late. In the latter case {@link BriefWatch} looks on, and if a call turns out not to be
 * brief the others are dispatched to threads of their own while the owner still runs that one.
 */
public final class Round {

    private static final Logger log = LoggerFactory.getLogger(Round.class);
    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final long RESCUER_JOIN_MILLIS = 1_000;

    static final String INTERRUPTED = "the calling thread was interrupted";
    static final String FAILED = "the failure of another call ended the round";

    final RoundSettings settings;
    private final CapturedContext context;

    /** Of a round whose calls come one at a time, set when it is over. */
    CallTask[] tasks;

    /** Null until somebody waits for a round whose calls come one at a time. */
    private volatile @Nullable Thread owner;

    private final long number = NUMBERS.incrementAndGet();

    private final InlineSlot<Dispatcher> inline = new InlineSlot<>();
    private final Object rescueLock = new Object();

    // Guarded by rescueLock.
    private @Nullable Thread rescuer;
    private boolean inlineOver;

    /** The call for which a rescuer was started last; only accessed by the watch. */
    private int rescueTried = -1;

    // Only accessed by the owner.
    private boolean executed;
    private boolean interrupted;

    @Nullable
    Throwable failure;

    private long startNanos;
    private long endNanos;

    Round(List<? extends CallTask> calls, RoundSettings settings, CapturedContext context) {
        this.tasks = calls.toArray(CallTask[]::new);
        this.settings = settings;
        this.context = context;
        for (int i = 0; i < tasks.length; i++) {
            tasks[i].take(i);
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
        begin();
        boolean plain = isPlain();
        if (plain && isChain()) {
            runInline(false);
        } else if (plain && BodyTime.sequentialIsAsFast(tasks)) {
            runInline(true);
        } else {
            Dispatcher planned = new Dispatcher(this, 0);
            planned.begin();
            planned.run();
        }
        restoreInterrupt();
    }

    void begin() {
        startNanos = settings.time().nanos();
        if (!settings.listeners().isEmpty()) {
            emit(new RoundEvent.RoundStarted(number(), calls(), settings.time().instant()));
        }
    }

    /** Every call has its outcome, and the listeners know. */
    void over() {
        endNanos = settings.time().nanos();
        if (!settings.listeners().isEmpty()) {
            emit(new RoundEvent.RoundEnded(report()));
        }
    }

    void restoreInterrupt() {
        if (interrupted) {
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
        Clock clock = new Clock();
        return Arrays.stream(tasks).map(task -> result(task, clock)).toList();
    }

    long startNanos() {
        return startNanos;
    }

    long number() {
        return number;
    }

    /** Cheaper than that of an object that has none of its own: the watch keeps rounds in a set. */
    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
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
        if (!settings.isUnlimited()) {
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

    /** Runs all calls on the owner in call order: always correct. */
    private void runInline(boolean watched) {
        boolean rescued = false;
        try {
            if (watched) {
                BriefWatch.SHARED.add(this);
            }
            long now = startNanos;
            for (int i = 0; i < tasks.length; i++) {
                CallTask task = tasks[i];
                if (interrupted || failure != null || (interrupted = Thread.interrupted())) {
                    String why = interrupted ? INTERRUPTED : FAILED;
                    task.outcome = Messages.notStarted(task, why);
                    task.startNanos = task.endNanos = now;
                    task.phase = Phase.DONE;
                    ended(task);
                    continue;
                }
                task.phase = Phase.RUNNING;
                task.startNanos = now;
                task.attempts = 1;
                task.threadKind = ThreadKind.OWNER;
                if (watched) {
                    inline.begin(i, now);
                }
                Outcome outcome = settleOwn(task, attempt(task, now));
                now = task.bodyEndNanos;
                Dispatcher rescuer = watched ? inline.end(i) : null;
                if (rescuer != null) {
                    rescuer.end(task, outcome);
                    rescuer.run();
                    rescued = true;
                    return;
                }
                task.startNanos = task.bodyStartNanos;
                task.endNanos = now;
                task.outcome = outcome;
                task.phase = Phase.DONE;
                if (task.failsRound && outcome instanceof Outcome.Failed failed) {
                    failure = failed.error();
                }
                now = ended(task) ? settings.time().nanos() : now;
            }
        } finally {
            if (watched) {
                BriefWatch.SHARED.remove(this);
                joinRescuer();
            }
            if (!rescued) {
                over();
            }
        }
    }

    /** A call that ran on the owner: notes an interrupt, and takes the flag, which is set again at the end. */
    Outcome settleOwn(CallTask task, Outcome outcome) {
        boolean flagged = Thread.interrupted();
        if (task.interruptedByRound) {
            return outcome;
        }
        if (flagged || (outcome instanceof Outcome.Failed failed && Interrupts.isInterrupt(failed.error()))) {
            interrupted = true;
            task.failsRound = false;
            return outcome.isSuccess() ? outcome : Messages.interrupted(task, task.bodyEndNanos, INTERRUPTED);
        }
        return outcome;
    }

    void noteInterrupt() {
        interrupted = true;
    }

    /** Runs the body of a call, from {@code now} on, on the current thread, which holds no lock. */
    Outcome attempt(CallTask task, long now) {
        TimeSource time = settings.time();
        long start = now;
        if (!settings.listeners().isEmpty()) {
            emit(new RoundEvent.CallStarted(number(), task.index, task.call(), task.attempts, time.instant()));
            start = time.nanos();
        }
        Outcome outcome = task.interruptedByRound ? Messages.interrupted(task, start, INTERRUPTED) : run(task);
        task.bodyStartNanos = start;
        task.bodyEndNanos = time.nanos();
        BodyTime bodyTime = task.binding().bodyTime();
        if (task.threadKind == ThreadKind.OWNER) {
            bodyTime.ranOnOwner(task.bodyEndNanos - start);
        } else {
            bodyTime.ranOnThread(task.bodyEndNanos - start);
        }
        return outcome;
    }

    private Outcome run(CallTask task) {
        try {
            return new Outcome.Succeeded(context.isEmpty() ? runBody(task) : context.call(() -> runBody(task)));
        } catch (Throwable e) {
            // A propagator may have wrapped it.
            RoundFailure failure = task.roundFailure;
            return new Outcome.Failed(failure == null ? e : failure.leaving());
        }
    }

    private static @Nullable Object runBody(CallTask task) throws Exception {
        try {
            return task.run();
        } catch (RoundFailure e) {
            task.roundFailure = e;
            task.failsRound = true;
            throw e;
        }
    }

    /** Called by the watch: if the call that the owner runs is not brief after all, the others do not wait for it. */
    void rescueIfRunningFor(long nanos) {
        int running = inline.runningFor(nanos, settings.time().nanos());
        if (running < 0 || running == rescueTried || running == tasks.length - 1) {
            return;
        }
        rescueTried = running;
        synchronized (rescueLock) {
            if (!inlineOver) {
                Dispatcher dispatcher = new Dispatcher(this, running);
                rescuer = Thread.ofPlatform()
                        .daemon()
                        .name("interlock-rescue-" + number)
                        .inheritInheritableThreadLocals(false)
                        .start(() -> dispatcher.beginBeside(running));
            }
        }
    }

    /** The owner is through: a rescuer that came too late, or that user's code keeps, has nothing more to do. */
    private void joinRescuer() {
        Thread late;
        synchronized (rescueLock) {
            inlineOver = true;
            late = rescuer;
        }
        if (late != null) {
            late.interrupt();
            try {
                late.join(RESCUER_JOIN_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /** Whether the given dispatcher has the rest of the round from now on, while the owner still runs a call. */
    boolean handOver(Dispatcher rescuer, int running) {
        return inline.takeOver(running, rescuer);
    }

    /** Tells the listeners, if there are any. */
    boolean ended(CallTask task) {
        if (settings.listeners().isEmpty()) {
            return false;
        }
        emit(new RoundEvent.CallEnded(number(), task.index, result(task, new Clock())));
        return true;
    }

    private void emit(RoundEvent event) {
        for (RoundListener listener : settings.listeners()) {
            try {
                listener.onEvent(event);
            } catch (Throwable e) {
                log.warn("A listener failed on {}", event.getClass().getSimpleName(), e);
            }
        }
    }

    private List<ToolCall> calls() {
        return Arrays.stream(tasks).map(CallTask::call).toList();
    }

    private RoundReport report() {
        List<PlannedCall> planned =
                Arrays.stream(tasks).map(t -> t.binding().plan(t.call())).toList();
        Clock clock = new Clock();
        return new RoundReport(
                number(), CallPlan.of(planned), results(), clock.instant(startNanos), clock.instant(endNanos));
    }

    private static CallResult result(CallTask task, Clock clock) {
        return new CallResult(
                task.call(),
                task.outcome(),
                task.attempts,
                clock.instant(task.startNanos),
                clock.instant(task.endNanos),
                task.threadKind);
    }

    /** Turns readings of the nanosecond clock into instants, all by one reading of both clocks. */
    private final class Clock {
        private final Instant now = settings.time().instant();
        private final long nanos = settings.time().nanos();

        Instant instant(long at) {
            return now.minusNanos(nanos - at);
        }
    }
}
