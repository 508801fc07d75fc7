package dev.interlock.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Says what an observed call is called, and what is noted of it. {@link DefaultToolCallConvention} is what is used; one of
 * your own can extend it, and is given to {@link ToolObservations.Builder#callConvention} or, for a whole registry, is a
 * {@code GlobalObservationConvention}.
 */
public interface ToolCallConvention extends ObservationConvention<ToolCallContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof ToolCallContext;
    }
}
