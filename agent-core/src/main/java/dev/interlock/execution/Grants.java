package dev.interlock.execution;

import dev.interlock.schedule.Call;
import dev.interlock.share.Claim;

/**
 * What the driver of a call's round offers to drivers of other rounds, and to users, about the claims of its calls.
 * Every method may wait for the round's lock, so the caller must hold no lock.
 *
 * <p>It cuts a circle: drivers hear of grants through each other's calls, see {@link Performer}.
 */
interface Grants {

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

    /** Frees what an abandoned call of the round holds, because the user wants that; false if it holds nothing. */
    boolean release(Call call);
}
