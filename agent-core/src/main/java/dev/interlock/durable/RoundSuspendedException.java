package dev.interlock.durable;

import java.util.Objects;

/**
 * Thrown if a round was suspended: some of its calls are pending, and all others have ended or wait for pending ones.
 * Nothing of the round runs any more, and it holds nothing. Resume it, in any process, once there are decisions.
 */
public class RoundSuspendedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient SuspendedRound round;

    /**
     * Creates the exception of a suspended round.
     *
     * @param round the round
     */
    public RoundSuspendedException(SuspendedRound round) {
        super(Objects.requireNonNull(round, "round").toString(), null, true, true);
        this.round = round;
    }

    /**
     * Returns the round as data.
     *
     * @return the round. Store it with {@link SuspendedRound#toJson}, since Java's serialization of this exception
     *     drops it
     */
    public final SuspendedRound round() {
        return round;
    }
}
