package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.execution.CallTask.Phase;
import org.jspecify.annotations.Nullable;

/**
 * A round whose owner runs the calls itself, one after another in call order, which is always correct and needs no plan.
 * If it is watched, a call that turns out not to be brief has a rescuer take over the others, while the owner still runs
 * that one.
 */
final class InlineRun {

    private static final long RESCUER_JOIN_MILLIS = 1_000;

    private final Round round;
    private final RoundSettings settings;
    private final CallTask[] tasks;
    private final boolean watched;

    private final InlineSlot<Dispatcher> slot = new InlineSlot<>();
    private final Object rescueLock = new Object();

    // Guarded by rescueLock.
    private @Nullable Thread rescuer;
    private boolean over;

    /** The call for which a rescuer was started last; only accessed by the watch. */
    private int rescueTried = -1;

    // Only accessed by the owner.
    private boolean handedOver;

    /** Why a round that fails fast does so. */
    private @Nullable String failedFast;

    InlineRun(Round round, boolean watched) {
        this.round = round;
        this.settings = round.settings;
        this.tasks = round.tasks;
        this.watched = watched;
    }

    /** On the owner. */
    void run() {
        try {
            if (watched) {
                BriefWatch.SHARED.add(this);
            }
            runCalls();
        } finally {
            if (watched) {
                BriefWatch.SHARED.remove(this);
                joinRescuer();
            }
            if (!handedOver) {
                round.inlineOver();
            }
        }
    }

    private void runCalls() {
        long now = round.startNanos();
        for (int i = 0; i < tasks.length; i++) {
            CallTask task = tasks[i];
            Outcome outcome = unstarted(task);
            if (outcome != null) {
                task.startNanos = now;
            } else if (settings.shared().concernsAll()) {
                // A call was abandoned meanwhile, in a round within this one perhaps.
                handedOver = true;
                joinRescuer();
                round.runDispatched(i);
                return;
            } else {
                Attempt attempt = runCall(task, i, now);
                outcome = attempt.outcome();
                now = attempt.end();
                Dispatcher dispatcher = watched ? slot.end(i) : null;
                if (dispatcher != null) {
                    handedOver = true;
                    dispatcher.end(task, attempt);
                    dispatcher.run();
                    return;
                }
                task.startNanos = attempt.start();
                noteFailure(task, attempt);
            }
            task.endNanos = now;
            task.outcome = outcome;
            task.phase = Phase.DONE;
            now = round.reporter().callEnded(task) ? settings.time().nanos() : now;
        }
    }

    private Attempt runCall(CallTask task, int place, long now) {
        task.phase = Phase.RUNNING;
        task.startNanos = now;
        task.attempts = 1;
        task.threadKind = ThreadKind.OWNER;
        if (watched) {
            slot.begin(place, now);
        }
        return round.runOnOwner(task, now);
    }

    private void noteFailure(CallTask task, Attempt attempt) {
        Outcome outcome = attempt.outcome();
        if (attempt.leaving() != null && outcome instanceof Outcome.Failed failed) {
            round.failure = failed.error();
        } else if (!outcome.isSuccess() && failedFast == null) {
            failedFast = Messages.failedFast(task);
        }
    }

    /** The outcome of a call that is not to be started after all, or null. */
    private @Nullable Outcome unstarted(CallTask task) {
        if (!round.interrupted() && Thread.interrupted()) {
            round.noteInterrupt();
        }
        String why = round.cancelled();
        if (why != null) {
            return Messages.notStarted(task, why);
        }
        if (round.interrupted()) {
            return Messages.notStarted(task, Round.INTERRUPTED);
        }
        if (round.failure != null) {
            return Messages.notStarted(task, Round.FAILED);
        }
        if (settings.failFast() && failedFast != null) {
            return Messages.notStarted(task, failedFast);
        }
        settings.batch().check(task);
        if (task.refusal != null) {
            return task.refusal;
        }
        for (int used : task.dependencies()) {
            Outcome outcome = tasks[used].outcome;
            if (outcome == null || !outcome.isSuccess()) {
                return task.skipped(tasks[used]);
            }
        }
        return null;
    }

    /** Called by the watch: if the call that the owner runs is not brief after all, the others do not wait for it. */
    void rescueIfRunningFor(long nanos) {
        int running = slot.runningFor(nanos, settings.time().nanos());
        if (running < 0 || running == rescueTried || running == tasks.length - 1) {
            return;
        }
        synchronized (rescueLock) {
            if (over || (rescuer != null && rescuer.isAlive())) {
                // One at a time: one that still plans for an earlier call is about to find that it comes too late.
                return;
            }
            rescueTried = running;
            Dispatcher planned = new Dispatcher(round, running);
            rescuer = Thread.ofPlatform()
                    .daemon()
                    .name("interlock-rescue-" + round.number())
                    .inheritInheritableThreadLocals(false)
                    .start(() -> planned.beginBeside(running, slot));
        }
    }

    /** The owner is through: a rescuer that came too late, or that user's code keeps, has nothing more to do. */
    private void joinRescuer() {
        Thread late;
        synchronized (rescueLock) {
            over = true;
            late = rescuer;
            rescuer = null;
        }
        if (late != null) {
            late.interrupt();
            try {
                late.join(RESCUER_JOIN_MILLIS);
            } catch (InterruptedException e) {
                round.noteInterrupt();
            }
        }
    }

    Round round() {
        return round;
    }

    /** As cheap as that of the round. */
    @Override
    public int hashCode() {
        return round.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }
}
