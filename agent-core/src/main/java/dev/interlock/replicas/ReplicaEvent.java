package dev.interlock.replicas;

import java.time.Duration;
import java.util.Objects;

/** Something that happens between a replica and its limit server; see {@link ReplicaLimits.Builder#listener}. */
public sealed interface ReplicaEvent {

    /**
     * Returns the name of the limits.
     *
     * @return the name of the limit server
     */
    String name();

    /**
     * The server cannot be reached, or fails. This comes once, until the server is {@linkplain ServerBack back}.
     *
     * @param name the name of the limits
     * @param cause the reason
     * @param open whether calls run meanwhile with only this replica's limits; otherwise they fail
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
     * @param name the name of the limits
     * @param lost how long it did not answer
     */
    record ServerBack(String name, Duration lost) implements ReplicaEvent {
        /** Rejects null. */
        public ServerBack {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(lost, "lost");
        }
    }

    /**
     * The lease has ended while calls hold something. The calls go on, but the server may grant the same things to
     * other replicas.
     *
     * @param name the name of the limits
     * @param claims the number of claims that hold something
     */
    record LeaseLost(String name, int claims) implements ReplicaEvent {
        /** Rejects null. */
        public LeaseLost {
            Objects.requireNonNull(name, "name");
        }
    }
}
