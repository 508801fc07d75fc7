package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.plan.CallPlan;
import dev.interlock.schedule.Call;
import dev.interlock.share.Claim;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * What the driver of a call's round offers to others: to the call's own thread, to drivers of other rounds, and to
 * users. Every method may wait for the round's lock, so the caller must hold no lock.
 */
interface CallControl {

    // The thread of the call.

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

    /** Makes the current thread, of a call that runs before its turn, wait for the turn; returns false if the call has ended. */
    boolean takeTurn(Call call);

    /** Gives back the call's permit and its caps; returns false if the call has ended. */
    boolean pause(Call call);

    /**
     * Makes the current thread, of a paused call, wait for a permit; returns false if the call has ended. If it does not get
     * the permit at once, it gives slots of all replicas back.
     */
    boolean resume(Call call);

    /**
     * Parks the call's thread, the current one, until a condition on the call holds or, with a limit, the clock reads
     * {@code at}. The interrupt flag stays.
     *
     * @return false if the call has been ended before
     */
    boolean parkUntil(Call call, BooleanSupplier condition, boolean limited, long at);

    /** Gives back the call's caps: its body is about to wait for a round of its own. */
    void lend(Call call);

    /** Waits until the call has its caps again, so that its body may go on. */
    void reclaim(Call call);

    /** Returns the plan of the calls so far. */
    CallPlan plan();

    // Drivers of other rounds.

    /**
     * Tells that a call of the round now holds all that it shares with other rounds.
     *
     * @param after collects what must be done afterwards
     */
    void granted(Claim claim, Deque<Runnable> after);

    /**
     * Tells that a call of the round waits for a resource of a call that was just abandoned.
     *
     * @param after collects what must be done afterwards
     */
    void suspected(Claim claim, Deque<Runnable> after);

    // Users.

    /** Frees what an abandoned call of the round holds; false if it holds nothing. */
    boolean release(Call call);
}
