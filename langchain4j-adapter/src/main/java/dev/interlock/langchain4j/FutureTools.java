package dev.interlock.langchain4j;

import dev.interlock.langchain4j.loop.NewerMethod;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.lang.invoke.MethodType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tools that give futures of their results, as those of LangChain4j from 1.20 on may. The thread of a call waits for them, and
 * hears an interrupt meanwhile.
 */
final class FutureTools {

    private static final NewerMethod EXECUTE_ASYNC = NewerMethod.of(
            ToolExecutor.class,
            "executeAsync",
            MethodType.methodType(CompletableFuture.class, ToolExecutionRequest.class, InvocationContext.class));

    /** What an executor without futures gives; the class is new, too. */
    private static final String NOT_SUPPORTED = "dev.langchain4j.exception.AsyncNotSupportedException";

    private FutureTools() {}

    /** Runs a tool by its future if it has one, else as ever. */
    static @Nullable ToolExecutionResult execute(
            ToolExecutor tool, ToolExecutionRequest request, InvocationContext context) throws Exception {
        return EXECUTE_ASYNC.isThere()
                ? result(
                        () -> (CompletableFuture<?>) EXECUTE_ASYNC.invoke(tool, request, context),
                        tool,
                        request,
                        context)
                : tool.executeWithContext(request, context);
    }

    /** Starts a tool. */
    interface Start {
        /** Gives the future of the result. */
        @Nullable
        CompletableFuture<?> start();
    }

    static @Nullable ToolExecutionResult result(
            Start start, ToolExecutor tool, ToolExecutionRequest request, InvocationContext context) throws Exception {
        try {
            CompletableFuture<?> future = start.start();
            return future == null ? null : awaited(future);
        } catch (RuntimeException e) {
            if (e.getClass().getName().equals(NOT_SUPPORTED)) {
                return tool.executeWithContext(request, context);
            }
            throw e;
        }
    }

    private static @Nullable ToolExecutionResult awaited(CompletableFuture<?> future) throws Exception {
        try {
            return (ToolExecutionResult) future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }
}
