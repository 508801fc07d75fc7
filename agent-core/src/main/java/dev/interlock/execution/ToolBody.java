package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import org.jspecify.annotations.Nullable;

/**
 * What a tool does. Must be thread-safe unless its effects say otherwise: calls of one tool that do not conflict run at
 * the same time.
 */
@FunctionalInterface
public interface ToolBody {

    /**
     * Runs the tool. Should end soon after its thread is interrupted.
     *
     * @param call the call, its arguments as the model wrote them
     * @return the result, may be null
     * @throws Exception to fail the call; so does any other {@link Throwable}
     */
    @Nullable
    Object run(ToolCall call) throws Exception;
}
