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
 * Tools that give futures of their results, as those of LangChain4j from 1.20 on may. The thread of a call waits for them.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A call that may write is over when its future is, and not before: an interrupt neither ends the wait nor cancels the
 *       future. Cancelling a {@link CompletableFuture} stops no work, it only hides when that ends; so a tool that does not
 *       listen is abandoned after the grace period, with its resources, as one that blocks is. Should its future be done all
 *       the same, its result counts, and the flag is set again.
 *   <li>The wait for a call that is known to only read ends with the interrupt, and its future is cancelled.
 *   <li>A tool runs once. Only one that has refused to give a future at all, {@link AsyncRefusals}, runs without.
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
