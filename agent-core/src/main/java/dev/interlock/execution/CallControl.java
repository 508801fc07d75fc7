package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.plan.CallPlan;
import dev.interlock.schedule.Call;
import dev.interlock.share.Claim;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * What others ask of the driver of a call's round: the call's own thread, drivers of other rounds, and users. All of it may
 * wait for the round's lock; so none may be held.
 */
interface CallControl {

    // The thread of the call.

    /** Runs the call on the current thread, which was made for it, if that is still wanted. */
    void run(Call call);

    /**
     * Has the current thread, that of a call with something to announce, go on to its first attempt when those before it
     * have been announced. If the call is ended meanwhile, no attempt begins.
     */
    void passGate(Call call);

    /** The tool of the call comes next; whether it may be started. */
    boolean announced(Call call);

    /** The body of the call waits for what is not its tool's: the limit of the attempt stands still. */
    void stopClock(Call call);

    void startClock(Call call);

    /** Whether the current thread may begin another attempt: the call has not been ended. */
    boolean beginAttempt(Call call);

    /** What an attempt came to, its limit taken into account. */
    Outcome endAttempt(Call call, Outcome outcome);

    /** Whether an attempt that begins at {@code at} can still be within all limits. */
    boolean mayTryAgain(Call call, long at);

    /** Has the current thread, that of a call that asks, wait for the call's turn; false if the call has ended. */
    boolean takeTurn(Call call);

    /** The call gives its permit back, and its caps; false if it has been ended. */
    boolean pause(Call call);

    /** Has the current thread, that of a paused call, go on once the call has a permit; false if the call has ended. */
    boolean resume(Call call);

    /**
     * Parks the current thread, that of the call, until a condition on the call holds or, if that is limited, the clock
     * reads {@code at}. The interrupt flag is kept.
     *
     * @return false if the call has been ended before
     */
    boolean parkUntil(Call call, BooleanSupplier condition, boolean limited, long at);

    /** The body of the call is about to wait for a round of its own. */
    void lend(Call call);

    /** The body goes on once the call has its caps again. */
    void reclaim(Call call);

    /** The plan of the calls so far. */
    CallPlan plan();

    // Drivers of other rounds.

    /**
     * A call of the round now holds all that it shares with others.
     *
     * @param after takes what is to be done then
     */
    void granted(Claim claim, Deque<Runnable> after);

    /**
     * A call of the round waits for what a call holds that was just abandoned.
     *
     * @param after takes what is to be done then
     */
    void suspected(Claim claim, Deque<Runnable> after);

    // Users.

    /** Frees what an abandoned call of the round holds; false if that is nothing. */
    boolean release(Call call);
}
