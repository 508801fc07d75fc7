package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.ToolArgumentsErrorHandler;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolExecutionErrorHandler;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The user's hooks and handlers around the calls of a round. They run on the threads of the calls, one at a time.
 *
 * @param before runs before a tool, and may veto it by throwing
 * @param after runs after the tool
 * @param turnstile lets the invocation's hooks and handlers pass one at a time; null if the user has set none, or if
 *     they may overlap
 * @param hasArgumentsHandler whether the user has set the next one; LangChain4j's own throws
 * @param argumentsHandler makes results of arguments that cannot be read
 * @param executionHandler makes results of failures
 * @param unknownTool makes results for calls of unknown tools
 * @param ofFutures whether the service returns futures or publishers; tools may do so too, and {@code after} then also
 *     gets failures that leave
 * @param executed records the arguments of calls that run with others than the model wrote; null if not needed
 */
record ErrorHandling(
        @Nullable Consumer<BeforeToolExecution> before,
        @Nullable Consumer<ToolExecution> after,
        @Nullable Turnstile turnstile,
        boolean hasArgumentsHandler,
        ToolArgumentsErrorHandler argumentsHandler,
        ToolExecutionErrorHandler executionHandler,
        Function<ToolExecutionRequest, ToolExecutionResult> unknownTool,
        boolean ofFutures,
        @Nullable ExecutedRequests executed) {

    /** LangChain4j's default for unreadable arguments in services that return futures. */
    static final ToolArgumentsErrorHandler UNREADABLE_TO_MODEL =
            (error, context) -> ToolErrorHandlerResult.text(text(error));

    /** LangChain4j's default for failures in such services. */
    static final ToolExecutionErrorHandler FAILURE_LEAVES = (error, context) -> {
        throw error instanceof RuntimeException e ? e : new RuntimeException(error);
    };

    /** LangChain4j's text for an error. */
    static String text(Throwable error) {
        String message = error.getMessage();
        return message == null || message.isBlank() ? error.getClass().getName() : message;
    }

    ErrorHandling withUnknown(Function<ToolExecutionRequest, ToolExecutionResult> other) {
        return new ErrorHandling(
                before,
                after,
                turnstile,
                hasArgumentsHandler,
                argumentsHandler,
                executionHandler,
                other,
                ofFutures,
                executed);
    }

    ToolExecutionResult unknownTool(ToolExecutionRequest request) {
        return unknownTool.apply(request);
    }

    /** Lets LangChain4j choose and call the handler. */
    ToolExecutionResult handle(ToolExecutionRequest request, Throwable error, InvocationContext context) {
        RuntimeException thrown = error instanceof RuntimeException e ? e : new ToolExecutionException(error);
        return ToolService.executeWithErrorHandling(
                request, new Throwing(thrown), context, argumentsHandler, executionHandler);
    }

    private record Throwing(RuntimeException error) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            throw error;
        }
    }
}
