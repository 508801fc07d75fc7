package dev.interlock.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Decides the name and the attributes of an observed round. The default is {@link DefaultRoundConvention}; pass another
 * one to {@link ToolObservations.Builder#roundConvention}.
 */
public interface RoundConvention extends ObservationConvention<RoundContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof RoundContext;
    }
}
