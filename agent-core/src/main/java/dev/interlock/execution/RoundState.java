package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.execution.CallTask.Phase;
import dev.interlock.execution.Timers.Limit;
import dev.interlock.plan.Scoreboard;
import dev.interlock.share.Claim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far the calls of a dispatched round have come. All of it, the calls' own fields included, is guarded by the
 * dispatcher's lock: every method is called with it held. Nothing here runs foreign code, starts a thread or waits.
 * {@link RoundEnding} is the part of it by which calls and rounds end early.
 */
final class RoundState {

    /** How long a user's executor may leave a call lying before it is asked whether anything happens at all. */
    static final long UNBEGUN_NANOS = 100_000_000;

    final Round round;
    final RoundSettings settings;
    final List<CallTask> tasks;
    final int first;
    final Scoreboard board = new Scoreboard();
    final Set<CallTask> running = Collections.newSetFromMap(new IdentityHashMap<>());
    final Timers timers = new Timers();
    final RoundEnding ending;

    private final Dispatcher dispatcher;
    private final ReadyCalls ready = new ReadyCalls();
    private final @Nullable Coalescing coalescing;
    private Work work = new Work();
    private @Nullable CallTask forOwner;
    private boolean sealed;
    private int done;
    private boolean ownerHasWork;

    /** Whether the owner runs a call, or is about to: the clock's thread is the timer until that has ended. */
    private boolean ownerRunsCall;

    /** Ready calls that the owner has to run, which is not free. They hold neither a permit nor what rounds share. */
    private final List<CallTask> awaitingOwner = new ArrayList<>(0);

    /** Calls that need not wait for their turn to ask. */
    private final List<CallTask> toAsk = new ArrayList<>(0);

    /** Whether some call has a limit of time: then a call that need not run on the owner does not. */
    private boolean limited;

    /** How many bodies run. */
    int bodies;

    boolean callExecutorBegan;

    /** The state of a round of which the calls before {@code first} are done. */
    RoundState(Round round, Dispatcher dispatcher, int first) {
        this.round = round;
        this.dispatcher = dispatcher;
        this.settings = round.settings;
        this.tasks = new ArrayList<>(Arrays.asList(round.tasks));
        this.first = first;
        this.done = first;
        this.coalescing = settings.coalescing() ? new Coalescing() : null;
        this.ending = new RoundEnding(this);
    }

    Work work() {
        return work;
    }

    // Admission.

    void admitAll() {
        for (int i = first; i < tasks.size(); i++) {
            admitToBoard(tasks.get(i));
        }
        sealed = true;
    }

    /** Not before the round is this dispatcher's: until then the calls are the owner's. */
    void settleAllRefused() {
        for (int i = first; i < tasks.size(); i++) {
            settleRefused(tasks.get(i));
        }
    }

    void scheduleLimits() {
        timers.schedule(round.startNanos(), settings.roundTimeout(), Limit.ROUND, null);
        for (CallTask task : tasks) {
            scheduleLimit(task, round.startNanos());
        }
    }

    /** The next call of a round whose calls come one at a time. */
    void admit(CallTask task) {
        tasks.add(task);
        scheduleLimit(task, settings.time().nanos());
        admitToBoard(task);
        settleRefused(task);
        if (task.phase == Phase.WAITING) {
            ending.checkLate(task);
        }
    }

    private void settleRefused(CallTask task) {
        if (task.refusal != null && task.phase == Phase.WAITING) {
            settleUnbegun(task, task.refusal);
        }
    }

    private void scheduleLimit(CallTask task, long from) {
        task.admittedNanos = from;
        limited |= settings.limits(task);
        timers.schedule(from, settings.callTimeoutOf(task), Limit.CALL, task);
    }

    private void admitToBoard(CallTask task) {
        if (ending.isCollapsed()) {
            return;
        }
        if (task.refusal != null) {
            board.admit(List.of());
            return;
        }
        CallTask leader = coalescing == null ? null : coalescing.leaderOf(task);
        if (leader != null) {
            board.admit(List.of());
            follow(task, leader);
            return;
        }
        board.admit(task.accesses, ticketsOf(task.dependencies()));
        if (settings.beforeTurn() > 0) {
            awaitResults(task);
        }
    }

    /** A call asks as soon as it has its arguments. */
    private void awaitResults(CallTask task) {
        for (int used : task.dependencies()) {
            CallTask producer = tasks.get(used);
            if (producer.outcome == null) {
                producer.users = producer.users.isEmpty() ? new ArrayList<>() : producer.users;
                producer.users.add(task);
                task.missingResults++;
            }
        }
        askIfComplete(task);
    }

    /** One that uses the result of a call which has none will be skipped. */
    private void askIfComplete(CallTask task) {
        if (task.missingResults == 0 && ending.skipped(task) == null) {
            toAsk.add(task);
        }
    }

    /** Those of calls that are not done yet. */
    private int[] ticketsOf(int[] indices) {
        return first == 0
                ? indices
                : Arrays.stream(indices)
                        .filter(index -> index >= first)
                        .map(index -> index - first)
                        .toArray();
    }

    private void follow(CallTask task, CallTask leader) {
        Outcome known = leader.outcome;
        if (known != null) {
            settleUnbegun(task, known);
            return;
        }
        task.phase = Phase.FOLLOWING;
        if (leader.followers.isEmpty()) {
            leader.followers = new ArrayList<>();
        }
        leader.followers.add(task);
    }

    /** No further call comes. */
    void seal() {
        sealed = true;
    }

    boolean isDone() {
        return sealed && done == tasks.size();
    }

    // Dispatching.

    /** The owner runs the first call already. */
    void runsOnOwner(CallTask task) {
        running.add(task);
        bodies++;
        ownerRunsCall = true;
        dispatcher.setAlarm();
        // Dispatching takes it for ready; its phase says that it runs.
    }

    /** What is to be done after the change just made. With a user's executor only the owner starts calls, if it can. */
    Work takeWork(boolean onOwner) {
        boolean leaveToOwner = round.callExecutor() != null
                && round.owner() != null
                && !onOwner
                && !ownerRunsCall
                && !work.toStart.isEmpty();
        boolean missed = timers.takeMissed();
        if (missed && ownerRunsCall) {
            dispatcher.setAlarm();
            missed = false;
        }
        boolean wake = missed || ownerHasWork || leaveToOwner || isDone();
        ownerHasWork = false;
        if (!wake && work.isEmpty()) {
            return Work.NOTHING;
        }
        Work taken = work;
        taken.wake = wake;
        work = new Work();
        if (leaveToOwner) {
            work.toStart.addAll(taken.toStart);
            taken.toStart.clear();
        }
        return taken;
    }

    @Nullable
    CallTask takeForOwner() {
        CallTask task = forOwner;
        forOwner = null;
        if (task != null) {
            ownerRunsCall = true;
            dispatcher.setAlarm();
        }
        return task;
    }

    boolean ownerRunsCall() {
        return ownerRunsCall;
    }

    /** The owner runs no call any more, or there is one now: what waits for it may be given to it. */
    void ownerIsFree() {
        ownerRunsCall = false;
        dispatcher.silenceAlarm();
        awaitingOwner.forEach(ready::add);
        awaitingOwner.clear();
    }

    private boolean mustAwaitOwner(CallTask task) {
        return (ownerRunsCall || forOwner != null || round.owner() == null)
                && task.phase == Phase.WAITING
                && settings.placeOf(task) == Place.OWNER;
    }

    long park() {
        return timers.park(settings.time().nanos());
    }

    /** Takes ready calls to be started, or one to be run by the owner. */
    void dispatch() {
        Thread owner = round.owner();
        if (ending.isStopped() || (ownerRunsCall && owner != null && owner.isInterrupted())) {
            // An interrupted owner will stop the round when its call ends.
            return;
        }
        findReady();
        while (hasPermit()) {
            CallTask task = ready.poll();
            if (task == null) {
                return;
            }
            if (!mayGoOn(task)) {
                continue;
            }
            Outcome skipped = task.phase == Phase.WAITING ? ending.skipped(task) : null;
            if (skipped != null) {
                settleUnbegun(task, skipped);
                findReady();
            } else if (mustAwaitOwner(task)) {
                awaitingOwner.add(task);
            } else if (!ready.setAside(task, mostQueueing()) && holdsAllItWants(task)) {
                go(task);
            }
        }
    }

    private void findReady() {
        // First: a call that is ready and one that asks are not to be taken for each other.
        toAsk.forEach(this::startAsking);
        toAsk.clear();
        for (int ticket = board.nextReady(); ticket >= 0; ticket = board.nextReady()) {
            CallTask task = tasks.get(first + ticket);
            if (task.wantsTurn()) {
                ready.add(task);
            } else if (task.asks) {
                task.cleared = true;
            }
        }
    }

    /** It needs no permit: its thread only asks. */
    private void startAsking(CallTask task) {
        if (task.phase == Phase.WAITING) {
            task.phase = Phase.STARTING;
            task.asks = true;
            giveThread(task);
        }
    }

    private void giveThread(CallTask task) {
        work.toStart.add(task);
        if (round.callExecutor() != null) {
            timers.schedule(settings.time().nanos(), UNBEGUN_NANOS, Limit.UNBEGUN, task);
        }
    }

    /** How many calls may queue for the same caps: as many as there are permits for, but never none. */
    private int mostQueueing() {
        return Math.max(1, settings.maxConcurrency() - running.size());
    }

    private boolean hasPermit() {
        return running.size() < settings.maxConcurrency();
    }

    private static boolean mayGoOn(CallTask task) {
        return task.wantsTurn() || (task.phase == Phase.RESUMING && task.verdict == null);
    }

    private boolean holdsAllItWants(CallTask task) {
        Claim claim = claimOf(task);
        if (claim == null) {
            return true;
        }
        boolean again = task.phase == Phase.RESUMING;
        boolean all = again
                ? settings.shared().acquireAgain(claim)
                : settings.shared().acquire(claim);
        if (!all && !again) {
            if (!settings.shared().waitsForResources(claim)) {
                ready.noteQueueing(task);
            }
            limitWait(task, claim);
        }
        return all;
    }

    /** A call that waits for a resource which may never be free waits for a limited time. */
    void limitWait(CallTask task, Claim claim) {
        if (task.wantsTurn() && !task.heldTimer && settings.shared().suspect(claim) != null) {
            task.heldTimer = true;
            timers.schedule(settings.time().nanos(), settings.heldResourceTimeout(), Limit.HELD_ELSEWHERE, task);
        }
    }

    private @Nullable Claim claimOf(CallTask task) {
        if (task.claim == null
                && (settings.shared().concernsAll() || !task.binding().caps().isEmpty())) {
            task.claim = newClaim(task);
        }
        return task.claim;
    }

    Claim newClaim(CallTask task) {
        return settings.shared().claim(new TaskClaimant(task, dispatcher), round.scope(), round.ancestor());
    }

    void noteAbandoned(CallTask task) {
        settings.abandoned().add(task, round, dispatcher, settings.time().instant());
    }

    /** A call now holds all that it shares with other rounds. */
    void granted(CallTask task, Claim claim) {
        if (!settings.shared().hasAll(claim)) {
            // It was ended, and gave back what it had been granted, before it was told.
            return;
        }
        ready.noteQueueingOver(task, mostQueueing());
        if (task.reclaiming) {
            task.reclaiming = false;
            unpark(task);
        } else if (!mayGoOn(task)) {
            if (task.phase == Phase.RESUMING) {
                // It was ended while it waited: it has no use for its caps, but its thread has not ended.
                giveCapsBack(task);
            }
        } else if (hasPermit() && !mustAwaitOwner(task)) {
            go(task);
        } else {
            // It must not keep others from what it cannot use now.
            work.granted.addAll(
                    task.phase == Phase.RESUMING
                            ? settings.shared().releaseCaps(claim)
                            : settings.shared().release(claim));
            ready.add(task);
        }
        dispatch();
    }

    private void go(CallTask task) {
        if (task.phase == Phase.RESUMING || task.phase == Phase.ASKED) {
            task.phase = Phase.RUNNING;
            task.asks = false;
            running.add(task);
            bodies++;
            unpark(task);
            return;
        }
        task.phase = Phase.STARTING;
        boolean alone = running.isEmpty() && (ready.isEmpty() || settings.maxConcurrency() == 1);
        running.add(task);
        Place place = settings.placeOf(task);
        if (place == Place.OWNER || (place == Place.ANYWHERE && alone && isFastestOnOwner(task))) {
            forOwner = task;
            ownerHasWork = true;
        } else {
            giveThread(task);
        }
    }

    /** If nothing else is to be done meanwhile. */
    private boolean isFastestOnOwner(CallTask task) {
        return round.owner() != null
                && forOwner == null
                && !ownerRunsCall
                && timers.isEmpty()
                && task.claim == null
                && !settings.isManaged(task)
                && !limited;
    }

    private void unpark(CallTask task) {
        Thread thread = task.running.thread();
        if (thread != null) {
            work.toUnpark.add(thread);
        }
    }

    void withdrawStarts() {
        work.toStart.removeIf(starting -> starting.phase == Phase.DONE);
        if (forOwner != null && forOwner.phase == Phase.DONE) {
            forOwner = null;
        }
    }

    // A call on its thread.

    /** Whether the current thread is to run the call. */
    boolean begin(CallTask task, ThreadKind kind) {
        if (task.phase != Phase.STARTING) {
            notBegun(kind);
            return false;
        }
        long now = settings.time().nanos();
        if (now - task.admittedNanos >= settings.callTimeoutOf(task)) {
            settleUnbegun(task, Messages.timedOut(task, "the call", settings.callTimeoutOf(task)));
            notBegun(kind);
            dispatch();
            return false;
        }
        task.phase = task.asks ? Phase.ASKING : Phase.RUNNING;
        task.running.enter(Thread.currentThread());
        task.threadKind = kind;
        bodies += task.asks ? 0 : 1;
        callExecutorBegan |= !task.ownThread;
        task.startNanos = now;
        if (!settings.isManaged(task)) {
            countAttempt(task, now);
        }
        return true;
    }

    private void notBegun(ThreadKind kind) {
        if (kind == ThreadKind.OWNER) {
            ownerIsFree();
        }
    }

    /** The thread of a call that asks has come to what needs its turn; its phase is running once it has it. */
    void wantTurn(CallTask task) {
        if (task.phase == Phase.ASKING && task.verdict == null) {
            task.phase = Phase.ASKED;
            if (task.cleared) {
                ready.add(task);
            }
            dispatch();
        }
    }

    private void countAttempt(CallTask task, long now) {
        task.attempts++;
        task.inAttempt = true;
        timers.schedule(now, settings.timeoutOf(task), Limit.ATTEMPT, task);
    }

    /** Whether the call may begin an attempt: it has not been ended meanwhile. */
    boolean beginAttempt(CallTask task) {
        if (task.phase != Phase.RUNNING || task.verdict != null) {
            return false;
        }
        countAttempt(task, settings.time().nanos());
        return true;
    }

    /** What an attempt came to, the limit of attempts taken into account. */
    Outcome endAttempt(CallTask task, Outcome outcome) {
        task.inAttempt = false;
        Outcome verdict = task.verdict;
        if (verdict == null || !task.verdictOfAttempt || task.phase == Phase.ABANDONED) {
            return outcome;
        }
        task.verdict = null;
        task.verdictOfAttempt = false;
        return verdict;
    }

    /** Whether another attempt that begins at {@code at} can still be within all limits. */
    boolean mayTryAgain(CallTask task, long at) {
        return task.phase == Phase.RUNNING
                && task.verdict == null
                && !ending.isEnding()
                && at - task.admittedNanos < settings.callTimeoutOf(task)
                && at - round.startNanos() < settings.roundTimeout();
    }

    /** The call gives its permit back, and its caps; not its resources. False if it has been ended. */
    boolean pause(CallTask task) {
        if (task.phase == Phase.ASKING) {
            // It has nothing to give back.
            return task.verdict == null;
        }
        if (task.phase != Phase.RUNNING || task.verdict != null) {
            return false;
        }
        task.phase = Phase.PAUSED;
        running.remove(task);
        bodies--;
        giveCapsBack(task);
        dispatch();
        return true;
    }

    /** The call wants to go on; its phase is running once it may. */
    void resume(CallTask task) {
        if (task.phase == Phase.PAUSED && task.verdict == null) {
            task.phase = Phase.RESUMING;
            ready.add(task);
            dispatch();
        }
    }

    private void giveCapsBack(CallTask task) {
        if (task.claim != null) {
            work.granted.addAll(settings.shared().releaseCaps(task.claim));
        }
    }

    /** The call gives its caps back, but not its permit. */
    void lend(CallTask task) {
        task.lends++;
        giveCapsBack(task);
    }

    /** The call wants its caps again; it is not reclaiming any more once it has them. */
    void reclaim(CallTask task) {
        Claim claim = task.claim;
        task.reclaiming = --task.lends == 0
                && claim != null
                && task.phase == Phase.RUNNING
                && task.verdict == null
                && !settings.shared().acquireAgain(claim);
    }

    /** The call goes on without the caps that it wanted again: it has been ended. */
    void stopReclaiming(CallTask task) {
        task.reclaiming = false;
        giveCapsBack(task);
    }

    /**
     * The call has ended on the current thread: settles the outcome, and no interrupt reaches it any more.
     *
     * @return false if it was settled before: the call was abandoned
     */
    boolean settle(CallTask task, Attempt attempt) {
        if (task.threadKind == ThreadKind.OWNER) {
            ownerIsFree();
        }
        if (!task.isRunning()) {
            return false;
        }
        if (task.phase == Phase.RUNNING) {
            bodies--;
        }
        task.phase = Phase.ENDING;
        task.inAttempt = false;
        if (task.attempts > 0) {
            task.startNanos = attempt.start();
            task.endNanos = attempt.end();
        } else {
            task.endNanos = settings.time().nanos();
        }
        Outcome outcome = attempt.outcome();
        Outcome verdict = task.verdict;
        boolean ownCounts = verdict == null || (verdict instanceof Outcome.Cancelled && outcome.isSuccess());
        task.outcome = ownCounts ? outcome : verdict;
        // An interceptor may have made a result of it.
        task.failsRound = attempt.leaving() != null && verdict == null && !outcome.isSuccess();
        task.told = true;
        return true;
    }

    /** Everybody knows that the call has ended: what waits for it may start. */
    void end(CallTask task) {
        if (task.phase == Phase.ABANDONED) {
            releaseAbandoned(task);
        } else if (task.phase == Phase.ENDING) {
            finish(task);
            if (task.failsRound) {
                ending.fail(task);
            }
        }
    }

    /** An abandoned call gives up its resources: it has ended, or the user says so. */
    boolean releaseAbandoned(CallTask task) {
        if (task.phase != Phase.ABANDONED) {
            return false;
        }
        boolean held = task.claim != null;
        settings.abandoned().remove(task);
        releaseClaim(task);
        if (!task.released && !ending.isCollapsed()) {
            releaseFromBoard(task);
        }
        return held;
    }

    void releaseFromBoard(CallTask task) {
        task.released = true;
        board.release(task.index - first);
    }

    /** Settles a call whose thread could not be started. */
    void startFailed(CallTask task, Throwable error) {
        if (task.phase == Phase.STARTING) {
            settleUnbegun(task, new Outcome.Failed(error));
        }
    }

    void finish(CallTask task) {
        task.phase = Phase.DONE;
        running.remove(task);
        releaseClaim(task);
        countDone(task);
        if (!ending.isCollapsed()) {
            board.complete(task.index - first);
        }
        ending.noteOutcome(task);
    }

    /** The call has its outcome, and with it those that follow it. */
    void countDone(CallTask task) {
        done++;
        List<CallTask> followers = task.followers;
        task.followers = List.of();
        for (CallTask follower : followers) {
            settleUnbegun(follower, Objects.requireNonNull(task.outcome));
        }
        List<CallTask> users = task.users;
        task.users = List.of();
        for (CallTask user : users) {
            user.missingResults--;
            askIfComplete(user);
        }
    }

    /** A call that has not had its turn is not to have it any more. */
    void giveUpTurn(CallTask task) {
        if (task.phase == Phase.ASKED) {
            releaseClaim(task);
        }
    }

    private void releaseClaim(CallTask task) {
        ready.noteQueueingOver(task, mostQueueing());
        ready.noteCapsFree(task, mostQueueing());
        Claim claim = task.claim;
        if (claim != null) {
            task.claim = null;
            work.granted.addAll(settings.shared().release(claim));
        }
    }

    void settleUnbegun(CallTask task, Outcome outcome) {
        task.outcome = outcome;
        task.startNanos = settings.time().nanos();
        task.endNanos = task.startNanos;
        finish(task);
    }
}
