package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.plan.CallPlan;
import java.util.function.BooleanSupplier;

/** What the thread of a call asks of its round. All of it may wait for the round's lock, {@link #resume} for a permit too. */
interface CallControl {

    /** Whether the current thread may begin another attempt: the call has not been ended. */
    boolean beginAttempt(CallTask task);

    /** What an attempt came to, its limit taken into account. */
    Outcome endAttempt(CallTask task, Outcome outcome);

    /** Whether an attempt that begins at {@code at} can still be within all limits. */
    boolean mayTryAgain(CallTask task, long at);

    /** Has the current thread, that of a call that asks, wait for the call's turn; false if the call has ended. */
    boolean takeTurn(CallTask task);

    /** The call gives its permit back, and its caps; false if it has been ended. */
    boolean pause(CallTask task);

    /** Has the current thread, that of a paused call, go on once the call has a permit; false if the call has ended. */
    boolean resume(CallTask task);

    /**
     * Parks the current thread, that of the call, until a condition holds or, if that is limited, the clock reads
     * {@code at}. The interrupt flag is kept.
     *
     * @return false if the call has been ended before
     */
    boolean parkUntil(CallTask task, BooleanSupplier condition, boolean limited, long at);

    /** The plan of the calls so far. */
    CallPlan plan();
}
