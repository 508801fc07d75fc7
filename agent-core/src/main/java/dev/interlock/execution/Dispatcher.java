package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.execution.CallTask.Phase;
import dev.interlock.plan.CallPlan;
import dev.interlock.share.Claim;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the calls of a round as the scoreboard and the limits allow.
 *
 * <p>One lock guards all state of the round and of its tasks. No foreign code runs under it: bodies, listeners,
 * propagators, thread factories, effect functions, loggers and interrupts come after it, as {@link Work}. Whoever ends a
 * call, on whatever thread, starts the calls that became ready. The owner is the timer: it parks until the next limit;
 * whoever changes what it waits for unparks it. A wake-up cannot be lost, since the owner looks at the state under the
 * lock before it parks and an unpark that comes in between is kept by the thread.
 *
 * <p>A round whose calls come one at a time has no owner until somebody waits for it. Until then the clock's thread is
 * its timer: whoever would unpark the owner sets that timer anew.
 */
final class Dispatcher implements CallControl {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Round round;
    private final RoundSettings settings;
    private final CallStarter starter;
    private final int first;

    // Guarded by the lock.
    private final RoundState state;
    private @Nullable Future<?> alarm;
    private boolean over;

    /** The calls that have come; only accessed by the thread that admits them. */
    private final List<CallTask> admitted = new ArrayList<>();

    /**
     * Prepares to run the calls from {@code first} on. The current thread need not be the owner.
     *
     * @param first the place of the first call to run
     */
    Dispatcher(Round round, int first) {
        this.round = round;
        this.settings = round.settings;
        this.first = first;
        this.state = new RoundState(round, this, first);
        this.starter = new CallStarter(round, this::runOnThread, this::mayLaunch);
    }

    Round round() {
        return round;
    }

    /** Plans all calls. To be followed by {@link #run()}. */
    void begin() {
        try {
            findAccesses();
            lock.lock();
            try {
                state.admitAll();
                state.settleAllRefused();
                state.scheduleLimits();
            } finally {
                lock.unlock();
            }
        } catch (Throwable e) {
            // The owner is to find every call ended.
            lock.lock();
            try {
                state.seal();
            } finally {
                lock.unlock();
            }
            collapse(e, null);
        }
    }

    /**
     * Plans all calls while the owner runs the first of them, if it still does, and starts the others.
     *
     * @param slot of the owner: whoever ends or takes over the call first has the rest of the round
     */
    void beginBeside(int ownersCall, InlineSlot<Dispatcher> slot) {
        for (int i = first; i < round.tasks.length; i++) {
            if (!slot.isRunning(ownersCall)) {
                return;
            }
            prepare(round.tasks[i]);
        }
        CallTask ofOwner = round.tasks[ownersCall];
        Work work;
        lock.lock();
        try {
            state.admitAll();
            // Before the owner can find that it was handed over, and take its thread out.
            ofOwner.running.enter(Objects.requireNonNull(round.owner()));
            if (!slot.takeOver(ownersCall, this)) {
                ofOwner.running.leave();
                return;
            }
            state.runsOnOwner(ofOwner);
            state.settleAllRefused();
            String cancelled = round.dispatchedBy(this);
            if (cancelled != null) {
                state.ending.stop(cancelled);
            }
            state.dispatch();
            work = state.takeWork(false);
        } finally {
            lock.unlock();
        }
        perform(work);
    }

    /** Foreign code: functions of the user find accesses. */
    private void findAccesses() {
        for (int i = first; i < round.tasks.length; i++) {
            CallTask task = round.tasks[i];
            prepare(task);
        }
    }

    private void prepare(CallTask task) {
        task.accesses = task.binding().accesses(task);
        settings.batch().check(task);
    }

    // A round whose calls come one at a time.

    /** Before the first call is admitted. */
    void open() {
        lock.lock();
        try {
            state.scheduleLimits();
        } finally {
            lock.unlock();
        }
        wake();
    }

    /** Admits the next call, which starts at once if it may. */
    void admit(CallTask task) {
        task.take(admitted.size(), round);
        admitted.add(task);
        try {
            if (settings.chaining()) {
                TaskReferences.prepare(task, admitted, false);
            }
            prepare(task);
            change(() -> {
                state.admit(task);
                state.dispatch();
            });
        } catch (Throwable e) {
            collapse(e, null);
        }
    }

    /** The current thread becomes the owner, and no further call comes. To be followed by {@link #run()}. */
    void adopt() {
        lock.lock();
        try {
            round.own(Thread.currentThread());
            state.seal();
            state.ownerIsFree();
        } finally {
            lock.unlock();
        }
    }

    /** Ends what runs, and no further call starts; nobody need wait for it. */
    void cancel(String why) {
        change(() -> {
            if (round.owner() == null) {
                state.seal();
            }
            state.ending.cancel(why);
        });
        wake();
    }

    /** Wakes the owner; if there is none sees to it that the next limit is noticed, and the end of the round too. */
    private void wake() {
        Thread owner = round.owner();
        if (owner != null) {
            LockSupport.unpark(owner);
            return;
        }
        boolean done;
        lock.lock();
        try {
            done = state.isDone() && round.owner() == null;
            if (!done && round.owner() == null) {
                setAlarm();
            }
        } finally {
            lock.unlock();
        }
        if (done) {
            finish();
        }
    }

    /** For the next limit, while no owner waits for it. Called with the lock held. */
    void setAlarm() {
        silenceAlarm();
        long nanos = state.park();
        if (nanos != RoundSettings.NO_LIMIT) {
            alarm = settings.time().callAfter(nanos, this::alarmRings);
        }
    }

    /** Called with the lock held. */
    void silenceAlarm() {
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
    }

    /** On the clock's thread, which all rounds share: what may run foreign code goes to another one. */
    private void alarmRings() {
        try {
            expireWithoutOwner();
        } catch (Throwable e) {
            collapse(e, null);
        }
    }

    private void expireWithoutOwner() {
        Work work;
        boolean done;
        lock.lock();
        try {
            if (round.owner() != null && !state.ownerRunsCall()) {
                return;
            }
            state.ending.expireLimits();
            state.dispatch();
            work = state.takeWork(false);
            done = state.isDone();
            setAlarm();
        } finally {
            lock.unlock();
        }
        if (done || !work.isEmpty()) {
            Thread.ofPlatform()
                    .daemon()
                    .name("interlock-alarm-" + round.number())
                    .inheritInheritableThreadLocals(false)
                    .start(() -> perform(work));
        }
    }

    /** The owner's part: returns when every call has its outcome. */
    void run() {
        boolean done = false;
        while (!done) {
            try {
                done = step();
            } catch (Throwable e) {
                collapse(e, null);
            }
        }
        starter.joinAll(state.tasks, first);
        finish();
    }

    /** Every call has its outcome: tells those that no thread of a call has told. */
    private void finish() {
        lock.lock();
        try {
            if (over && round.owner() == null) {
                // A call that comes late: whoever awaits the round will see it.
                return;
            }
            round.tasks = state.tasks.toArray(CallTask[]::new);
            if (over) {
                return;
            }
            over = true;
            silenceAlarm();
        } finally {
            lock.unlock();
        }
        for (int i = first; i < round.tasks.length; i++) {
            CallTask task = round.tasks[i];
            if (!task.told) {
                round.reporter().callEnded(task);
            }
        }
        round.over();
    }

    /** Whether all is done. */
    private boolean step() {
        CallTask mine;
        Work work;
        long parkNanos = 0;
        lock.lock();
        try {
            if (Thread.interrupted()) {
                round.noteInterrupt();
            }
            if (round.interrupted()) {
                state.ending.stop(Round.INTERRUPTED);
            }
            String cancelled = round.cancelled();
            if (cancelled != null) {
                state.ending.stop(cancelled);
            }
            state.ending.expireLimits();
            state.dispatch();
            mine = state.takeForOwner();
            work = state.takeWork(true);
            if (mine == null && work.isEmpty()) {
                if (state.isDone()) {
                    return true;
                }
                parkNanos = state.park();
            }
        } finally {
            lock.unlock();
        }
        perform(work);
        if (mine != null) {
            runOnOwner(mine);
        } else if (work.isEmpty()) {
            settings.time().park(this, parkNanos);
        }
        return false;
    }

    private void runOnOwner(CallTask task) {
        if (begin(task, ThreadKind.OWNER)) {
            Attempt attempt;
            CallTask outer = CallTask.enter(task);
            try {
                attempt = round.settleOwn(task, runBody(task));
            } catch (Throwable e) {
                attempt = round.bodies().brokenOff(task, e);
            } finally {
                CallTask.leave(outer);
            }
            end(task, attempt);
        }
    }

    private void runOnThread(CallTask task) {
        Thread current = Thread.currentThread();
        if (!begin(task, current.isVirtual() ? ThreadKind.VIRTUAL : ThreadKind.PLATFORM)) {
            return;
        }
        Attempt attempt;
        CallTask outer = CallTask.enter(task);
        try {
            attempt = runBody(task);
        } catch (Throwable e) {
            attempt = round.bodies().brokenOff(task, e);
        } finally {
            CallTask.leave(outer);
        }
        end(task, attempt);
    }

    private Attempt runBody(CallTask task) {
        return settings.isManaged(task)
                ? new ManagedCall(task, round.number(), settings, round.reporter(), round.bodies(), this).run()
                : round.bodies().run(task, task.startNanos);
    }

    /** Whether the current thread is to run the body. */
    private boolean begin(CallTask task, ThreadKind kind) {
        return change(() -> state.begin(task, kind));
    }

    /** The calls so far. */
    @Override
    public CallPlan plan() {
        List<CallTask> tasks;
        lock.lock();
        try {
            tasks = List.copyOf(state.tasks);
        } finally {
            lock.unlock();
        }
        return RoundReporter.plan(tasks);
    }

    /** The body of a call has ended on the current thread. */
    void end(CallTask task, Attempt attempt) {
        task.running.leaveForOthers();
        try {
            boolean counts;
            lock.lock();
            try {
                counts = state.settle(task, attempt);
            } finally {
                lock.unlock();
            }
            if (counts) {
                round.reporter().callEnded(task);
            }
            change(() -> {
                state.end(task);
                if (isOwner() && round.interrupted()) {
                    // Noticed at the end of the call that the owner ran: what waited for that is not to start.
                    state.ending.stop(Round.INTERRUPTED);
                }
                state.dispatch();
            });
        } catch (Throwable e) {
            collapse(e, task);
        }
    }

    /**
     * What is to be done without the lock, and all that comes of it, in this round and others. One after the other, not one
     * within the other: there may be any number of calls.
     */
    private void perform(Work work) {
        Deque<Pending> pending = null;
        Dispatcher dispatcher = this;
        Work next = work;
        while (true) {
            pending = dispatcher.perform(next, pending);
            Pending more = pending == null ? null : pending.poll();
            if (more == null) {
                return;
            }
            dispatcher = more.dispatcher();
            next = more.work();
        }
    }

    /** What another dispatcher, or this one, is to do next. */
    private record Pending(Dispatcher dispatcher, Work work) {}

    private @Nullable Deque<Pending> perform(Work work, @Nullable Deque<Pending> pending) {
        if (work.wake && !isOwner()) {
            wake();
        }
        if (work.isEmpty()) {
            return pending;
        }
        work.toUnpark.forEach(LockSupport::unpark);
        work.toInterrupt.forEach(interrupt -> interrupt.task().interrupt(interrupt.attempt()));
        work.abandoned.forEach(starter::markAbandoned);
        Deque<Pending> more = pending == null ? new ArrayDeque<>() : pending;
        for (CallTask task : work.toStart) {
            Work failed = start(task);
            if (failed != null) {
                more.add(new Pending(this, failed));
            }
        }
        for (Claim claim : work.granted) {
            // A call of that round now holds all that it shares with other rounds.
            TaskClaimant to = TaskClaimant.of(claim);
            more.add(new Pending(to.dispatcher(), to.dispatcher().changed(state -> state.granted(to.task(), claim))));
        }
        for (Claim claim : work.suspicious) {
            // A call of that round waits for a resource of a call that was abandoned.
            TaskClaimant to = TaskClaimant.of(claim);
            more.add(new Pending(to.dispatcher(), to.dispatcher().changed(state -> state.limitWait(to.task(), claim))));
        }
        return more;
    }

    /** Changes the state; what is to be done then is for the caller. */
    private Work changed(Consumer<RoundState> change) {
        lock.lock();
        try {
            change.accept(state);
            return state.takeWork(isOwner());
        } finally {
            lock.unlock();
        }
    }

    /** Frees what an abandoned call of this round holds. */
    boolean releaseAbandoned(CallTask task) {
        return change(() -> {
            boolean held = state.releaseAbandoned(task);
            state.dispatch();
            return held;
        });
    }

    // What the thread of a call asks for.

    /** Interrupts of the attempt are sent from here on, not from the lock on: the limit may pass in between. */
    @Override
    public boolean beginAttempt(CallTask task) {
        task.running.enterAttempt(task.attempts + 1);
        boolean begun = change(() -> state.beginAttempt(task));
        if (!begun) {
            task.running.leaveAttempt();
        }
        return begun;
    }

    /** The task's monitor is not taken under the lock: a thread of the user's class may be interrupted with it held. */
    @Override
    public Outcome endAttempt(CallTask task, Outcome outcome) {
        task.running.leaveAttempt();
        return change(() -> state.endAttempt(task, outcome));
    }

    @Override
    public boolean mayTryAgain(CallTask task, long at) {
        return change(() -> state.mayTryAgain(task, at));
    }

    /** Has the current thread, that of a call that asks, wait for the call's turn; false if the call has ended. */
    @Override
    public boolean takeTurn(CallTask task) {
        change(() -> state.wantTurn(task));
        return parkUntil(task, () -> task.phase == Phase.RUNNING, false, 0);
    }

    @Override
    public boolean pause(CallTask task) {
        return change(() -> state.pause(task));
    }

    /** Has the current thread, that of a paused call, go on once the call has a permit; false if the call has ended. */
    @Override
    public boolean resume(CallTask task) {
        change(() -> state.resume(task));
        return parkUntil(
                task,
                () -> task.phase == Phase.RUNNING || (task.phase == Phase.ASKING && task.verdict == null),
                false,
                0);
    }

    /** The body of the call is about to wait for a round of its own. */
    void lend(CallTask task) {
        change(() -> state.lend(task));
    }

    /** The body goes on once the call has its caps again. */
    void reclaim(CallTask task) {
        change(() -> state.reclaim(task));
        if (!parkUntil(task, () -> !task.reclaiming, false, 0)) {
            change(() -> state.stopReclaiming(task));
        }
    }

    /**
     * Parks the current thread, that of the call, until a condition on what the lock guards holds, or, if that is limited,
     * the clock reads {@code at}. The interrupt flag is kept.
     *
     * @return false if the call has been ended before
     */
    @Override
    public boolean parkUntil(CallTask task, BooleanSupplier condition, boolean limited, long at) {
        boolean flagged = false;
        try {
            while (true) {
                long nanos;
                lock.lock();
                try {
                    if (condition.getAsBoolean()) {
                        return true;
                    }
                    if (task.verdict != null || !task.isRunning()) {
                        return false;
                    }
                    nanos = limited ? at - settings.time().nanos() : RoundSettings.NO_LIMIT;
                } finally {
                    lock.unlock();
                }
                if (nanos <= 0) {
                    return true;
                }
                settings.time().park(task, nanos);
                flagged |= Thread.interrupted();
            }
        } finally {
            if (flagged) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void change(Runnable change) {
        change(() -> {
            change.run();
            return true;
        });
    }

    private <T> T change(Supplier<T> change) {
        T result;
        Work work;
        lock.lock();
        try {
            result = change.get();
            work = state.takeWork(isOwner());
        } finally {
            lock.unlock();
        }
        perform(work);
        return result;
    }

    private boolean isOwner() {
        return Thread.currentThread().equals(round.owner());
    }

    /** Starts a call; if that fails gives what is to be done then. */
    private @Nullable Work start(CallTask task) {
        try {
            starter.start(task);
            return null;
        } catch (Throwable e) {
            return changed(changing -> {
                changing.startFailed(task, e);
                changing.dispatch();
            });
        }
    }

    /** Whether a call's thread may be started: from then on the owner will join it. */
    private boolean mayLaunch(CallTask task, Thread thread) {
        lock.lock();
        try {
            if (task.phase != Phase.STARTING || task.launched != null) {
                return false;
            }
            task.launched = thread;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Something failed here that is nobody's call, such as memory: all calls get an outcome, and the error leaves. */
    private void collapse(Throwable error, @Nullable CallTask own) {
        log.error("Round {} ends by an internal error", round.number(), error);
        Work work;
        lock.lock();
        try {
            state.ending.collapse(error, own);
            work = state.takeWork(true);
        } finally {
            lock.unlock();
            wake();
        }
        perform(work);
    }
}
