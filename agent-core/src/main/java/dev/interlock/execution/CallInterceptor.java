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
}
