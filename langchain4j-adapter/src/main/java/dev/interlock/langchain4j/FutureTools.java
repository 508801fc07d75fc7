package dev.interlock.langchain4j;

import dev.interlock.langchain4j.loop.NewerMethod;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.lang.invoke.MethodType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs tools that return futures, as LangChain4j's tools may from 1.20 on. The call's thread waits for them.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A call that may write ends when its future ends: an interrupt neither ends the wait nor cancels the future.
 *       Cancelling a {@link CompletableFuture} does not stop the work; it only hides the work's end. So the round
 *       abandons a tool that does not react after the grace period, and the call keeps its resources, like a blocking
 *       tool. If the future completes after all, its result counts, and the interrupt flag is set again.
 *   <li>For a call that is known to only read, an interrupt ends the wait and cancels the future.
 *   <li>A tool runs once. Only a tool that refuses to return a future, see {@link AsyncRefusals}, runs without one.
 * </ul>
 */
final class FutureTools {

    private static final NewerMethod EXECUTE_ASYNC = NewerMethod.of(
            ToolExecutor.class,
            AsyncRefusals.EXECUTE_ASYNC,
            MethodType.methodType(CompletableFuture.class, ToolExecutionRequest.class, InvocationContext.class));

    private FutureTools() {}

    /**
     * Runs a tool by its future if it has one, else as ever.
     *
     * @param onlyReads whether the call is known to change nothing; asked once it has been interrupted
     */
    static @Nullable ToolExecutionResult execute(
            ToolExecutor tool, ToolExecutionRequest request, InvocationContext context, BooleanSupplier onlyReads)
            throws Exception {
        return EXECUTE_ASYNC.isThere() && AsyncRefusals.mayGiveFutures(tool)
                ? result(
                        () -> (CompletableFuture<?>) EXECUTE_ASYNC.invoke(tool, request, context),
                        tool,
                        request,
                        context,
                        onlyReads)
                : tool.executeWithContext(request, context);
    }

    /** Starts a tool. */
    interface Start {
        /** Gives the future of the result. */
        @Nullable
        CompletableFuture<?> start();
    }

    static @Nullable ToolExecutionResult result(
            Start start,
            ToolExecutor tool,
            ToolExecutionRequest request,
            InvocationContext context,
            BooleanSupplier onlyReads)
            throws Exception {
        CompletableFuture<?> future;
        try {
            future = start.start();
        } catch (RuntimeException e) {
            if (AsyncRefusals.isRefusal(e, tool)) {
                return tool.executeWithContext(request, context);
            }
            throw e;
        }
        // Once it is there, the tool may have begun.
        if (future != null && AsyncRefusals.isRefused(future, tool)) {
            return tool.executeWithContext(request, context);
        }
        return future == null ? null : awaited(future, onlyReads);
    }

    private static @Nullable ToolExecutionResult awaited(CompletableFuture<?> future, BooleanSupplier onlyReads)
            throws Exception {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return (ToolExecutionResult) future.get();
                } catch (InterruptedException e) {
                    if (onlyReads.getAsBoolean()) {
                        cancel(future, e);
                        throw e;
                    }
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The future may be of the tool's own class. */
    private static void cancel(CompletableFuture<?> future, InterruptedException why) {
        try {
            future.cancel(true);
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }
}
