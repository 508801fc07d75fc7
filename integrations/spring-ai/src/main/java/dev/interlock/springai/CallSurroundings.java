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
 * What all calls of a response have in common.
 *
 * @param toolContext what tools get beside their arguments
 * @param reactive the context of the stream that asked, for tools that are reactive themselves
 * @param parent the observation within which the response was received, or null
 * @param registry where calls are observed
 * @param convention how observations are named, or null for Spring AI's way
 * @param failures says what becomes of a tool's failure
 * @param conversation identifies the conversation, or stands for it; null if nothing does
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

    /** One run of a call, not yet started. */
    Observation observation(ToolCallingObservationContext context) {
        return ToolCallingObservationDocumentation.TOOL_CALL
                .observation(convention, DEFAULT, () -> context, registry)
                .parentObservation(parent);
    }
}
