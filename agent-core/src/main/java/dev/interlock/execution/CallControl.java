package dev.interlock.execution;

import dev.interlock.schedule.Call;
import dev.interlock.share.Claim;

/**
 * What others have a call tell its round: its body, a round that its body waits for, a user, or another round that
 * grants what it waits for. They know the call but not its round. Every method may wait for the round's
 * lock, so the caller must hold no lock.
 *
 * <p>What the engine itself tells the round of a call is in {@link RunningCalls}.
 */
interface CallControl {

    // From the call's body, on its thread.

    /** Announces that the call's tool comes next; returns whether the tool may start. */
    boolean announced(Call call);

    /** Stops the attempt's clock: the body now waits for something other than its tool. */
    void stopClock(Call call);

    void startClock(Call call);

    /** Gives back the call's caps: its body is about to wait for a round of its own. */
    void lend(Call call);

    /** Waits until the call has its caps again, so that its body may go on. */
    void reclaim(Call call);

    // From elsewhere.

    /** Frees what an abandoned call of the round holds, because the user wants that; false if it holds nothing. */
    boolean release(Call call);

    /**
     * Tells that a call of the round now holds all that it shares with other rounds.
     *
     * @param after collects what must be done afterwards
     */
    void granted(Claim claim, FollowUps after);

    /**
     * Tells that a call of the round waits for a resource of a call that was just abandoned.
     *
     * @param after collects what must be done afterwards
     */
    void suspected(Claim claim, FollowUps after);
}
