package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.plan.CallPlan;
import dev.interlock.replicas.ReplicaRequest;
import dev.interlock.schedule.Call;
import dev.interlock.schedule.Limits;
import dev.interlock.schedule.Outcomes;
import dev.interlock.share.Claim;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Connects the running calls of a dispatched round to its schedule: what their threads tell it between a call's begin
 * and its end, and how they wait for it. Every method may wait for the round's lock, so the caller must hold no lock.
 */
final class RunningCalls implements CallControl {

    /**
     * How long the thread of a call must park.
     *
     * @param ended whether the call has been ended, so that its thread waits no more
     * @param nanos 0 if the thread may go on
     */
    private record Park(boolean ended, long nanos) {
        static final Park GO_ON = new Park(false, 0);
        static final Park ENDED = new Park(true, 0);
        static final Park WAIT = new Park(false, Limits.NO_LIMIT);
    }

    private final OwnerThread owner;
    private final RoundSettings settings;
    private final ScheduleDriver driver;

    RunningCalls(RoundFrame frame, ScheduleDriver driver) {
        this.owner = frame.owner();
        this.settings = frame.settings();
        this.driver = driver;
    }

    void forgetAbandoned(DrivenCall call) {
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

    /**
     * Makes the current thread, of a call with an announcement, wait until all earlier ones have been made. If the call
     * ends meanwhile, no attempt begins. If it has to wait, it gives slots of all replicas back.
     */
    void passGate(Call call) {
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
     * Whether the current thread may begin another attempt: the call has not been ended.
     *
     * <p>Lets interrupts reach the attempt from here on. Not earlier, under the lock, since the limit may pass in
     * between.
     */
    boolean beginAttempt(Call call) {
        RunningThread running = DrivenCall.of(call).thread();
        running.enterAttempt(call.attempts() + 1);
        boolean begun = driver.applyOrCollapse(changing -> changing.attemptBegins(call));
        if (!begun) {
            running.leaveAttempt();
        }
        return begun;
    }

    /**
     * Ends an attempt; returns its outcome with its limit applied. It does not take the thread's monitor under the
     * lock, because interrupting a thread of a user's class runs foreign code with that monitor held.
     */
    Outcome endAttempt(Call call, Outcome outcome) {
        DrivenCall.of(call).thread().leaveAttempt();
        driver.applyOrCollapse(changing -> changing.attemptEnded(call, outcome));
        return Objects.requireNonNull(call.attemptOutcome());
    }

    /** Whether an attempt that begins at {@code at} can still be within all limits. */
    boolean mayTryAgain(Call call, long at) {
        return driver.read(schedule -> schedule.mayTryAgain(call, at));
    }

    /** Gives back the call's permit and its caps; returns false if the call has ended. */
    boolean pause(Call call) {
        return driver.applyOrCollapse(changing -> changing.paused(call));
    }

    /**
     * Makes the current thread, of a paused call, wait for a permit; returns false if the call has ended. If it does
     * not get the permit at once, it gives slots of all replicas back.
     */
    boolean resume(Call call) {
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

    /** Makes the current thread, of a call that runs before its turn, wait for that; false if the call has ended. */
    boolean takeTurn(Call call) {
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
        DrivenCall driven = DrivenCall.of(call);
        ReplicaRequest request = Replicas.reclaims(driven);
        if (request != null) {
            CompletableFuture<Boolean> granted = request.granted().toCompletableFuture();
            Replicas.reclaimed(driven, parkUntil(call, granted::isDone));
        }
    }

    /**
     * Parks the call's thread, the current one, until a condition on the call holds. The interrupt flag stays.
     *
     * @return false if the call has been ended before
     */
    boolean parkUntil(Call call, BooleanSupplier condition) {
        return parkUntil(call, condition, () -> Limits.NO_LIMIT);
    }

    /**
     * Parks the call's thread like {@link #parkUntil(Call, BooleanSupplier)}, but no longer than until the clock reads
     * {@code at}.
     *
     * @return false if the call has been ended before
     */
    boolean parkUntil(Call call, BooleanSupplier condition, long at) {
        return parkUntil(call, condition, () -> Math.max(0, at - settings.time().nanos()));
    }

    private boolean parkUntil(Call call, BooleanSupplier condition, LongSupplier longest) {
        RunningThread thread = DrivenCall.of(call).thread();
        boolean flagged = false;
        Park park = park(call, condition, longest);
        while (park.nanos() > 0) {
            settings.time().park(call, park.nanos());
            if (thread.borrowFlag()) {
                flagged = true;
                heedInterrupt(DrivenCall.of(call));
            }
            park = park(call, condition, longest);
        }
        if (flagged) {
            thread.setFlag();
        }
        return !park.ended();
    }

    /**
     * Ends the round now, not after the wait, if an interrupt from outside reached the owner while a call that it runs
     * waits.
     */
    private void heedInterrupt(DrivenCall call) {
        if (call.threadKind() == ThreadKind.OWNER && call.thread().isInterruptedForOthers()) {
            owner.recordTaken();
            driver.applyOrCollapse(changing -> changing.cancelled(Outcomes.INTERRUPTED));
        }
    }

    /** How long the call's thread must park: not at all if it may go on, or if the call has ended. */
    private Park park(Call call, BooleanSupplier condition, LongSupplier longest) {
        Park known = driver.read(schedule -> {
            if (condition.getAsBoolean()) {
                return Park.GO_ON;
            }
            return call.isCondemned() ? Park.ENDED : Park.WAIT;
        });
        // Outside of the lock, as late as possible: a thread that had to wait for the lock must not park longer.
        return known.nanos() == 0 ? known : new Park(false, longest.getAsLong());
    }

    /** Returns the plan of the calls so far. */
    CallPlan plan() {
        return DrivenCall.plan(Arrays.asList(driver.calls()));
    }
}
