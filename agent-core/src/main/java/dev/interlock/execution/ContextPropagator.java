package dev.interlock.execution;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Carries context that belongs to a thread (a logging MDC, a security or tracing context) from the thread that called
 * into the library to the threads that run the calls. Must be thread-safe.
 *
 * <p>Without a propagator it depends on the tool alone whether it finds the thread-locals of the thread that called in:
 *
 * <ul>
 *   <li>always, if its calls are barriers whatever their arguments are (nothing is known about it, or it is exclusive):
 *       they run on that thread, of a streamed response on the one that awaits it, as if all calls were run one after
 *       another. Except where the thread must be free to end or repeat them: the tool or its executor has a limit of time
 *       (of an attempt, a call or a round), the tool has a retry policy, or the executor has interceptors. Then never;
 *   <li>never, if anything is known about it but that it is pure, or
 *       {@link dev.interlock.effect.Undeclared#PARALLEL} lets it overlap with others. That holds for a single call too.
 *       Inheritable thread-locals are not inherited either, unless the threads are a user's own;
 *   <li>it may or may not, if it is pure: it computes from its arguments alone.
 * </ul>
 *
 * <p>How fast the tool was lately, and what else is called in the round, makes no difference. Every tool finds them in a round
 * which a {@link RoundGuard} keeps on that thread.
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
