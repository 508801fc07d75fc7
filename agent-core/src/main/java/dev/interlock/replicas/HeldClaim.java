package dev.interlock.replicas;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A claim that is granted, as the limit server knows it.
 *
 * @param id its id
 * @param replica which replica's
 * @param call whose, in words
 * @param holds its keys, see {@link ReplicaClaim#of}
 * @param age since it was granted
 * @param abandonedFor since its call was abandoned; empty if it was not
 */
public record HeldClaim(
        String id, String replica, String call, List<String> holds, Duration age, Optional<Duration> abandonedFor) {

    /** Copies the list. */
    public HeldClaim {
        holds = List.copyOf(holds);
    }

    /**
     * Whether it holds a resource that another claim wants.
     *
     * @param claim the other
     * @return false also if that is made within this one
     */
    public boolean holdsUp(ReplicaClaim claim) {
        return !claim.within().contains(id) && claim.meets().stream().anyMatch(holds::contains);
    }
}
