package dev.interlock.execution;

import org.jspecify.annotations.Nullable;

/**
 * Surrounds the calls of an executor. It can ask before a call runs, change its arguments, replace or refuse its
 * result, or keep a log. Interceptors run in the order in which they were added, the first one outermost. Each
 * surrounds all attempts of a call, on the call's own thread.
 *
 * {@snippet :
 * executor.interceptor(call -> {
 *     Object cached = call.onlyReads() ? cache.get(call.call()) : null;
 *     return cached == null ? call.proceed() : cached;
 * });
 * }
 *
 * <p>Implementations must be thread-safe. An executor with interceptors runs no call on
 * the caller's thread, unless a {@link RoundGuard} keeps the round there.
 *
 * <p>A call has its <i>turn</i> once all calls that it waits for have ended and the limits of concurrency let it run.
 * An interceptor that {@linkplain #needsTurn() needs no turn} runs before that.
 */
@FunctionalInterface
public interface CallInterceptor {

    /**
     * Runs in place of the call. The limits of the call and of its round still count; when one passes, the round
     * interrupts the thread. The limit of an attempt counts only while the tool's body runs.
     *
     * @param call the call; use it only during this method and on this thread
     * @return the result of the call, may be null; usually that of {@link InterceptedCall#proceed()}
     * @throws Exception to fail the call, such as {@link CallRefusedException}; usually pass on what {@code proceed}
     *     throws
     */
    @Nullable
    Object intercept(InterceptedCall call) throws Exception;

    /**
     * Tells whether {@link #intercept} must run in the call's turn. An interceptor that needs no turn, such as one that
     * asks a person, runs as soon as the call has its arguments: for all calls of a round at the same time, regardless
     * of conflicts and of any limit of concurrency. So writes of earlier calls may still be missing.
     * {@link InterceptedCall#proceed()} then waits for the call's turn and runs the rest in it. A call for which the
     * interceptor does not proceed gets no turn.
     *
     * <p>This has an effect only if no earlier interceptor needs the turn. Otherwise the call already has its turn when
     * this one runs. A call that refers to another one's result has its arguments when that call has ended.
     *
     * <p>Each call of a round then has a waiting thread from the start, so a thread factory should make virtual
     * threads.
     *
     * @return true by default; the executor asks once, when it is built
     */
    default boolean needsTurn() {
        return true;
    }
}
