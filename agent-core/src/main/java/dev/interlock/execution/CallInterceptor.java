package dev.interlock.execution;

import org.jspecify.annotations.Nullable;

/**
 * Stands around the calls of an executor: to ask before a call runs, to change its arguments, to replace or refuse its
 * result, to keep a log. Interceptors are called in the order in which they were added, the first one outermost, each
 * around all attempts of a call, on the call's own thread.
 *
 * {@snippet :
 * executor.interceptor(call -> {
 *     Object cached = call.onlyReads() ? cache.get(call.call()) : null;
 *     return cached == null ? call.proceed() : cached;
 * });
 * }
 *
 * <p>Implementations must be thread-safe. An executor with interceptors runs no call on the caller's thread.
 *
 * <p>A call has its <i>turn</i> once all calls that it waits for have ended and the limits of concurrency let it run. An
 * interceptor that {@linkplain #needsTurn() needs no turn} is called before that.
 */
@FunctionalInterface
public interface CallInterceptor {

    /**
     * Called in place of the call. The limits of the call and of its round go on meanwhile: when one passes the thread is
     * interrupted. The limit of an attempt only counts while the tool's body runs.
     *
     * @param call the call; only to be used during this method, on this thread
     * @return the result of the call, may be null; usually that of {@link InterceptedCall#proceed()}
     * @throws Exception to fail the call, such as {@link CallRefusedException}; what {@code proceed} throws is usually
     *     passed on
     */
    @Nullable
    Object intercept(InterceptedCall call) throws Exception;

    /**
     * Whether {@link #intercept} is to be called only in the turn of the call. One that needs no turn, such as one that
     * asks a person, is called as soon as the call has its arguments: for all calls of a round at the same time, whatever
     * conflicts with whatever, and without regard to any limit of concurrency. What calls before it write may not be written
     * yet. It waits in {@link InterceptedCall#proceed()} for the turn of the call, in which the rest follows. A call for
     * which it does not proceed has no turn.
     *
     * <p>It applies only to an interceptor before which there is none that needs the turn; behind such a one the call has
     * its turn already. A call that refers to the result of another one has its arguments when that has ended.
     *
     * <p>Each call of a round then has a thread from the start, which waits: a thread factory should make virtual ones.
     *
     * @return true by default; asked once, when the executor is built
     */
    default boolean needsTurn() {
        return true;
    }
}
