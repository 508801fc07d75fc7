package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Access;
import dev.interlock.execution.CallTask.Phase;
import dev.interlock.plan.Scoreboard;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the calls of a round as the scoreboard and the limits allow.
 *
 * <p>One lock guards all state of the round and of its tasks. No foreign code runs under it: bodies, listeners,
 * propagators, thread factories and effect functions are called without it. Whoever ends a call, on whatever thread,
 * starts the calls that became ready. The owner is the timer: it parks until the next limit; whoever changes what it
 * waits for unparks it. A wake-up cannot be lost, since the owner looks at the state under the lock
 * before it parks and an unpark that comes in between is kept by the thread.
 */
final class Dispatcher {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    /** How long a user's executor may leave a call lying before it gets a thread of its own. */
    private static final long UNBEGUN_NANOS = 100_000_000;

    private static final Comparator<CallTask> BY_PRIORITY = Comparator.<CallTask>comparingInt(
                    task -> task.binding().policy().priority())
            .reversed()
            .thenComparingInt(task -> task.index);

    /** What is to be done at an instant, unless it has been overtaken. */
    private record Timer(long at, Limit limit, @Nullable CallTask task, int attempt) {}

    private enum Limit {
        ATTEMPT,
        CALL,
        ROUND,
        GRACE,
        HELD,
        WRITES_OF_FAILED_ROUND,
        UNBEGUN
    }

    private enum Stop {
        INTERRUPTED,
        FAILED
    }

    final ReentrantLock lock = new ReentrantLock();

    private final Round round;
    private final RoundSettings settings;
    private final CallTask[] tasks;
    private final CallStarter starter;
    private final Thread owner;
    private final int first;

    // All guarded by the lock.
    private final Scoreboard board = new Scoreboard();
    private final PriorityQueue<CallTask> ready = new PriorityQueue<>(BY_PRIORITY);
    private final Set<CallTask> running = new LinkedHashSet<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>((a, b) -> Long.signum(a.at - b.at));
    private @Nullable CallTask forOwner;
    private @Nullable Stop stop;
    private int done;
    private long ownerParkedUntil;
    private boolean wakeOwner;

    /**
     * Prepares to run the calls from {@code first} on. The current thread need not be the owner.
     *
     * @param first the place of the first call to run
     */
    Dispatcher(Round round, int first) {
        this.round = round;
        this.settings = round.settings;
        this.tasks = round.tasks;
        this.first = first;
        this.done = first;
        this.owner = round.owner();
        this.starter = new CallStarter(round, this::runOnThread);
    }

    /** Plans all calls. To be followed by {@link #run()}. */
    void begin() {
        findAccesses();
        lock.lock();
        try {
            admit();
            scheduleLimits();
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
            CallTask task = tasks[ownersCall];
            task.thread = owner;
            running.add(task);
            admit();
            dispatch(toStart);
        } finally {
            lock.unlock();
        }
        start(toStart);
    }

    /** Foreign code: user's functions find accesses. */
    private void findAccesses() {
        for (int i = first; i < tasks.length; i++) {
            CallTask task = tasks[i];
            task.accesses = task.binding().accesses(task.call());
        }
    }

    private void admit() {
        for (int i = first; i < tasks.length; i++) {
            List<Access> accesses = tasks[i].accesses;
            board.admit(accesses == null ? List.of() : accesses);
        }
    }

    private void scheduleLimits() {
        long now = settings.time().nanos();
        if (settings.roundTimeout() != RoundSettings.NO_LIMIT) {
            schedule(now, settings.roundTimeout(), Limit.ROUND, null);
        }
        for (CallTask task : tasks) {
            schedule(now, settings.callTimeoutOf(task), Limit.CALL, task);
        }
    }

    private void schedule(long now, long delay, Limit limit, @Nullable CallTask task) {
        if (delay == RoundSettings.NO_LIMIT) {
            return;
        }
        // Clock readings compare by difference; a limit that would overflow that is centuries away.
        long at = now + Math.min(delay, Long.MAX_VALUE >> 1);
        timers.add(new Timer(at, limit, task, task == null ? 0 : task.attempts));
        if (at - ownerParkedUntil < 0) {
            wakeOwner = true;
        }
    }

    /** The owner's part: returns when every call has its outcome. */
    void run() {
        while (true) {
            List<CallTask> toStart = new ArrayList<>();
            CallTask mine;
            long parkNanos = RoundSettings.NO_LIMIT;
            lock.lock();
            try {
                wakeOwner = false;
                if (Thread.interrupted()) {
                    round.noteInterrupt();
                }
                if (round.interrupted()) {
                    stop(Stop.INTERRUPTED);
                }
                long now = settings.time().nanos();
                expire(now, toStart);
                dispatch(toStart);
                mine = forOwner;
                forOwner = null;
                if (mine == null && toStart.isEmpty()) {
                    if (done == tasks.length) {
                        break;
                    }
                    Timer next = timers.peek();
                    if (next == null) {
                        ownerParkedUntil = now + (Long.MAX_VALUE >> 1);
                    } else {
                        ownerParkedUntil = next.at;
                        parkNanos = next.at - now;
                    }
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

    // Running calls.

    private void runOnOwner(CallTask task) {
        if (begin(task, ThreadKind.OWNER)) {
            Outcome outcome = round.settleOwn(task, round.attempt(task, task.startNanos));
            end(task, outcome);
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
            starter.giveOwnThread(task);
            start(List.of(task));
        } else {
            runOnOwner(task);
        }
    }

    /** Whether the current thread is to run the body. */
    private boolean begin(CallTask task, ThreadKind kind) {
        boolean wake;
        lock.lock();
        try {
            if (task.phase != Phase.STARTING) {
                return false;
            }
            task.phase = Phase.RUNNING;
            task.thread = Thread.currentThread();
            task.threadKind = kind;
            task.attempts++;
            task.startNanos = settings.time().nanos();
            schedule(task.startNanos, settings.timeoutOf(task), Limit.ATTEMPT, task);
            wake = takeWake();
        } finally {
            lock.unlock();
        }
        wakeOwner(wake);
        return true;
    }

    /** The body of a call has ended on the current thread. */
    void end(CallTask task, Outcome outcome) {
        boolean abandoned;
        lock.lock();
        try {
            task.thread = null;
            if (task.interruptedByRound && owner.equals(Thread.currentThread())) {
                // Meant for the call: the owner goes on.
                Thread.interrupted();
            }
            abandoned = task.phase == Phase.ABANDONED;
            if (!abandoned) {
                task.phase = Phase.ENDING;
                Outcome verdict = task.verdict;
                boolean ownCounts =
                        verdict == null || (verdict instanceof Outcome.Cancelled && outcome.isSuccess());
                task.outcome = ownCounts ? outcome : verdict;
                task.failsRound &= verdict == null;
            }
        } finally {
            lock.unlock();
        }
        if (!abandoned) {
            round.ended(task);
        }
        List<CallTask> toStart = new ArrayList<>(2);
        boolean wake;
        lock.lock();
        try {
            if (abandoned) {
                board.release(task.index - first);
            } else {
                task.phase = Phase.DONE;
                settled(task);
                if (task.failsRound) {
                    fail(task);
                }
            }
            dispatch(toStart);
            wake = takeWake() || done == tasks.length;
        } finally {
            lock.unlock();
        }
        wakeOwner(wake);
        start(toStart);
    }

    private boolean takeWake() {
        boolean wake = wakeOwner;
        wakeOwner = false;
        return wake;
    }

    private void wakeOwner(boolean wake) {
        if (wake && !owner.equals(Thread.currentThread())) {
            LockSupport.unpark(owner);
        }
    }

    // What follows is called with the lock held, unless it says otherwise.

    private void settled(CallTask task) {
        running.remove(task);
        done++;
        board.complete(task.index - first);
    }

    /** Gives an outcome to a call whose body has not begun. */
    private void settleUnbegun(CallTask task, Outcome outcome) {
        task.phase = Phase.DONE;
        task.outcome = outcome;
        task.startNanos = task.endNanos = settings.time().nanos();
        settled(task);
    }

    /** Takes ready calls to be started by the caller after it has given up the lock, or by the owner. */
    private void dispatch(List<CallTask> toStart) {
        for (int ticket = board.nextReady(); ticket >= 0; ticket = board.nextReady()) {
            CallTask task = tasks[first + ticket];
            if (task.phase == Phase.WAITING) {
                ready.add(task);
            }
        }
        while (stop == null && running.size() < settings.maxConcurrency()) {
            CallTask task = ready.poll();
            if (task == null) {
                return;
            }
            if (task.phase != Phase.WAITING) {
                continue;
            }
            task.phase = Phase.STARTING;
            boolean alone = running.isEmpty() && (ready.isEmpty() || settings.maxConcurrency() == 1);
            running.add(task);
            if (alone && !settings.limits(task)) {
                forOwner = task;
                wakeOwner = true;
                return;
            }
            toStart.add(task);
            if (settings.carrier() != null) {
                schedule(settings.time().nanos(), UNBEGUN_NANOS, Limit.UNBEGUN, task);
            }
        }
    }

    /** Starts calls; called without the lock. */
    private void start(List<CallTask> toStart) {
        Queue<CallTask> queue = new ArrayDeque<>(toStart);
        for (CallTask task = queue.poll(); task != null; task = queue.poll()) {
            try {
                starter.start(task);
            } catch (Throwable e) {
                List<CallTask> more = new ArrayList<>();
                boolean wake;
                lock.lock();
                try {
                    if (task.phase == Phase.STARTING) {
                        settleUnbegun(task, new Outcome.Failed(e));
                    }
                    dispatch(more);
                    wake = takeWake() || done == tasks.length;
                } finally {
                    lock.unlock();
                }
                wakeOwner(wake);
                queue.addAll(more);
            }
        }
    }

    private void fail(CallTask task) {
        CallTask earliest = task;
        for (CallTask other : tasks) {
            if (other.failsRound && other.phase == Phase.DONE && other.index < earliest.index) {
                earliest = other;
            }
        }
        round.failure = earliest.outcome instanceof Outcome.Failed failed ? failed.error() : null;
        stop(Stop.FAILED);
    }

    private void stop(Stop how) {
        if (stop == how || stop == Stop.INTERRUPTED) {
            return;
        }
        stop = how;
        board.cancel();
        ready.clear();
        forOwner = null;
        String why = how == Stop.INTERRUPTED ? Round.INTERRUPTED : Round.FAILED;
        long now = settings.time().nanos();
        for (int i = first; i < tasks.length; i++) {
            CallTask task = tasks[i];
            if (task.phase == Phase.WAITING || task.phase == Phase.STARTING) {
                settleUnbegun(task, Messages.notStarted(task, why));
            } else if (task.phase == Phase.RUNNING && (how == Stop.INTERRUPTED || task.onlyReads())) {
                condemn(task, now, Messages.interrupted(task, now, why));
            }
        }
        if (how == Stop.FAILED) {
            schedule(now, settings.grace(), Limit.WRITES_OF_FAILED_ROUND, null);
        }
    }

    /** Interrupts a running call; what it then comes to is the verdict. */
    private void condemn(CallTask task, long now, Outcome verdict) {
        if (task.verdict != null) {
            return;
        }
        task.verdict = verdict;
        task.interruptedByRound = true;
        Thread thread = task.thread;
        if (thread != null) {
            thread.interrupt();
        }
        schedule(now, settings.grace(), Limit.GRACE, task);
    }

    private void abandon(CallTask task, long now) {
        Thread thread = task.thread;
        if (thread == null || thread.equals(owner)) {
            return;
        }
        task.phase = Phase.ABANDONED;
        task.outcome = task.verdict;
        task.endNanos = now;
        running.remove(task);
        done++;
        board.detach(task.index - first);
        schedule(now, settings.heldResourceTimeout(), Limit.HELD, task);
        starter.markAbandoned(task, thread);
        log.warn(
                "Abandoned {} (call {} of round {}, thread '{}'): it still runs {} ms after its interrupt",
                task.toolInQuotes(),
                task.index + 1,
                round.number(),
                thread.getName(),
                settings.grace() / 1_000_000);
    }

    // Limits; only called by the owner.

    private void expire(long now, List<CallTask> toStart) {
        for (Timer timer = timers.peek(); timer != null && timer.at - now <= 0; timer = timers.peek()) {
            timers.poll();
            if (timer.task == null) {
                expire(timer.limit, now);
            } else {
                expire(timer.limit, timer.task, timer.attempt, now, toStart);
            }
        }
    }

    private void expire(Limit limitOfRound, long now) {
        if (limitOfRound == Limit.ROUND) {
            for (int i = first; i < tasks.length; i++) {
                expire(tasks[i], now, "the round", settings.roundTimeout());
            }
        } else if (limitOfRound == Limit.WRITES_OF_FAILED_ROUND) {
            for (CallTask task : running) {
                if (task.phase == Phase.RUNNING) {
                    condemn(task, now, Messages.interrupted(task, now, Round.FAILED));
                }
            }
        }
    }

    private void expire(Limit limit, CallTask task, int attempt, long now, List<CallTask> toStart) {
        boolean runs = task.phase == Phase.RUNNING;
        if (limit == Limit.CALL) {
            expire(task, now, "the call", settings.callTimeoutOf(task));
        } else if (limit == Limit.ATTEMPT && runs && task.attempts == attempt) {
            expire(task, now, "the attempt", settings.timeoutOf(task));
        } else if (limit == Limit.GRACE && runs) {
            abandon(task, now);
        } else if (limit == Limit.HELD) {
            expireHeld(task, now);
        } else if (limit == Limit.UNBEGUN && task.phase == Phase.STARTING) {
            starter.giveOwnThread(task);
            toStart.add(task);
        }
    }

    private void expire(CallTask task, long now, String what, long limit) {
        if (task.phase == Phase.WAITING || task.phase == Phase.STARTING) {
            settleUnbegun(task, Messages.timedOut(task, what, limit));
        } else if (task.phase == Phase.RUNNING) {
            condemn(task, now, Messages.timedOut(task, what, limit));
        }
    }

    /** Fails the calls that an abandoned call still holds up. */
    private void expireHeld(CallTask holder, long now) {
        for (int ticket : board.waitersFor(holder.index - first)) {
            CallTask task = tasks[first + ticket];
            if (task.phase == Phase.WAITING) {
                settleUnbegun(task, Messages.held(task, holder, now - holder.endNanos));
            }
        }
    }

    /** Called without the lock, when all calls have their outcomes: threads have next to nothing left to do. */
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
