package dev.interlock.observation;

import dev.interlock.event.RoundReport;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * An observed round. Conventions get it when the round starts, and again when it stops, then with its
 * {@link #report()}.
 */
public final class RoundContext extends Observation.Context {

    private final long round;

    /** Written by the thread that stops the observation, before it does. */
    private volatile @Nullable RoundReport report;

    RoundContext(long round) {
        this.round = round;
    }

    void ended(RoundReport with) {
        report = with;
    }

    /**
     * Returns the number of the round.
     *
     * @return unique in this JVM
     */
    public long round() {
        return round;
    }

    /**
     * Returns the round's report.
     *
     * @return the report; null until the round ends
     */
    public @Nullable RoundReport report() {
        return report;
    }
}
