package dev.interlock.replicas;

import dev.interlock.effect.Access;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * All that one call wants of what replicas share. The server grants it as a whole.
 *
 * @param id a text that is unique among all replicas
 * @param call the call in words, such as {@code tool 'transfer'}
 * @param caps the caps; the claim wants one slot of each
 * @param meets the keys, see {@link #of}, that no other claim may hold at the same time
 * @param holds the keys that the claim holds once granted
 * @param within the ids of claims whose bodies wait for this one. Their keys do not hold it up, and it does not queue
 *     behind other claims for resources, because those may wait for the outer claims
 */
public record ReplicaClaim(
        String id, String call, List<Cap> caps, List<String> meets, List<String> holds, List<String> within) {

    /**
     * A limit of calls at a time over all replicas.
     *
     * @param name the cap's name, the same in all replicas, such as {@code tool 'search'}
     * @param limit the limit, at least 1. If replicas have set different limits, the asking replica's counts
     */
    public record Cap(String name, int limit) {
        /** Checks the limit. */
        public Cap {
            Objects.requireNonNull(name, "name");
            if (limit < 1) {
                throw new IllegalArgumentException("limit of " + name + " must be >= 1, was " + limit);
            }
        }
    }

    /** Copies the lists. */
    public ReplicaClaim {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(call, "call");
        caps = List.copyOf(caps);
        meets = List.copyOf(meets);
        holds = List.copyOf(holds);
        within = List.copyOf(within);
    }

    /**
     * Creates the claim of a call. It turns accesses into keys: two calls conflict if and only if one meets a key that
     * the other holds. So a server needs no notion of paths.
     *
     * @param id unique among all replicas
     * @param call the call in words
     * @param caps the caps; the claim wants one slot of each
     * @param accesses the accesses to the wanted resources; empty for none
     * @param within the ids of claims whose bodies wait for this one
     * @return the claim
     */
    public static ReplicaClaim of(
            String id, String call, List<Cap> caps, Collection<Access> accesses, List<String> within) {
        return new ReplicaClaim(id, call, caps, ResourceKeys.met(accesses), ResourceKeys.held(accesses), within);
    }
}
