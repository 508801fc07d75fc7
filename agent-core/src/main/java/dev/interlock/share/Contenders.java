package dev.interlock.share;

import dev.interlock.board.AccessIndex;
import org.jspecify.annotations.Nullable;

/** The calls that hold or wait for resources, of one conversation or of all. Guarded by the shared limits' monitor. */
final class Contenders {

    final AccessIndex<Claim> holders = new AccessIndex<>(Claim.FIRST_COME);
    final AccessIndex<Claim> waiting = new AccessIndex<>(Claim.FIRST_COME);

    /** Waiting calls that another call's body waits for. */
    final AccessIndex<Claim> waitingWithin = new AccessIndex<>(Claim.FIRST_COME);

    boolean isEmpty() {
        return holders.isEmpty() && waiting.isEmpty() && waitingWithin.isEmpty();
    }

    AccessIndex<Claim> waitingLike(Claim claim) {
        return claim.ancestor == null ? waiting : waitingWithin;
    }

    /** Whether the claim must wait for a holder, or for a claim that waited first. */
    boolean blocks(Claim claim) {
        return holders.findConflicting(claim.accesses, holder -> holdsUp(holder, claim)) != null
                || isBehindAnother(claim);
    }

    /** A claim that this one must wait for, or null. */
    @Nullable
    Claim before(Claim claim) {
        Claim holder = holders.findConflicting(claim.accesses, other -> holdsUp(other, claim));
        if (holder != null || claim.ancestor != null) {
            return holder;
        }
        Claim first = waiting.conflicting(claim.accesses).next();
        Claim within = waitingWithin.conflicting(claim.accesses).next();
        Claim earliest = first == null || (within != null && within.arrival < first.arrival) ? within : first;
        return earliest == null || earliest.arrival >= claim.arrival ? null : earliest;
    }

    static boolean holdsUp(Claim holder, Claim claim) {
        return !holder.equals(claim) && !claim.isWithin(holder);
    }

    /**
     * Whether an earlier waiting claim goes first. A claim from inside another call's body goes before all of them,
     * since they may wait for that call.
     */
    private boolean isBehindAnother(Claim claim) {
        return claim.ancestor == null && (isBefore(claim, waiting) || isBefore(claim, waitingWithin));
    }

    private static boolean isBefore(Claim claim, AccessIndex<Claim> others) {
        Claim first = others.conflicting(claim.accesses).next();
        return first != null && first.arrival < claim.arrival;
    }
}
