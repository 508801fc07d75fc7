package dev.interlock.springai;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.execution.ToolExecutionExceptionProcessor;
import org.springframework.ai.tool.observation.DefaultToolCallingObservationConvention;
import org.springframework.ai.tool.observation.ToolCallingObservationContext;
import org.springframework.ai.tool.observation.ToolCallingObservationConvention;
import org.springframework.ai.tool.observation.ToolCallingObservationDocumentation;
import reactor.util.context.ContextView;

/**
 * What all calls of a response share.
 *
 * @param toolContext what tools get in addition to their arguments
 * @param reactive the context of the stream behind the request, for reactive tools
 * @param parent the observation in which the response arrived, or null
 * @param registry the registry that observes calls
 * @param convention names the observations; null for Spring AI's names
 * @param failures decides what happens to a tool's failure
 * @param conversation identifies the conversation or stands for it; null if nothing does
 */
record CallSurroundings(
        ToolContext toolContext,
        ContextView reactive,
        @Nullable Observation parent,
        ObservationRegistry registry,
        @Nullable ToolCallingObservationConvention convention,
        ToolExecutionExceptionProcessor failures,
        @Nullable Object conversation) {

    private static final ToolCallingObservationConvention DEFAULT = new DefaultToolCallingObservationConvention();

    /** Creates the observation of one attempt, not yet started. */
    Observation observation(ToolCallingObservationContext context) {
        return ToolCallingObservationDocumentation.TOOL_CALL
                .observation(convention, DEFAULT, () -> context, registry)
                .parentObservation(parent);
    }
}
