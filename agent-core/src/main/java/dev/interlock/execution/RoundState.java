package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Access;
import dev.interlock.execution.CallTask.Phase;
import dev.interlock.execution.Timers.Limit;
import dev.interlock.execution.Timers.Timer;
import dev.interlock.plan.Scoreboard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far the calls of a dispatched round have come. All of it, the calls' own fields included, is guarded by the
 * dispatcher's lock: every method is called with it held. Nothing here runs foreign code, starts a thread or waits.
 */
final class RoundState {

    /** How long a user's executor may leave a call lying before it is asked whether anything happens at all. */
    private static final long UNBEGUN_NANOS = 100_000_000;

    /** How long calls before one whose failure ends the round may go on. */
    private static final long EARLIER_CALLS_NANOS = 250_000_000;

    private static final Comparator<CallTask> BY_PRIORITY = Comparator.<CallTask>comparingInt(
                    task -> task.binding().policy().priority())
            .reversed()
            .thenComparingInt(task -> task.index);

    /**
     * What is to be done once the lock is given up.
     *
     * @param toStart calls to start
     * @param toInterrupt calls to interrupt
     * @param abandoned calls that were just abandoned
     * @param wake whether the owner must look at the state again
     */
    record Work(List<CallTask> toStart, List<CallTask> toInterrupt, List<CallTask> abandoned, boolean wake) {
        private static final Work NOTHING = new Work(List.of(), List.of(), List.of(), false);

        /** Whether there is nothing to do but, perhaps, to wake the owner. */
        boolean isEmpty() {
            return toStart.isEmpty() && toInterrupt.isEmpty() && abandoned.isEmpty();
        }
    }

    private final Round round;
    private final RoundSettings settings;
    private final List<CallTask> tasks;
    private final int first;

    private final Scoreboard board = new Scoreboard();
    private final PriorityQueue<CallTask> ready = new PriorityQueue<>(BY_PRIORITY);
    private final Set<CallTask> running = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Timers timers = new Timers();
    private @Nullable CallTask forOwner;
    private boolean sealed;
    private @Nullable String stopped;
    private @Nullable CallTask earliestFailure;
    private int done;
    private boolean limited;
    private boolean roundExpired;
    private boolean ownerHasWork;
    private boolean ownerRunsCall;
    private int bodies;
    private boolean carrierBegan;
    private boolean collapsed;
    private List<CallTask> toStart = new ArrayList<>();
    private List<CallTask> toInterrupt = new ArrayList<>();
    private List<CallTask> abandoned = new ArrayList<>();

    /** The state of a round of which the calls before {@code first} are done. */
    RoundState(Round round, int first) {
        this.round = round;
        this.settings = round.settings;
        this.tasks = new ArrayList<>(Arrays.asList(round.tasks));
        this.first = first;
        this.done = first;
    }

    void admitAll() {
        for (int i = first; i < tasks.size(); i++) {
            admitToBoard(tasks.get(i));
        }
        sealed = true;
    }

    private void admitToBoard(CallTask task) {
        List<Access> accesses = task.accesses;
        board.admit(accesses == null ? List.of() : accesses);
    }

    void scheduleLimits() {
        limited = true;
        timers.schedule(round.startNanos(), settings.roundTimeout(), Limit.ROUND, null);
        for (CallTask task : tasks) {
            scheduleLimit(task, round.startNanos());
        }
    }

    private void scheduleLimit(CallTask task, long from) {
        task.admittedNanos = from;
        timers.schedule(from, settings.callTimeoutOf(task), Limit.CALL, task);
    }

    /** The next call of a round whose calls come one at a time. */
    void admit(CallTask task) {
        task.take(tasks.size());
        tasks.add(task);
        if (!collapsed) {
            admitToBoard(task);
        }
        scheduleLimit(task, settings.time().nanos());
        if (stopped != null) {
            settleUnbegun(task, Messages.notStarted(task, stopped));
        } else if (earliestFailure != null) {
            settleUnbegun(task, Messages.notStarted(task, Round.FAILED));
        } else if (roundExpired) {
            settleUnbegun(task, Messages.timedOut(task, "the round", settings.roundTimeout()));
        }
    }

    /** No further call comes. */
    void seal() {
        sealed = true;
    }

    List<CallTask> tasks() {
        return tasks;
    }

    /** The owner runs the first call already. */
    void runsOnOwner(CallTask task) {
        task.enterThread(Objects.requireNonNull(round.owner()));
        running.add(task);
        bodies++;
        ownerRunsCall = true;
        // Dispatching takes it for ready; its phase says that it runs.
    }

    boolean isDone() {
        return sealed && done == tasks.size();
    }

    /** What is to be done after the change just made. With a user's executor only the owner starts calls, if it can. */
    Work takeWork(boolean onOwner) {
        boolean missed = timers.takeMissed();
        boolean leaveToOwner =
                settings.carrier() != null && round.owner() != null && !onOwner && !ownerRunsCall && !toStart.isEmpty();
        boolean wake = missed || ownerHasWork || leaveToOwner || isDone();
        ownerHasWork = false;
        List<CallTask> starting = leaveToOwner ? List.of() : toStart;
        if (starting.isEmpty() && toInterrupt.isEmpty() && abandoned.isEmpty() && !wake) {
            return Work.NOTHING;
        }
        Work work = new Work(starting, toInterrupt, abandoned, wake);
        if (!leaveToOwner) {
            toStart = new ArrayList<>();
        }
        toInterrupt = new ArrayList<>();
        abandoned = new ArrayList<>();
        return work;
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

    /** Takes ready calls to be started, or one to be run by the owner. */
    void dispatch() {
        Thread owner = round.owner();
        if (stopped != null || (ownerRunsCall && owner != null && owner.isInterrupted())) {
            // An interrupted owner will stop the round when its call ends.
            return;
        }
        for (int ticket = board.nextReady(); ticket >= 0; ticket = board.nextReady()) {
            CallTask task = tasks.get(first + ticket);
            if (task.phase == Phase.WAITING) {
                ready.add(task);
            }
        }
        while (running.size() < settings.maxConcurrency()) {
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
            if (alone && owner != null && timers.isEmpty() && !settings.limits(task)) {
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
        long now = settings.time().nanos();
        if (limited && now - task.admittedNanos >= settings.callTimeoutOf(task)) {
            settleUnbegun(task, Messages.timedOut(task, "the call", settings.callTimeoutOf(task)));
            dispatch();
            return false;
        }
        task.phase = Phase.RUNNING;
        task.enterThread(Thread.currentThread());
        ownerRunsCall |= kind == ThreadKind.OWNER;
        task.threadKind = kind;
        task.attempts++;
        bodies++;
        carrierBegan |= !task.ownThread;
        task.startNanos = now;
        timers.schedule(task.startNanos, settings.timeoutOf(task), Limit.ATTEMPT, task);
        return true;
    }

    /**
     * The body of a call has ended on the current thread: settles the outcome, and no interrupt reaches it any more.
     *
     * @return false if it was settled before: the call was abandoned
     */
    boolean settle(CallTask task, Outcome outcome) {
        if (task.threadKind == ThreadKind.OWNER) {
            ownerRunsCall = false;
        }
        if (task.phase != Phase.RUNNING) {
            return false;
        }
        bodies--;
        task.phase = Phase.ENDING;
        task.startNanos = task.bodyStartNanos;
        task.endNanos = task.bodyEndNanos;
        Outcome verdict = task.verdict;
        boolean ownCounts = verdict == null || (verdict instanceof Outcome.Cancelled && outcome.isSuccess());
        task.outcome = ownCounts ? outcome : verdict;
        task.failsRound &= verdict == null;
        return true;
    }

    /** Everybody knows that the call has ended: what waits for it may start. */
    void end(CallTask task) {
        if (task.phase == Phase.ABANDONED && !task.released && !collapsed) {
            release(task);
        } else if (task.phase == Phase.ENDING) {
            finish(task);
            if (task.failsRound) {
                fail(task);
            }
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
        if (!collapsed) {
            board.complete(task.index - first);
        }
    }

    private void release(CallTask task) {
        task.released = true;
        board.release(task.index - first);
    }

    private void settleUnbegun(CallTask task, Outcome outcome) {
        task.outcome = outcome;
        task.startNanos = settings.time().nanos();
        task.endNanos = task.startNanos;
        finish(task);
    }

    // The round ends early.

    void interrupted() {
        stop(Round.INTERRUPTED);
    }

    /**
     * The failure of a call ends the round: later calls do not start, later reads are interrupted at once. Earlier calls
     * get a moment, since their failure would have come first in call order; writes get the grace period.
     */
    private void fail(CallTask task) {
        if (earliestFailure != null && earliestFailure.index < task.index) {
            return;
        }
        long now = settings.time().nanos();
        if (earliestFailure == null) {
            timers.schedule(now, Math.min(settings.grace(), EARLIER_CALLS_NANOS), Limit.EARLIER_CALLS, null);
            timers.schedule(now, settings.grace(), Limit.FAILED_ROUND, null);
        }
        earliestFailure = task;
        round.failure = task.outcome instanceof Outcome.Failed failed ? failed.error() : null;
        giveUp(task.index + 1, tasks.size(), now);
        for (CallTask other : running) {
            // An owner that runs a call itself is no timer for it, be it a read or a write.
            if (other.threadKind == ThreadKind.OWNER && other.phase == Phase.RUNNING) {
                condemn(other, now, Messages.interrupted(other, now, Round.FAILED));
            }
        }
    }

    /** Some calls of a failed round do not start any more, and are interrupted if they only read. */
    private void giveUp(int from, int to, long now) {
        for (int i = from; i < to; i++) {
            CallTask task = tasks.get(i);
            if (isUnbegun(task)) {
                settleUnbegun(task, Messages.notStarted(task, Round.FAILED));
            } else if (task.phase == Phase.RUNNING && task.onlyReads()) {
                condemn(task, now, Messages.interrupted(task, now, Round.FAILED));
            }
        }
        toStart.removeIf(starting -> starting.phase == Phase.DONE);
        if (forOwner != null && forOwner.phase == Phase.DONE) {
            forOwner = null;
        }
    }

    private static boolean isUnbegun(CallTask task) {
        return task.phase == Phase.WAITING || task.phase == Phase.STARTING;
    }

    /** The engine itself failed: the scoreboard may be torn, so it is not used any more. */
    void collapse(Throwable error) {
        if (collapsed) {
            return;
        }
        collapsed = true;
        round.failure = error;
        stop(Round.FAILED);
        for (int i = first; i < tasks.size(); i++) {
            CallTask task = tasks.get(i);
            if (task.phase == Phase.ENDING) {
                finish(task);
            } else if (task.phase == Phase.RUNNING && task.thread == null) {
                task.outcome = Messages.notStarted(task, Round.FAILED);
                finish(task);
            }
        }
    }

    /** No call starts any more, and all that run are interrupted. */
    void stop(String why) {
        if (stopped != null) {
            return;
        }
        stopped = why;
        if (!collapsed) {
            board.cancel();
        }
        ready.clear();
        toStart.clear();
        forOwner = null;
        long now = settings.time().nanos();
        for (int i = first; i < tasks.size(); i++) {
            CallTask task = tasks.get(i);
            if (isUnbegun(task)) {
                settleUnbegun(task, Messages.notStarted(task, why));
            } else if (task.phase == Phase.RUNNING) {
                condemn(task, now, Messages.interrupted(task, now, why));
            }
        }
    }

    /** Interrupts a running call; what it then comes to is the verdict. */
    private void condemn(CallTask task, long now, Outcome verdict) {
        if (task.verdict == null) {
            task.verdict = verdict;
            toInterrupt.add(task);
            timers.schedule(now, settings.grace(), Limit.GRACE, task);
        }
    }

    private void abandon(CallTask task, long now) {
        Thread thread = task.thread;
        if (thread == null || thread.equals(round.owner())) {
            return;
        }
        bodies--;
        task.phase = Phase.ABANDONED;
        task.outcome = task.verdict;
        task.endNanos = now;
        running.remove(task);
        done++;
        abandoned.add(task);
        if (!collapsed) {
            board.detach(task.index - first);
            timers.schedule(now, settings.heldResourceTimeout(), Limit.HELD, task);
        }
    }

    // Limits.

    /** Acts on the limits that have passed. */
    void expireLimits() {
        long now = settings.time().nanos();
        for (Timer timer = timers.poll(now); timer != null; timer = timers.poll(now)) {
            if (timer.task() == null) {
                expire(timer.limit(), now);
            } else {
                expire(timer, timer.task(), now);
            }
        }
    }

    private void expire(Limit limitOfRound, long now) {
        if (limitOfRound == Limit.ROUND) {
            roundExpired = true;
            for (int i = first; i < tasks.size(); i++) {
                expire(tasks.get(i), now, "the round", settings.roundTimeout());
            }
        } else if (limitOfRound == Limit.EARLIER_CALLS && earliestFailure != null) {
            giveUp(first, earliestFailure.index, now);
        } else if (limitOfRound == Limit.FAILED_ROUND) {
            stop(Round.FAILED);
        }
    }

    private void expire(Timer timer, CallTask task, long now) {
        Limit limit = timer.limit();
        boolean runs = task.phase == Phase.RUNNING;
        if (limit == Limit.CALL) {
            expire(task, now, "the call", settings.callTimeoutOf(task));
        } else if (limit == Limit.ATTEMPT && runs && task.attempts == timer.attempt()) {
            expire(task, now, "the attempt", settings.timeoutOf(task));
        } else if (limit == Limit.GRACE && runs) {
            abandon(task, now);
        } else if (limit == Limit.HELD && !task.released && !collapsed) {
            expireHeld(task, now);
        } else if (limit == Limit.UNBEGUN && task.phase == Phase.STARTING) {
            expireUnbegun(task, now);
        }
    }

    private void expire(CallTask task, long now, String what, long limit) {
        if (isUnbegun(task)) {
            settleUnbegun(task, Messages.timedOut(task, what, limit));
        } else if (task.phase == Phase.RUNNING) {
            condemn(task, now, Messages.timedOut(task, what, limit));
        }
    }

    /**
     * The user's executor has left a call lying. While other calls of the round run it is just busy. If none does, its
     * threads may all wait for calls such as this one, which then gets a thread of its own; and so do all if it has begun
     * none at all.
     */
    private void expireUnbegun(CallTask task, long now) {
        if (!carrierBegan || (bodies == 0 && toStart.isEmpty())) {
            task.ownThread = true;
            toStart.add(task);
        } else {
            timers.schedule(now, UNBEGUN_NANOS, Limit.UNBEGUN, task);
        }
    }

    /**
     * Fails the calls that conflict with an abandoned call. Then nothing in this round conflicts with it any more, so the
     * others, which waited for it through those, need not wait.
     */
    private void expireHeld(CallTask holder, long now) {
        for (int ticket : board.waitersFor(holder.index - first)) {
            CallTask task = tasks.get(first + ticket);
            if (task.phase == Phase.WAITING && conflict(holder, task)) {
                settleUnbegun(task, Messages.held(task, holder, now - holder.endNanos));
            }
        }
        release(holder);
    }

    private static boolean conflict(CallTask one, CallTask other) {
        List<Access> ones = one.accesses == null ? List.of() : one.accesses;
        List<Access> others = other.accesses == null ? List.of() : other.accesses;
        return ones.stream().anyMatch(a -> others.stream().anyMatch(a::conflictsWith));
    }
}
