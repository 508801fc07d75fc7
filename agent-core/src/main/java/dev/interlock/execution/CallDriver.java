package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.durable.CallPendingException;
import dev.interlock.plan.CallPlan;
import dev.interlock.schedule.Actions;
import dev.interlock.schedule.Call;
import dev.interlock.schedule.EngineFailure;
import dev.interlock.schedule.Limits;
import dev.interlock.schedule.Outcomes;
import dev.interlock.schedule.PendingCause;
import dev.interlock.share.Claim;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Runs the calls of a dispatched round, each on the current thread, and connects their threads to the round. The thread
 * that ends a call starts the calls that became ready.
 */
final class CallDriver implements CallControl {

    /**
     * How long the thread of a call must park.
     *
     * @param ended whether the call has been ended, so that its thread waits no more
     * @param nanos 0 if the thread may go on
     */
    private record Park(boolean ended, long nanos) {
        static final Park GO_ON = new Park(false, 0);
        static final Park ENDED = new Park(true, 0);
    }

    private final RoundFrame frame;
    private final OwnerThread owner;
    private final RoundSettings settings;
    private final ScheduleDriver driver;

    CallDriver(RoundFrame frame, ScheduleDriver driver) {
        this.frame = frame;
        this.owner = frame.owner();
        this.settings = frame.settings();
        this.driver = driver;
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
            BodyRun run =
                    call.isManaged() ? managed(call).run() : frame.bodies().run(call, call.startNanos());
            return owner.endCall(
                    call, run, run.outcome() instanceof Outcome.Failed && driver.read(schedule -> call.isCondemned()));
        } catch (Throwable e) {
            return frame.bodies().brokenOff(call, e);
        } finally {
            outer.restore();
        }
    }

    @Override
    public void run(Call dispatched) {
        DrivenCall call = DrivenCall.of(dispatched);
        Thread current = Thread.currentThread();
        try {
            if (!begin(call, current.isVirtual() ? ThreadKind.VIRTUAL : ThreadKind.PLATFORM)) {
                return;
            }
            BodyRun run;
            Within outer = Within.current().withCall(call, frame.around()).enter();
            try {
                // Keep few frames between the thread and the tool, since the tool's author reads its stack traces.
                run = call.isManaged() ? managed(call).run() : frame.bodies().run(call, call.startNanos());
            } catch (Throwable e) {
                run = frame.bodies().brokenOff(call, e);
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
        if (kind == ThreadKind.OWNER) {
            call.thread().setAround(frame.aroundOwner());
        }
        return driver.apply(changing -> {
            Actions actions = changing.began(call, kind);
            if (actions.allowed()) {
                call.thread().enter(Thread.currentThread());
            }
            return actions;
        });
    }

    private ManagedCall managed(DrivenCall call) {
        return new ManagedCall(call, frame.number(), settings, frame.reporter(), frame.bodies(), this);
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
                forgetAbandoned(call);
                return changing.endHeard(call, stop);
            });
            // Again, since after a failure that event may have brought the news of an earlier one, that it is
            // abandoned.
            forgetAbandoned(call);
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

    private void forgetAbandoned(DrivenCall call) {
        if (call.isAbandoned()) {
            settings.abandoned().remove(call);
        }
    }

    @Override
    public boolean release(Call call) {
        boolean released = driver.applyOrCollapse(changing -> {
            forgetAbandoned(DrivenCall.of(call));
            return changing.released(call);
        });
        if (released) {
            Replicas.released(DrivenCall.of(call));
        }
        return released;
    }

    @Override
    public void granted(Claim claim, FollowUps after) {
        driver.applyForOther(changing -> changing.granted(claim), after);
    }

    @Override
    public void suspected(Claim claim, FollowUps after) {
        driver.applyForOther(changing -> changing.suspected(claim), after);
    }

    @Override
    public void passGate(Call call) {
        if (!driver.applyOrCollapse(changing -> changing.reachedGate(call))) {
            parkForTurn(call, call::hasTurn);
        }
    }

    @Override
    public boolean announced(Call call) {
        return driver.applyOrCollapse(changing -> changing.announced(call));
    }

    @Override
    public void stopClock(Call call) {
        driver.applyOrCollapse(changing -> changing.clockStopped(call));
    }

    @Override
    public void startClock(Call call) {
        driver.applyOrCollapse(changing -> changing.clockStarted(call));
    }

    /**
     * Lets interrupts reach the attempt from here on. Not earlier, under the lock, since the limit may pass in between.
     */
    @Override
    public boolean beginAttempt(Call call) {
        RunningThread running = DrivenCall.of(call).thread();
        running.enterAttempt(call.attempts() + 1);
        boolean begun = driver.applyOrCollapse(changing -> changing.attemptBegins(call));
        if (!begun) {
            running.leaveAttempt();
        }
        return begun;
    }

    /**
     * Ends an attempt. It does not take the thread's monitor under the lock, because interrupting a thread of a user's
     * class runs foreign code with that monitor held.
     */
    @Override
    public Outcome endAttempt(Call call, Outcome outcome) {
        DrivenCall.of(call).thread().leaveAttempt();
        driver.applyOrCollapse(changing -> changing.attemptEnded(call, outcome));
        return Objects.requireNonNull(call.attemptOutcome());
    }

    @Override
    public boolean mayTryAgain(Call call, long at) {
        return driver.read(schedule -> schedule.mayTryAgain(call, at));
    }

    @Override
    public boolean pause(Call call) {
        return driver.applyOrCollapse(changing -> changing.paused(call));
    }

    @Override
    public boolean resume(Call call) {
        driver.applyOrCollapse(changing -> changing.resumed(call));
        return parkForTurn(call, call::mayGoOn);
    }

    /** Slots of all replicas go back first if there is anything to wait for, see {@link ReplicaTurn}. */
    private boolean parkForTurn(Call call, BooleanSupplier condition) {
        DrivenCall driven = DrivenCall.of(call);
        if (driven.replicaHold() != null && !driver.read(schedule -> condition.getAsBoolean())) {
            Replicas.waits(driven);
        }
        return parkUntil(call, condition);
    }

    @Override
    public boolean takeTurn(Call call) {
        driver.applyOrCollapse(changing -> changing.wantsTurn(call));
        return parkUntil(call, call::hasTurn);
    }

    @Override
    public void lend(Call call) {
        driver.applyOrCollapse(changing -> changing.lent(call));
        Replicas.lent(DrivenCall.of(call));
    }

    @Override
    public void reclaim(Call call) {
        driver.applyOrCollapse(changing -> changing.reclaimed(call));
        if (!parkUntil(call, () -> !call.isReclaiming())) {
            driver.applyOrCollapse(changing -> changing.stoppedReclaiming(call));
        }
        // Last: a call that has slots of all replicas waits for nothing here.
        Replicas.reclaimed(DrivenCall.of(call), this);
    }

    @Override
    public boolean parkUntil(Call call, BooleanSupplier condition) {
        return parkUntil(call, condition, now -> Limits.NO_LIMIT);
    }

    @Override
    public boolean parkUntil(Call call, BooleanSupplier condition, long at) {
        return parkUntil(call, condition, now -> Math.max(0, at - now));
    }

    private boolean parkUntil(Call call, BooleanSupplier condition, LongUnaryOperator longest) {
        boolean flagged = false;
        Park park = park(call, condition, longest);
        while (park.nanos() > 0) {
            settings.time().park(call, park.nanos());
            if (Thread.interrupted()) {
                flagged = true;
                heedInterrupt(DrivenCall.of(call));
            }
            park = park(call, condition, longest);
        }
        if (flagged) {
            Thread.currentThread().interrupt();
        }
        return !park.ended();
    }

    /**
     * Ends the round now, not after the wait, if an interrupt from outside reached the owner while a call that it runs
     * waits.
     */
    private void heedInterrupt(DrivenCall call) {
        if (call.threadKind() == ThreadKind.OWNER && !call.isInterruptedByRound()) {
            owner.recordInterrupt();
            driver.applyOrCollapse(changing -> changing.cancelled(Outcomes.INTERRUPTED));
        }
    }

    /** How long the call's thread must park: not at all if it may go on, or if the call has ended. */
    private Park park(Call call, BooleanSupplier condition, LongUnaryOperator longest) {
        return driver.read(schedule -> {
            if (condition.getAsBoolean()) {
                return Park.GO_ON;
            }
            if (call.isCondemned()) {
                return Park.ENDED;
            }
            return new Park(false, longest.applyAsLong(schedule.now()));
        });
    }

    @Override
    public CallPlan plan() {
        return RoundReporter.plan(Arrays.asList(driver.calls()));
    }
}
