package dev.interlock.replicas;

import java.time.Duration;
import java.util.Objects;

/** What happens between a replica and its limit server; see {@link ReplicaLimits.Builder#listener}. */
public sealed interface ReplicaEvent {

    /**
     * Which limits.
     *
     * @return the name of the limit server
     */
    String name();

    /**
     * The server cannot be reached, or fails. Told once, until it is {@linkplain ServerBack back}.
     *
     * @param name which limits
     * @param cause why
     * @param open whether calls run meanwhile, with the limits of this replica alone; otherwise they fail
     */
    record ServerLost(String name, Throwable cause, boolean open) implements ReplicaEvent {
        /** Rejects null. */
        public ServerLost {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(cause, "cause");
        }
    }

    /**
     * The server answers again.
     *
     * @param name which limits
     * @param lost for how long it did not
     */
    record ServerBack(String name, Duration lost) implements ReplicaEvent {
        /** Rejects null. */
        public ServerBack {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(lost, "lost");
        }
    }

    /**
     * The lease has ended while calls hold something: they go on, and what they hold may be granted to other replicas.
     *
     * @param name which limits
     * @param claims how many hold something
     */
    record LeaseLost(String name, int claims) implements ReplicaEvent {
        /** Rejects null. */
        public LeaseLost {
            Objects.requireNonNull(name, "name");
        }
    }
}
