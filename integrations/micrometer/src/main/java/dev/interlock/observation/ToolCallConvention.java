package dev.interlock.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Decides the name and the attributes of an observed call. The default is {@link DefaultToolCallConvention}, and your
 * own can extend it. Pass it to {@link ToolObservations.Builder#callConvention}, or make it a
 * {@code GlobalObservationConvention} for a whole registry.
 */
public interface ToolCallConvention extends ObservationConvention<ToolCallContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof ToolCallContext;
    }
}
