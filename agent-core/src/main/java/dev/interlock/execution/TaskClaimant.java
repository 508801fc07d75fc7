package dev.interlock.execution;

import dev.interlock.effect.Access;
import dev.interlock.share.Cap;
import dev.interlock.share.Claim;
import dev.interlock.share.Claimant;
import java.util.List;

/**
 * A call of a round, as it claims what rounds share.
 *
 * @param task the call
 * @param dispatcher of its round: to be told what becomes of the claim
 */
record TaskClaimant(CallTask task, Dispatcher dispatcher) implements Claimant {

    /** Whose claim it is: all are made here. */
    static TaskClaimant of(Claim claim) {
        return (TaskClaimant) claim.claimant();
    }

    @Override
    public List<Access> accesses() {
        return task.accesses;
    }

    @Override
    public List<Cap> caps() {
        return task.binding().caps();
    }
}
