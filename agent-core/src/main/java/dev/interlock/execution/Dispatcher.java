package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.execution.CallTask.Phase;
import dev.interlock.execution.RoundState.Work;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
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
 */
final class Dispatcher {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Round round;
    private final RoundSettings settings;
    private final CallTask[] tasks;
    private final Thread owner;
    private final CallStarter starter;
    private final int first;

    // Guarded by the lock.
    private final RoundState state;

    /**
     * Prepares to run the calls from {@code first} on. The current thread need not be the owner.
     *
     * @param first the place of the first call to run
     */
    Dispatcher(Round round, int first) {
        this.round = round;
        this.settings = round.settings;
        this.tasks = round.tasks;
        this.owner = round.owner();
        this.first = first;
        this.state = new RoundState(round, first);
        this.starter = new CallStarter(round, this::runOnThread, this::mayLaunch);
    }

    /** Plans all calls. To be followed by {@link #run()}. */
    void begin() {
        findAccesses();
        lock.lock();
        try {
            state.admitAll();
            state.scheduleLimits();
        } finally {
            lock.unlock();
        }
    }

    /** Plans all calls while the owner runs the first of them, if it still does, and starts the others. */
    void beginBeside(int ownersCall) {
        findAccesses();
        Work work;
        lock.lock();
        try {
            state.admitAll();
            if (!round.handOver(this, ownersCall)) {
                return;
            }
            state.runsOnOwner(tasks[ownersCall]);
            state.dispatch();
            work = state.takeWork(false);
        } finally {
            lock.unlock();
        }
        perform(work);
    }

    /** Foreign code: functions of the user find accesses. */
    private void findAccesses() {
        for (int i = first; i < tasks.length; i++) {
            CallTask task = tasks[i];
            task.accesses = task.binding().accesses(task);
        }
    }

    /** The owner's part: returns when every call has its outcome. */
    void run() {
        boolean done = false;
        while (!done) {
            try {
                done = step();
            } catch (Throwable e) {
                collapse(e);
            }
        }
        starter.joinAll(tasks, first);
        for (int i = first; i < tasks.length; i++) {
            if (tasks[i].attempts == 0 || tasks[i].phase == Phase.ABANDONED) {
                round.ended(tasks[i]);
            }
        }
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
                state.interrupted();
            }
            state.expireLimits();
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
            end(task, round.settleOwn(task, round.attempt(task, task.startNanos)));
        }
    }

    private void runOnThread(CallTask task) {
        Thread current = Thread.currentThread();
        if (current.equals(owner)) {
            // An executor that runs what it is given on the thread that gives it. The owner must stay free.
            task.ownThread = true;
            start(task);
        } else if (begin(task, current.isVirtual() ? ThreadKind.VIRTUAL : ThreadKind.PLATFORM)) {
            end(task, round.attempt(task, task.startNanos));
        }
    }

    /** Whether the current thread is to run the body. */
    private boolean begin(CallTask task, ThreadKind kind) {
        boolean begun;
        Work work;
        lock.lock();
        try {
            begun = state.begin(task, kind);
            work = state.takeWork(owner.equals(Thread.currentThread()));
        } finally {
            lock.unlock();
        }
        perform(work);
        return begun;
    }

    /** The body of a call has ended on the current thread. */
    void end(CallTask task, Outcome outcome) {
        task.leaveThread();
        if (task.interruptedByRound && owner.equals(Thread.currentThread())) {
            // Meant for the call: the owner goes on.
            Thread.interrupted();
        }
        try {
            boolean counts;
            lock.lock();
            try {
                counts = state.settle(task, outcome);
            } finally {
                lock.unlock();
            }
            if (counts) {
                round.ended(task);
            }
            changed(task, null);
        } catch (Throwable e) {
            collapse(e);
        }
    }

    /** A call has ended, or could not be started. */
    private void changed(CallTask task, @Nullable Throwable startFailure) {
        Work work;
        lock.lock();
        try {
            if (startFailure == null) {
                state.end(task);
            } else {
                state.startFailed(task, startFailure);
            }
            state.dispatch();
            work = state.takeWork(owner.equals(Thread.currentThread()));
        } finally {
            lock.unlock();
        }
        perform(work);
    }

    /** What is to be done without the lock. */
    private void perform(Work work) {
        if (work.wake() && !owner.equals(Thread.currentThread())) {
            LockSupport.unpark(owner);
        }
        work.toInterrupt().forEach(CallTask::interrupt);
        for (CallTask task : work.abandoned()) {
            starter.markAbandoned(task);
        }
        work.toStart().forEach(this::start);
    }

    private void start(CallTask task) {
        try {
            starter.start(task);
        } catch (Throwable e) {
            changed(task, e);
        }
    }

    /** Whether a call's thread may be started: from then on the owner will join it. */
    private boolean mayLaunch(CallTask task, Thread thread) {
        lock.lock();
        try {
            if (task.phase != Phase.STARTING) {
                return false;
            }
            task.launched = thread;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Something failed here that is nobody's call, such as memory: all calls get an outcome, and the error leaves. */
    private void collapse(Throwable error) {
        log.error("Round {} ends by an internal error", round.number(), error);
        Work work;
        lock.lock();
        try {
            state.collapse(error);
            work = state.takeWork(true);
        } finally {
            lock.unlock();
            LockSupport.unpark(owner);
        }
        perform(work);
    }
}
