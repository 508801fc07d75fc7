package dev.interlock.share;

import dev.interlock.effect.Access;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one call wants and holds of all that rounds share. {@link SharedLimits#claim} creates it, and only that class
 * changes it.
 */
public final class Claim {

    static final Comparator<Claim> FIRST_COME = Comparator.comparingLong(claim -> claim.arrival);

    final Object conversation;
    final List<Access> accesses;
    final List<Cap> caps;
    final @Nullable Claim ancestor;

    private final Claimant claimant;

    // Guarded by the shared limits' monitor.

    /** Its number in the order of arrival; 0 if it has not come yet. */
    long arrival;

    int capsHeld;
    boolean waitsForResources;
    boolean holdsResources;
    boolean abandoned;

    Claim(Claimant claimant, Object conversation, @Nullable Claim ancestor) {
        this.claimant = claimant;
        this.conversation = conversation;
        this.accesses = claimant.accesses();
        this.caps = claimant.caps();
        this.ancestor = ancestor;
    }

    /** Returns the call that makes the claim. */
    public Claimant claimant() {
        return claimant;
    }

    /** Whether everything that conflicts with the other claim conflicts with this one. */
    boolean covers(Claim other) {
        return other.accesses.stream().allMatch(theirs -> accesses.stream().anyMatch(own -> own.covers(theirs)));
    }

    boolean isWithin(Claim other) {
        for (Claim claim = ancestor; claim != null; claim = claim.ancestor) {
            if (claim.equals(other)) {
                return true;
            }
        }
        return false;
    }
}
