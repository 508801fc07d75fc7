package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import org.jspecify.annotations.Nullable;

/**
 * What a tool does. It must be thread-safe unless its effects say otherwise: calls of one tool that do not conflict run
 * at the same time.
 */
@FunctionalInterface
public interface ToolBody {

    /**
     * Runs the tool. It should end soon after an interrupt of its thread.
     *
     * @param call the call with the arguments that the model wrote
     * @return the result, may be null
     * @throws Exception to fail the call; so does any other {@link Throwable}
     */
    @Nullable
    Object run(ToolCall call) throws Exception;
}
