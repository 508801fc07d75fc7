package dev.interlock.execution;

import java.util.concurrent.Callable;

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
     * @return the captured context
     */
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
        <T> T call(Callable<T> body) throws Exception;
    }
}
