package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Access;
import dev.interlock.execution.CallTask.Phase;
import dev.interlock.execution.Timers.Limit;
import dev.interlock.execution.Timers.Timer;
import dev.interlock.plan.Scoreboard;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the calls of a dispatched round have come. All of it, the calls' own fields included, is guarded by the
 * dispatcher's lock: every method is called with it held. Nothing here runs foreign code, starts a thread or waits.
 */
final class RoundState {

    private static final Logger log = LoggerFactory.getLogger(RoundState.class);

    /** How long a user's executor may leave a call lying before it gets a thread of its own. */
    private static final long UNBEGUN_NANOS = 100_000_000;

    private static final Comparator<CallTask> BY_PRIORITY = Comparator.<CallTask>comparingInt(
                    task -> task.binding().policy().priority())
            .reversed()
            .thenComparingInt(task -> task.index);

    private enum Stop {
        INTERRUPTED,
        FAILED
    }

    private final Round round;
    private final RoundSettings settings;
    private final CallTask[] tasks;
    private final int first;

    private final Scoreboard board = new Scoreboard();
    private final PriorityQueue<CallTask> ready = new PriorityQueue<>(BY_PRIORITY);
    private final Set<CallTask> running = new LinkedHashSet<>();
    private final Timers timers = new Timers();
    private @Nullable CallTask forOwner;
    private @Nullable Stop stop;
    private int done;
    private boolean ownerHasWork;

    /** The state of a round of which the calls before {@code first} are done. */
    RoundState(Round round, int first) {
        this.round = round;
        this.settings = round.settings;
        this.tasks = round.tasks;
        this.first = first;
        this.done = first;
    }

    void admitAll() {
        for (int i = first; i < tasks.length; i++) {
            List<Access> accesses = tasks[i].accesses;
            board.admit(accesses == null ? List.of() : accesses);
        }
    }

    void scheduleLimits() {
        long now = settings.time().nanos();
        timers.schedule(now, settings.roundTimeout(), Limit.ROUND, null);
        for (CallTask task : tasks) {
            timers.schedule(now, settings.callTimeoutOf(task), Limit.CALL, task);
        }
    }

    /** The owner runs the first call already. */
    void runsOnOwner(CallTask task) {
        task.thread = round.owner();
        running.add(task);
    }

    boolean isDone() {
        return done == tasks.length;
    }

    /** Whether the owner must look at the state again; to be asked once after every change. */
    boolean takeWake() {
        boolean missed = timers.takeMissed();
        boolean wake = missed || ownerHasWork || isDone();
        ownerHasWork = false;
        return wake;
    }

    @Nullable
    CallTask takeForOwner() {
        CallTask task = forOwner;
        forOwner = null;
        return task;
    }

    long park() {
        return timers.park(settings.time().nanos());
    }

    /** Takes ready calls to be started by the caller after it has given up the lock, or by the owner. */
    void dispatch(List<CallTask> toStart) {
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
                ownerHasWork = true;
                return;
            }
            toStart.add(task);
            if (settings.carrier() != null) {
                timers.schedule(settings.time().nanos(), UNBEGUN_NANOS, Limit.UNBEGUN, task);
            }
        }
    }

    /** Whether the current thread is to run the body of a call. */
    boolean begin(CallTask task, ThreadKind kind) {
        if (task.phase != Phase.STARTING) {
            return false;
        }
        task.phase = Phase.RUNNING;
        task.thread = Thread.currentThread();
        task.threadKind = kind;
        task.attempts++;
        task.startNanos = settings.time().nanos();
        timers.schedule(task.startNanos, settings.timeoutOf(task), Limit.ATTEMPT, task);
        return true;
    }

    /**
     * The body of a call has ended on the current thread: settles the outcome, and no interrupt reaches it any more.
     *
     * @return false if the call was abandoned before
     */
    boolean settle(CallTask task, Outcome outcome) {
        task.thread = null;
        if (task.phase == Phase.ABANDONED) {
            return false;
        }
        task.phase = Phase.ENDING;
        task.endNanos = task.bodyEndNanos;
        Outcome verdict = task.verdict;
        boolean ownCounts = verdict == null || (verdict instanceof Outcome.Cancelled && outcome.isSuccess());
        task.outcome = ownCounts ? outcome : verdict;
        task.failsRound &= verdict == null;
        return true;
    }

    /** Everybody knows that the call has ended: what waits for it may start. */
    void end(CallTask task) {
        if (task.phase == Phase.ABANDONED) {
            board.release(task.index - first);
            return;
        }
        finish(task);
        if (task.failsRound) {
            fail(task);
        }
    }

    /** Settles a call whose thread could not be started. */
    void startFailed(CallTask task, Throwable error) {
        if (task.phase == Phase.STARTING) {
            settleUnbegun(task, new Outcome.Failed(error));
        }
    }

    private void finish(CallTask task) {
        task.phase = Phase.DONE;
        running.remove(task);
        done++;
        board.complete(task.index - first);
    }

    private void settleUnbegun(CallTask task, Outcome outcome) {
        task.outcome = outcome;
        task.startNanos = settings.time().nanos();
        task.endNanos = task.startNanos;
        finish(task);
    }

    // The round ends early.

    void interrupted() {
        stop(Stop.INTERRUPTED);
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
            timers.schedule(now, settings.grace(), Limit.WRITES_OF_FAILED_ROUND, null);
        }
    }

    /** Interrupts a running call; what it then comes to is the verdict. */
    private void condemn(CallTask task, long now, Outcome verdict) {
        Thread thread = task.thread;
        if (task.verdict != null || thread == null) {
            return;
        }
        task.verdict = verdict;
        task.interruptedByRound = true;
        thread.interrupt();
        timers.schedule(now, settings.grace(), Limit.GRACE, task);
    }

    private void abandon(CallTask task, long now) {
        Thread thread = task.thread;
        if (thread == null || thread.equals(round.owner())) {
            return;
        }
        task.phase = Phase.ABANDONED;
        task.outcome = task.verdict;
        task.endNanos = now;
        running.remove(task);
        done++;
        board.detach(task.index - first);
        timers.schedule(now, settings.heldResourceTimeout(), Limit.HELD, task);
        thread.setName(CallStarter.name(round, task) + " (abandoned)");
        log.warn(
                "Abandoned {} (call {} of round {}, thread '{}'): it still runs {} ms after its interrupt",
                task.toolInQuotes(),
                task.index + 1,
                round.number(),
                thread.getName(),
                settings.grace() / 1_000_000);
    }

    // Limits.

    /** Acts on the limits that have passed; adds calls that the caller is to start again, on threads of their own. */
    void expireLimits(List<CallTask> toStart) {
        long now = settings.time().nanos();
        for (Timer timer = timers.poll(now); timer != null; timer = timers.poll(now)) {
            if (timer.task() == null) {
                expire(timer.limit(), now);
            } else {
                expire(timer, timer.task(), now, toStart);
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

    private void expire(Timer timer, CallTask task, long now, List<CallTask> toStart) {
        Limit limit = timer.limit();
        boolean runs = task.phase == Phase.RUNNING;
        if (limit == Limit.CALL) {
            expire(task, now, "the call", settings.callTimeoutOf(task));
        } else if (limit == Limit.ATTEMPT && runs && task.attempts == timer.attempt()) {
            expire(task, now, "the attempt", settings.timeoutOf(task));
        } else if (limit == Limit.GRACE && runs) {
            abandon(task, now);
        } else if (limit == Limit.HELD && task.thread != null) {
            expireHeld(task, now);
        } else if (limit == Limit.UNBEGUN && task.phase == Phase.STARTING) {
            task.ownThread = true;
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
}
