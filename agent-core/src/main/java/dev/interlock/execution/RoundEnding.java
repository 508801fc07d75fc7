package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.execution.CallTask.Phase;
import dev.interlock.execution.Timers.Limit;
import dev.interlock.execution.Timers.Timer;
import dev.interlock.share.Claim;
import org.jspecify.annotations.Nullable;

/**
 * How calls and rounds end early: by limits of time, cancellation, failures. A part of {@link RoundState}, guarded by the
 * same lock.
 */
final class RoundEnding {

    /** How long calls before one whose failure ends the round may go on. */
    private static final long EARLIER_CALLS_NANOS = 250_000_000;

    private final RoundState state;
    private final RoundSettings settings;
    private final Round round;

    private @Nullable String stopped;
    private @Nullable CallTask earliestFailure;
    private boolean collapsed;
    private boolean roundExpired;

    RoundEnding(RoundState state) {
        this.state = state;
        this.settings = state.settings;
        this.round = state.round;
    }

    boolean isStopped() {
        return stopped != null;
    }

    boolean isCollapsed() {
        return collapsed;
    }

    /** Whether no further attempt should begin. */
    boolean isEnding() {
        return stopped != null || earliestFailure != null || roundExpired;
    }

    /** A call that comes when the round is ending already. */
    void checkLate(CallTask task) {
        if (stopped != null) {
            state.settleUnbegun(task, Messages.notStarted(task, stopped));
        } else if (earliestFailure != null) {
            state.settleUnbegun(task, Messages.notStarted(task, Round.FAILED));
        } else if (roundExpired) {
            state.settleUnbegun(task, Messages.timedOut(task, "the round", settings.roundTimeout()));
        }
    }

    /** The outcome of a call that uses the result of one that has none; null if it has all it uses. */
    @Nullable
    Outcome skipped(CallTask task) {
        for (int used : task.dependencies()) {
            CallTask producer = state.tasks.get(used);
            if (producer.outcome == null || !producer.outcome.isSuccess()) {
                return task.skipped(producer);
            }
        }
        return null;
    }

    /** A call has ended; the policy may be that none is to go on after a failure. */
    void noteOutcome(CallTask task) {
        Outcome outcome = task.outcome;
        boolean failed = outcome != null && !outcome.isSuccess() && !task.failsRound;
        if (failed && settings.failFast() && stopped == null && task.refusal == null) {
            stop(Messages.failedFast(task));
        }
    }

    /**
     * The failure of a call ends the round: later calls do not start, later reads are interrupted at once. Earlier calls
     * get a moment, since their failure would have come first in call order; writes get the grace period.
     */
    void fail(CallTask task) {
        if (earliestFailure != null && earliestFailure.index < task.index) {
            return;
        }
        long now = settings.time().nanos();
        if (earliestFailure == null) {
            state.timers.schedule(now, Math.min(settings.grace(), EARLIER_CALLS_NANOS), Limit.EARLIER_CALLS, null);
            state.timers.schedule(now, settings.grace(), Limit.FAILED_ROUND, null);
        }
        earliestFailure = task;
        round.failure = task.outcome instanceof Outcome.Failed failed ? failed.error() : null;
        giveUp(task.index + 1, state.tasks.size(), now);
    }

    /** Some calls of a failed round do not start any more, and are interrupted if they only read. */
    private void giveUp(int from, int to, long now) {
        for (int i = from; i < to; i++) {
            CallTask task = state.tasks.get(i);
            if (task.isUnbegun()) {
                state.settleUnbegun(task, Messages.notStarted(task, Round.FAILED));
            } else if (task.isRunning() && (task.onlyReads() || task.attempts == 0)) {
                condemn(task, now, Messages.interrupted(task, now, Round.FAILED));
            }
        }
        state.withdrawStarts();
    }

    /**
     * The engine itself failed: the scoreboard may be torn, so it is not used any more.
     *
     * @param own the call that the current thread has run and could not settle, or null
     */
    void collapse(Throwable error, @Nullable CallTask own) {
        if (collapsed) {
            return;
        }
        collapsed = true;
        round.failure = error;
        round.internalError = error;
        stop(Round.FAILED);
        for (int i = state.first; i < state.tasks.size(); i++) {
            CallTask task = state.tasks.get(i);
            if (task.phase == Phase.ENDING) {
                state.finish(task);
            } else if (task.equals(own) && task.isRunning()) {
                // Other threads settle their calls themselves.
                long now = settings.time().nanos();
                task.outcome = Messages.interrupted(task, now, Round.FAILED);
                task.endNanos = now;
                state.finish(task);
            } else if (task.phase == Phase.FOLLOWING) {
                state.settleUnbegun(task, Messages.notStarted(task, Round.FAILED));
            }
        }
    }

    /**
     * Stops the round for somebody who relies on it that all that run have been interrupted when this is done: whoever
     * condemned a call before may be about to interrupt it only.
     */
    void cancel(String why) {
        for (int i = state.first; i < state.tasks.size(); i++) {
            CallTask task = state.tasks.get(i);
            if (task.isRunning()
                    && task.verdict != null
                    && !task.verdictOfAttempt
                    && !task.running.isInterruptedByRound()) {
                state.work().toInterrupt.add(new Work.Interrupt(task, 0));
            }
        }
        stop(why);
    }

    /** No call starts any more, and all that run are interrupted. */
    void stop(String why) {
        if (stopped != null) {
            return;
        }
        stopped = why;
        if (!collapsed) {
            state.board.cancel();
        }
        long now = settings.time().nanos();
        for (int i = state.first; i < state.tasks.size(); i++) {
            CallTask task = state.tasks.get(i);
            // Of a call whose tool has not been started it says so.
            end(task, now, Messages.interrupted(task, now, why));
        }
        state.withdrawStarts();
    }

    /** Interrupts a running call; what it then comes to is the verdict. */
    private void condemn(CallTask task, long now, Outcome verdict) {
        if (task.verdict != null && !task.verdictOfAttempt) {
            return;
        }
        boolean first = task.verdict == null;
        task.condemnedNanos = first ? now : task.condemnedNanos;
        task.verdict = verdict;
        task.verdictOfAttempt = false;
        state.giveUpTurn(task);
        state.work().toInterrupt.add(new Work.Interrupt(task, 0));
        if (first) {
            state.timers.schedule(now, settings.grace(), Limit.GRACE, task);
        }
    }

    /** The limit of an attempt has passed. */
    private void condemnAttempt(CallTask task, long now) {
        if (task.verdict != null || !task.inAttempt) {
            return;
        }
        task.condemnedNanos = now;
        task.verdict = Messages.attemptTimedOut(task, settings.timeoutOf(task));
        boolean managed = settings.isManaged(task);
        task.verdictOfAttempt = managed;
        state.work().toInterrupt.add(new Work.Interrupt(task, managed ? task.attempts : 0));
        state.timers.schedule(now, settings.grace(), Limit.GRACE, task);
    }

    private void abandon(CallTask task, long now) {
        Thread thread = task.running.thread();
        if (thread == null || thread.equals(round.owner())) {
            return;
        }
        if (task.phase == Phase.RUNNING) {
            state.bodies--;
        }
        task.phase = Phase.ABANDONED;
        task.outcome = task.verdict;
        task.endNanos = now;
        state.running.remove(task);
        state.work().abandoned.add(task);
        if (task.asks) {
            // Its tool does not run, nor will it: it holds nothing.
            task.released = true;
            state.noteAbandoned(task);
            state.countDone(task);
            if (!collapsed) {
                state.board.complete(task.index - state.first);
            }
            noteOutcome(task);
            return;
        }
        Claim claim = task.claim == null ? state.newClaim(task) : task.claim;
        task.claim = claim;
        state.work().granted.addAll(settings.shared().abandon(claim));
        state.work().suspicious.addAll(settings.shared().waitingFor(claim));
        state.noteAbandoned(task);
        state.countDone(task);
        if (!collapsed) {
            state.board.detach(task.index - state.first);
            state.timers.schedule(now, settings.heldResourceTimeout(), Limit.HELD, task);
        }
        noteOutcome(task);
    }

    // Limits.

    /** Acts on the limits that have passed. */
    void expireLimits() {
        long now = settings.time().nanos();
        for (Timer timer = state.timers.poll(now); timer != null; timer = state.timers.poll(now)) {
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
            for (int i = state.first; i < state.tasks.size(); i++) {
                expire(state.tasks.get(i), now, "the round", settings.roundTimeout());
            }
        } else if (limitOfRound == Limit.EARLIER_CALLS && earliestFailure != null) {
            giveUp(state.first, earliestFailure.index, now);
        } else if (limitOfRound == Limit.FAILED_ROUND) {
            stop(Round.FAILED);
        }
    }

    private void expire(Timer timer, CallTask task, long now) {
        switch (timer.limit()) {
            case CALL -> expire(task, now, "the call", settings.callTimeoutOf(task));
            case ATTEMPT -> {
                if (task.isRunning() && task.attempts == timer.attempt()) {
                    condemnAttempt(task, now);
                }
            }
            case GRACE -> {
                if (task.isRunning() && task.verdict != null && now - task.condemnedNanos >= settings.grace()) {
                    abandon(task, now);
                }
            }
            case HELD -> {
                if (task.phase == Phase.ABANDONED && !task.released && !collapsed) {
                    expireHeld(task, now);
                }
            }
            case HELD_ELSEWHERE -> expireHeldElsewhere(task);
            case UNBEGUN -> {
                if (task.phase == Phase.STARTING && task.launched == null) {
                    expireUnbegun(task, now);
                }
            }
            case ROUND, EARLIER_CALLS, FAILED_ROUND -> throw new IllegalStateException("a limit of rounds: " + timer);
        }
    }

    private void expire(CallTask task, long now, String what, long limit) {
        end(task, now, Messages.timedOut(task, what, limit));
        state.withdrawStarts();
    }

    private void end(CallTask task, long now, Outcome outcome) {
        if (task.isUnbegun()) {
            state.settleUnbegun(task, outcome);
        } else if (task.isRunning()) {
            condemn(task, now, outcome);
        }
    }

    /**
     * The user's executor has left a call lying. While other calls of the round run it is just busy. If none does, its
     * threads may all wait for calls such as this one, which then gets a thread of its own; and so do all if it has begun
     * none at all. So does a call that is to ask, which waits for no other; and one that holds what calls of other rounds wait for, on the executor's threads perhaps.
     */
    private void expireUnbegun(CallTask task, long now) {
        if (!state.callExecutorBegan
                || task.asks
                || task.claim != null
                || (state.bodies == 0 && state.work().toStart.isEmpty())) {
            task.ownThread = true;
            state.work().toStart.add(task);
        } else {
            state.timers.schedule(now, RoundState.UNBEGUN_NANOS, Limit.UNBEGUN, task);
        }
    }

    /**
     * Fails the calls that conflict with an abandoned call of this round. Then nothing admitted so far conflicts with it
     * any more, so the others, which waited for it through those, need not wait.
     */
    private void expireHeld(CallTask holder, long now) {
        for (int ticket : state.board.waitersFor(holder.index - state.first)) {
            CallTask task = state.tasks.get(state.first + ticket);
            if (holder.conflictsWith(task)) {
                end(task, now, Messages.held(task, holder, now));
            }
        }
        state.withdrawStarts();
        state.releaseFromBoard(holder);
    }

    /** The call waits for a resource that a call of another round holds, perhaps for ever. */
    private void expireHeldElsewhere(CallTask task) {
        task.heldTimer = false;
        Claim claim = task.claim;
        Claim suspect =
                claim == null || !task.wantsTurn() ? null : settings.shared().suspect(claim);
        if (suspect != null) {
            TaskClaimant holder = TaskClaimant.of(suspect);
            long now = settings.time().nanos();
            end(
                    task,
                    now,
                    Messages.heldElsewhere(
                            task,
                            holder.task(),
                            holder.dispatcher().round().number(),
                            settings.heldResourceTimeout(),
                            now - holder.task().endNanos));
        }
    }
}
