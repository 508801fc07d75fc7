package dev.interlock.execution;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Carries context that belongs to a thread (a logging MDC, a security or tracing context) from the owner to the threads
 * that run the calls. Must be thread-safe.
 *
 * <p>Without a propagator, only the tool decides whether its calls find the owner's thread-locals:
 *
 * <ul>
 *   <li>always, if all its calls are barriers, because it is undeclared or exclusive. They run on the owner, in a
 *       streamed response on the thread that awaits it, as in a sequential run. But never, if the owner must stay free
 *       to end or repeat them: if the tool or its executor has a time limit (of an attempt, a call or a round), the
 *       tool has a retry policy, or the executor has interceptors;
 *   <li>never, if its effects are known and it is not pure, or if {@link dev.interlock.effect.Undeclared#PARALLEL} lets
 *       it overlap with others. That holds for a single call too. Calls do not inherit inheritable thread-locals
 *       either, unless the threads are the user's own;
 *   <li>maybe, if the tool is pure: it computes from its arguments alone.
 * </ul>
 *
 * <p>The tool's recent speed and the round's other calls make no difference. In a round that a {@link RoundGuard} keeps
 * on the owner, every tool finds them.
 */
@FunctionalInterface
public interface ContextPropagator {

    /**
     * Captures the context of the current thread. The library calls it once for each round, on the owner; its
     * exceptions leave the library.
     *
     * @return the captured context; null if there is nothing to carry
     */
    @Nullable
    Captured capture();

    /** A captured context. Must be thread-safe: calls of a round use it at the same time. */
    interface Captured {

        /**
         * Runs a call inside the context, exactly once, on the current thread, and then restores the thread.
         *
         * @param <T> the type of the result
         * @param body the call
         * @return what {@code body} returned
         * @throws Exception what {@code body} threw
         */
        <T extends @Nullable Object> T call(Callable<T> body) throws Exception;
    }
}
