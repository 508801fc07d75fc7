package dev.interlock.replicas;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A granted claim, as the limit server knows it.
 *
 * @param id the claim's id
 * @param replica the replica of the claim
 * @param call the claim's call, in words
 * @param holds the claim's keys, see {@link ReplicaClaim#of}
 * @param age the time since the grant
 * @param abandonedFor the time since the call was abandoned; empty if it was not
 */
public record HeldClaim(
        String id, String replica, String call, List<String> holds, Duration age, Optional<Duration> abandonedFor) {

    /** Copies the list. */
    public HeldClaim {
        holds = List.copyOf(holds);
    }

    /**
     * Tells whether the claim holds a resource that another claim wants.
     *
     * @param claim the other claim
     * @return also false if the other claim was made inside this one's body
     */
    public boolean holdsUp(ReplicaClaim claim) {
        return !claim.within().contains(id) && claim.meets().stream().anyMatch(holds::contains);
    }
}
