package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.plan.CallPlan;
import dev.interlock.schedule.Call;
import java.util.function.BooleanSupplier;

/**
 * What the driver of a call's round offers to the call's own thread. Every method may wait for the round's lock, so the
 * caller must hold no lock.
 *
 * <p>It cuts a circle: its only implementation is {@link CallDriver}, which runs calls, and calls need this.
 */
interface CallControl extends Grants {

    /** Runs the call on the current thread, which was made for it, if that is still wanted. */
    void run(Call call);

    /**
     * Makes the current thread, of a call with an announcement, wait until all earlier ones have been made. If the call
     * ends meanwhile, no attempt begins. If it has to wait, it gives slots of all replicas back.
     */
    void passGate(Call call);

    /** Announces that the call's tool comes next; returns whether the tool may start. */
    boolean announced(Call call);

    /** Stops the attempt's clock: the body now waits for something other than its tool. */
    void stopClock(Call call);

    void startClock(Call call);

    /** Whether the current thread may begin another attempt: the call has not been ended. */
    boolean beginAttempt(Call call);

    /** Ends an attempt; returns its outcome with its limit applied. */
    Outcome endAttempt(Call call, Outcome outcome);

    /** Whether an attempt that begins at {@code at} can still be within all limits. */
    boolean mayTryAgain(Call call, long at);

    /** Makes the current thread, of a call that runs before its turn, wait for that; false if the call has ended. */
    boolean takeTurn(Call call);

    /** Gives back the call's permit and its caps; returns false if the call has ended. */
    boolean pause(Call call);

    /**
     * Makes the current thread, of a paused call, wait for a permit; returns false if the call has ended. If it does
     * not get the permit at once, it gives slots of all replicas back.
     */
    boolean resume(Call call);

    /**
     * Parks the call's thread, the current one, until a condition on the call holds. The interrupt flag stays.
     *
     * @return false if the call has been ended before
     */
    boolean parkUntil(Call call, BooleanSupplier condition);

    /**
     * Parks the call's thread like {@link #parkUntil(Call, BooleanSupplier)}, but no longer than until the clock reads
     * {@code at}.
     *
     * @return false if the call has been ended before
     */
    boolean parkUntil(Call call, BooleanSupplier condition, long at);

    /** Gives back the call's caps: its body is about to wait for a round of its own. */
    void lend(Call call);

    /** Waits until the call has its caps again, so that its body may go on. */
    void reclaim(Call call);

    /** Returns the plan of the calls so far. */
    CallPlan plan();
}
