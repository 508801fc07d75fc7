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
 *   <li>A tool runs once. Only a tool that gives no future, see {@link NotAsync}, runs without one.
 * </ul>
 */
final class FutureTools {

    private static final NewerMethod EXECUTE_ASYNC = NewerMethod.of(
            ToolExecutor.class,
            NotAsync.EXECUTE_ASYNC,
            MethodType.methodType(CompletableFuture.class, ToolExecutionRequest.class, InvocationContext.class));

    private FutureTools() {}

    /**
     * Runs a tool through its future if it returns one, otherwise as usual.
     *
     * @param onlyReads whether the call is known to change nothing; evaluated after an interrupt
     */
    static @Nullable ToolExecutionResult execute(
            ToolExecutor tool, ToolExecutionRequest request, InvocationContext context, BooleanSupplier onlyReads)
            throws Exception {
        return EXECUTE_ASYNC.isThere() && NotAsync.mayGiveFutures(tool)
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
        /** Starts the tool and returns the future of its result. */
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
            if (NotAsync.isSaidBy(e, tool)) {
                return tool.executeWithContext(request, context);
            }
            throw e;
        }
        // Once the future exists, the tool may have begun.
        if (future != null && NotAsync.isSaidBy(future, tool)) {
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

    /** Cancels the future, whose class may be the tool's own. */
    private static void cancel(CompletableFuture<?> future, InterruptedException why) {
        try {
            future.cancel(true);
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }
}
