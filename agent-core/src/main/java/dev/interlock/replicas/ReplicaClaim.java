package dev.interlock.replicas;

import dev.interlock.effect.Access;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * What one call wants of what replicas share: all of it at once.
 *
 * @param id unique among all replicas
 * @param call whose it is, in words, such as {@code tool 'transfer'}
 * @param caps a slot of each is wanted
 * @param meets what it conflicts with: the keys, see {@link #of}, of which another claim must not hold any
 * @param holds the keys that it holds, once granted
 * @param within ids of claims whose bodies wait for this one: what they hold does not hold it up, and it does not queue behind
 *     others for resources, since those may wait for them
 */
public record ReplicaClaim(
        String id, String call, List<Cap> caps, List<String> meets, List<String> holds, List<String> within) {

    /**
     * A limit of calls at a time, over all replicas.
     *
     * @param name the same in all replicas, such as {@code tool 'search'}
     * @param limit at least 1; what the replica that asks has set, should they differ
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
     * The claim of a call. Its accesses become keys, such that two calls conflict if and only if one meets what the other
     * holds: so a server needs no notion of paths.
     *
     * @param id unique among all replicas
     * @param call in words
     * @param caps a slot of each is wanted
     * @param accesses the resources that are wanted; empty for none
     * @param within ids of claims whose bodies wait for this one
     * @return the claim
     */
    public static ReplicaClaim of(
            String id, String call, List<Cap> caps, Collection<Access> accesses, List<String> within) {
        return new ReplicaClaim(id, call, caps, ResourceKeys.met(accesses), ResourceKeys.held(accesses), within);
    }
}
