package dev.interlock.execution;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Carries context that belongs to a thread (a logging MDC, a security or tracing context) from the thread that called
 * into the library to the threads that run the calls. Must be thread-safe.
 */
@FunctionalInterface
public interface ContextPropagator {

    /**
     * Captures the context of the current thread; called once a round, on the thread that called in. What it throws
     * leaves the library.
     *
     * @return the captured context, null if there is nothing to carry
     */
    @Nullable
    Captured capture();

    /** A captured context. Must be thread-safe: calls of a round use it at the same time. */
    interface Captured {

        /**
         * Runs a call within the context, exactly once, on the current thread, and leaves the thread as it was.
         *
         * @param <T> the type of the result
         * @param body the call
         * @return what {@code body} returned
         * @throws Exception what {@code body} threw
         */
        <T extends @Nullable Object> T call(Callable<T> body) throws Exception;
    }
}
