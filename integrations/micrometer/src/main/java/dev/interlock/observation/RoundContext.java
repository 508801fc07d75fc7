package dev.interlock.observation;

import dev.interlock.event.RoundReport;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/** What is known of an observed round. A convention is asked when it starts, and when it stops, with its {@link #report()}. */
public final class RoundContext extends Observation.Context {

    private final long round;

    /** Written before the observation stops, by the thread that stops it. */
    private volatile @Nullable RoundReport report;

    RoundContext(long round) {
        this.round = round;
    }

    void ended(RoundReport with) {
        report = with;
    }

    /**
     * The number of the round.
     *
     * @return unique in this JVM
     */
    public long round() {
        return round;
    }

    /**
     * What came of it.
     *
     * @return null as long as it has not ended
     */
    public @Nullable RoundReport report() {
        return report;
    }
}
