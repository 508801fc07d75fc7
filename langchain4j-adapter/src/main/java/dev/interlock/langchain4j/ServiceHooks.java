package dev.interlock.langchain4j;

import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.ToolArgumentsErrorHandler;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolExecutionErrorHandler;
import dev.langchain4j.service.tool.ToolService;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the user has set for the calls of one AI service: hooks, handlers, compensation and an executor.
 *
 * <p>Only the thread that builds the service calls the setters, while it builds it. Everything else is thread-safe.
 */
final class ServiceHooks {

    /** Holds the user's error handlers. */
    private final ToolService service;

    private final boolean overlapping;
    private final ExecutedRequests executed = new ExecutedRequests();

    private @Nullable Consumer<BeforeToolExecution> before;
    private @Nullable Consumer<ToolExecution> after;
    private @Nullable Executor callExecutor;
    private boolean compensating;
    private boolean hasArgumentsHandler;
    private boolean hasExecutionHandler;

    /** Whether the user has set a handler for errors or for calls of unknown tools. */
    private boolean hasHandlers;

    /** Whether calls of any tool can be undone. */
    private boolean compensable;

    private @Nullable BiConsumer<ToolExecution, Consumer<ToolExecution>> onCompensable;
    private @Nullable Consumer<InvocationContext> onError;

    /**
     * Starts with no hooks.
     *
     * @param overlapping whether hooks and callbacks of one invocation may run at the same time
     */
    ServiceHooks(ToolService service, boolean overlapping) {
        this.service = service;
        this.overlapping = overlapping;
    }

    void before(@Nullable Consumer<BeforeToolExecution> hook) {
        before = hook;
    }

    @Nullable
    Consumer<BeforeToolExecution> before() {
        return before;
    }

    void after(@Nullable Consumer<ToolExecution> hook) {
        after = hook;
    }

    @Nullable
    Consumer<ToolExecution> after() {
        return after;
    }

    /** Sets the executor that runs calls in place of virtual threads; null for virtual threads. */
    void callExecutor(@Nullable Executor executor) {
        callExecutor = executor;
    }

    @Nullable
    Executor callExecutor() {
        return callExecutor;
    }

    void compensating(boolean isSet) {
        compensating = isSet;
    }

    boolean isCompensating() {
        return compensating;
    }

    void hasArgumentsHandler(boolean isSet) {
        hasArgumentsHandler = isSet;
    }

    void hasExecutionHandler(boolean isSet) {
        hasExecutionHandler = isSet;
    }

    void hasHandlers() {
        hasHandlers = true;
    }

    void compensable(boolean isSet) {
        compensable = isSet;
    }

    void onCompensable(@Nullable BiConsumer<ToolExecution, Consumer<ToolExecution>> hook) {
        onCompensable = hook;
    }

    void onError(@Nullable Consumer<InvocationContext> hook) {
        onError = hook;
    }

    /**
     * Returns the hooks and handlers around the calls of a response.
     *
     * @param streamBefore a hook of the stream, which runs after the service's own; or null
     * @param streamAfter a hook of the stream, which runs after the service's own; or null
     * @param turnstile the invocation's turnstile, or null
     */
    ErrorHandling handling(
            @Nullable Consumer<BeforeToolExecution> streamBefore,
            @Nullable Consumer<ToolExecution> streamAfter,
            @Nullable Turnstile turnstile) {
        return handling(
                streamBefore,
                streamAfter,
                turnstile,
                hasArgumentsHandler,
                service.argumentsErrorHandler(),
                service.executionErrorHandler(),
                false);
    }

    /**
     * Returns the same, see {@link #handling}, for a service that returns a future or a publisher. LangChain4j handles
     * errors the other way round there, unless the user has set how.
     */
    ErrorHandling asyncHandling(
            @Nullable Consumer<BeforeToolExecution> streamBefore,
            @Nullable Consumer<ToolExecution> streamAfter,
            @Nullable Turnstile turnstile) {
        return handling(
                streamBefore,
                streamAfter,
                turnstile,
                true,
                hasArgumentsHandler ? service.argumentsErrorHandler() : ErrorHandling.UNREADABLE_TO_MODEL,
                hasExecutionHandler ? service.executionErrorHandler() : ErrorHandling.FAILURE_LEAVES,
                true);
    }

    private ErrorHandling handling(
            @Nullable Consumer<BeforeToolExecution> streamBefore,
            @Nullable Consumer<ToolExecution> streamAfter,
            @Nullable Turnstile turnstile,
            boolean withArgumentsHandler,
            ToolArgumentsErrorHandler argumentsHandler,
            ToolExecutionErrorHandler executionHandler,
            boolean ofFutures) {
        Consumer<BeforeToolExecution> allBefore = bothOf(before, streamBefore);
        Consumer<ToolExecution> allAfter = bothOf(after, streamAfter);
        return new ErrorHandling(
                allBefore,
                allAfter,
                allBefore == null && allAfter == null && !hasHandlers ? null : turnstile,
                withArgumentsHandler,
                argumentsHandler,
                executionHandler,
                service::applyToolHallucinationStrategy,
                ofFutures,
                compensable ? executed : null);
    }

    static <T> @Nullable Consumer<T> bothOf(@Nullable Consumer<T> first, @Nullable Consumer<T> second) {
        if (first == null) {
            return second;
        }
        return second == null ? first : first.andThen(second);
    }

    /**
     * Creates the turnstile for hooks and handlers of a new invocation; null if there are none, or if they may overlap.
     */
    @Nullable
    Turnstile turnstile() {
        return before == null && after == null && !hasHandlers ? null : turnstileOfStream();
    }

    /** Creates the turnstile for hooks and callbacks that a stream may set; null if they may overlap. */
    @Nullable
    Turnstile turnstileOfStream() {
        return overlapping ? null : new Turnstile();
    }

    /** Creates the compensation of a streamed invocation, which LangChain4j has in its synchronous loop only. */
    StreamCompensation compensation() {
        return new StreamCompensation(service, compensating, onCompensable, onError);
    }

    /** Returns an execution with the arguments that its tool ran with. */
    ToolExecution asRun(ToolExecution told) {
        return executed.asRun(told);
    }
}
