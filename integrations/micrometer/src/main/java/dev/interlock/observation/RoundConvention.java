package dev.interlock.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Says what an observed round is called, and what is noted of it. {@link DefaultRoundConvention} is what is used; one of your
 * own is given to {@link ToolObservations.Builder#roundConvention}.
 */
public interface RoundConvention extends ObservationConvention<RoundContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof RoundContext;
    }
}
