package dev.interlock.durable;

import java.util.Objects;

/**
 * A round has been suspended: some of its calls are pending, and all others have ended or wait for those. Nothing of it
 * runs any more, and it holds nothing. To be finished by a resume, in any process, once something has been decided.
 */
public class RoundSuspendedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient SuspendedRound round;

    /**
     * Says that a round has been suspended.
     *
     * @param round the round
     */
    public RoundSuspendedException(SuspendedRound round) {
        super(Objects.requireNonNull(round, "round").toString(), null, true, true);
        this.round = round;
    }

    /**
     * The round as data.
     *
     * @return the round; to be kept as {@link SuspendedRound#toJson}, since Java's serialization of this exception drops it
     */
    public final SuspendedRound round() {
        return round;
    }
}
