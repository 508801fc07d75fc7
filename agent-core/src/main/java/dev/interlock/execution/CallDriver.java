package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.durable.CallPendingException;
import dev.interlock.schedule.Actions;
import dev.interlock.schedule.Call;
import dev.interlock.schedule.EngineFailure;
import dev.interlock.schedule.Outcomes;
import dev.interlock.schedule.PendingCause;
import java.util.List;

/**
 * Runs the calls of a dispatched round, each on the current thread, and connects their threads to the round. The thread
 * that ends a call starts the calls that became ready.
 */
final class CallDriver {

    private final RoundFrame frame;
    private final OwnerThread owner;
    private final RoundSettings settings;
    private final BodyRunner bodies;
    private final ScheduleDriver driver;
    private final RunningCalls running;

    CallDriver(RoundFrame frame) {
        this.frame = frame;
        this.owner = frame.owner();
        this.settings = frame.settings();
        this.bodies = new BodyRunner(frame);
        this.driver = new ScheduleDriver(frame, call -> () -> run(call));
        this.running = new RunningCalls(frame, driver);
    }

    ScheduleDriver driver() {
        return driver;
    }

    RunningCalls running() {
        return running;
    }

    void runOnOwner(DrivenCall call) {
        try {
            if (begin(call, ThreadKind.OWNER)) {
                end(call, runBodyOnOwner(call));
            }
        } catch (Throwable e) {
            failed(call, e);
        }
    }

    private BodyRun runBodyOnOwner(DrivenCall call) {
        Within outer = Within.current().withCall(call, frame.around()).enter();
        try {
            BodyRun run = call.isManaged() ? managed(call).run() : bodies.run(call, call.startNanos());
            return owner.endCall(
                    call, run, run.outcome() instanceof Outcome.Failed && driver.read(schedule -> call.isCondemned()));
        } catch (Throwable e) {
            return bodies.brokenOff(call, e);
        } finally {
            outer.restore();
        }
    }

    /** Runs the call on the current thread, which was made for it, if that is still wanted. */
    private void run(DrivenCall call) {
        Thread current = Thread.currentThread();
        try {
            if (!begin(call, current.isVirtual() ? ThreadKind.VIRTUAL : ThreadKind.PLATFORM)) {
                return;
            }
            BodyRun run;
            Within outer = Within.current().withCall(call, frame.around()).enter();
            try {
                // Keep few frames between the thread and the tool, since the tool's author reads its stack traces.
                run = call.isManaged() ? managed(call).run() : bodies.run(call, call.startNanos());
            } catch (Throwable e) {
                run = bodies.brokenOff(call, e);
            } finally {
                outer.restore();
            }
            end(call, run);
        } catch (Throwable e) {
            failed(call, e);
        }
    }

    /** The engine failed on the thread of a call, the current one, which does nothing more for the call. */
    void failed(DrivenCall call, Throwable error) {
        call.thread().leaveForOthers();
        driver.collapse(EngineFailure.ranBy(error, call, owner.isCurrent()));
    }

    private boolean begin(DrivenCall call, ThreadKind kind) {
        return driver.apply(changing -> {
            Actions actions = changing.began(call, kind);
            if (actions.allowed()) {
                if (kind == ThreadKind.OWNER) {
                    call.thread().enter(Thread.currentThread(), owner.level());
                } else {
                    call.thread().enter(Thread.currentThread());
                }
            }
            return actions;
        });
    }

    private ManagedCall managed(DrivenCall call) {
        return new ManagedCall(call, frame.number(), settings, frame.reporter(), bodies, running);
    }

    /** Ends a call whose body has ended on the current thread. */
    void end(DrivenCall call, BodyRun run) {
        call.thread().leaveForOthers();
        try {
            // An interceptor may run long after the attempt, and a listener may take its time.
            long ended = call.isManaged() ? settings.time().nanos() : run.endNanos();
            CallPendingException pending = PendingCalls.in(run);
            if (pending != null && pends(call, run, pending, ended)) {
                return;
            }
            Outcome own = call.readMessage(run.outcome());
            boolean counts = driver.apply(
                    ended,
                    changing -> changing.ended(call, own, run.startNanos(), run.endNanos(), run.leaving() != null));
            journalEnd(call);
            boolean told = counts && tellEnd(call, run, ended);
            // The owner notices its interrupt at the end of the call that it ran. Calls that waited for it must not
            // start.
            String stop = owner.isCurrent() && owner.interrupted() ? Outcomes.INTERRUPTED : null;
            driver.apply(told ? settings.time().nanos() : ended, changing -> {
                running.forgetAbandoned(call);
                return changing.endHeard(call, stop);
            });
            // Again, since after a failure that event may have brought the news of an earlier one, that it is
            // abandoned.
            running.forgetAbandoned(call);
        } catch (Throwable e) {
            failed(call, e);
        }
    }

    /**
     * Writes the call's end to the journal before any call that waits for it may start, even if the call was abandoned.
     */
    private void journalEnd(DrivenCall call) {
        JournalledRound journal = frame.journal();
        if (journal != null && call.settled() != null) {
            journal.ended(call);
            if (settings.coalescing()) {
                List<Call> followers = driver.read(schedule -> schedule.followersOf(call));
                journal.ended(call, followers.stream().map(DrivenCall::of).toList());
            }
        }
    }

    /** Reports the attempt's end, unless the call has several attempts, which reported theirs. */
    private boolean tellEnd(DrivenCall call, BodyRun run, long ended) {
        tellAttempt(call, call.outcome(), run);
        return frame.reporter().callEnded(call, ended);
    }

    private void tellAttempt(DrivenCall call, Outcome outcome, BodyRun run) {
        if (!call.isManaged()) {
            frame.reporter().attemptEnded(call, outcome, run);
        }
    }

    /** Makes the call pending, unless its round ends or is confined to its owner. */
    private boolean pends(DrivenCall call, BodyRun run, CallPendingException why, long now) {
        call.history().recordPending(why, now);
        PendingCause cause = PendingCalls.cause(why);
        if (!driver.apply(now, changing -> changing.pends(call, cause))) {
            return false;
        }
        JournalledRound journal = frame.journal();
        if (journal != null) {
            // Before it is pending: the round may then rest, and be over.
            journal.pends(call, cause);
        }
        tellAttempt(call, run.outcome(), run);
        String stop = owner.isCurrent() && owner.interrupted() ? Outcomes.INTERRUPTED : null;
        driver.apply(journal == null ? now : settings.time().nanos(), changing -> changing.becomesPending(call, stop));
        return true;
    }
}
