package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.execution.CallTask.Phase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs the calls of a round as the scoreboard and the limits allow.
 *
 * <p>One lock guards all state of the round and of its tasks. No foreign code runs under it: bodies, listeners,
 * propagators, thread factories and effect functions are called without it. Whoever ends a call, on whatever thread,
 * starts the calls that became ready. The owner is the timer: it parks until the next limit; whoever changes what it
 * waits for unparks it. A wake-up cannot be lost, since the owner looks at the state under the lock before it parks and
 * an unpark that comes in between is kept by the thread.
 */
final class Dispatcher {

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
        this.starter = new CallStarter(round, this::runOnThread);
        this.first = first;
        this.state = new RoundState(round, first);
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
        List<CallTask> toStart = new ArrayList<>();
        lock.lock();
        try {
            if (!round.handOver(this, ownersCall)) {
                return;
            }
            state.runsOnOwner(tasks[ownersCall]);
            state.admitAll();
            state.dispatch(toStart);
        } finally {
            lock.unlock();
        }
        start(toStart);
    }

    /** Foreign code: functions of the user find accesses. */
    private void findAccesses() {
        for (int i = first; i < tasks.length; i++) {
            CallTask task = tasks[i];
            task.accesses = task.binding().accesses(task.call());
        }
    }

    /** The owner's part: returns when every call has its outcome. */
    void run() {
        while (true) {
            List<CallTask> toStart = new ArrayList<>();
            CallTask mine;
            long parkNanos = 0;
            lock.lock();
            try {
                if (Thread.interrupted()) {
                    round.noteInterrupt();
                }
                if (round.interrupted()) {
                    state.interrupted();
                }
                state.expireLimits(toStart);
                state.dispatch(toStart);
                mine = state.takeForOwner();
                if (mine == null && toStart.isEmpty()) {
                    if (state.isDone()) {
                        break;
                    }
                    parkNanos = state.park();
                }
            } finally {
                lock.unlock();
            }
            start(toStart);
            if (mine != null) {
                runOnOwner(mine);
            } else if (toStart.isEmpty()) {
                settings.time().park(this, parkNanos);
            }
        }
        joinThreads();
        for (int i = first; i < tasks.length; i++) {
            if (tasks[i].attempts == 0 || tasks[i].phase == Phase.ABANDONED) {
                round.ended(tasks[i]);
            }
        }
    }

    private void runOnOwner(CallTask task) {
        if (begin(task, ThreadKind.OWNER)) {
            end(task, round.settleOwn(task, round.attempt(task, task.startNanos)));
        }
    }

    private void runOnThread(CallTask task) {
        Thread current = Thread.currentThread();
        if (current.equals(owner)) {
            runOnOwnerByCarrier(task);
        } else if (begin(task, current.isVirtual() ? ThreadKind.VIRTUAL : ThreadKind.PLATFORM)) {
            end(task, round.attempt(task, task.startNanos));
        }
    }

    /** A user's executor runs what it is given on the thread that gives it. The owner of limits must stay free. */
    private void runOnOwnerByCarrier(CallTask task) {
        if (settings.limits(task)) {
            task.ownThread = true;
            start(List.of(task));
        } else {
            runOnOwner(task);
        }
    }

    /** Whether the current thread is to run the body. */
    private boolean begin(CallTask task, ThreadKind kind) {
        boolean begun;
        boolean wake;
        lock.lock();
        try {
            begun = state.begin(task, kind);
            wake = state.takeWake();
        } finally {
            lock.unlock();
        }
        wakeOwner(wake);
        return begun;
    }

    /** The body of a call has ended on the current thread. */
    void end(CallTask task, Outcome outcome) {
        boolean counts;
        lock.lock();
        try {
            counts = state.settle(task, outcome);
            if (task.interruptedByRound && owner.equals(Thread.currentThread())) {
                // Meant for the call: the owner goes on.
                Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
        if (counts) {
            round.ended(task);
        }
        start(changed(task, null));
    }

    /** A call has ended, or could not be started; wakes the owner if need be, and takes what is to be started now. */
    private List<CallTask> changed(CallTask task, @Nullable Throwable startFailure) {
        List<CallTask> toStart = new ArrayList<>(2);
        boolean wake;
        lock.lock();
        try {
            if (startFailure == null) {
                state.end(task);
            } else {
                state.startFailed(task, startFailure);
            }
            state.dispatch(toStart);
            wake = state.takeWake();
        } finally {
            lock.unlock();
        }
        wakeOwner(wake);
        return toStart;
    }

    private void wakeOwner(boolean wake) {
        if (wake && !owner.equals(Thread.currentThread())) {
            LockSupport.unpark(owner);
        }
    }

    private void start(List<CallTask> toStart) {
        Queue<CallTask> queue = new ArrayDeque<>(toStart);
        for (CallTask task = queue.poll(); task != null; task = queue.poll()) {
            try {
                starter.start(task);
            } catch (Throwable e) {
                queue.addAll(changed(task, e));
            }
        }
    }

    /** When all calls have their outcomes threads have next to nothing left to do. */
    private void joinThreads() {
        boolean again = true;
        while (again) {
            again = false;
            for (int i = first; i < tasks.length; i++) {
                Thread thread = tasks[i].launched;
                if (thread != null && tasks[i].phase != Phase.ABANDONED && thread.isAlive()) {
                    // A thread that is just ending may have launched another: look again.
                    again = true;
                    if (!starter.join(thread)) {
                        return;
                    }
                }
            }
        }
    }
}
