package dev.interlock.resilience4j;

import dev.interlock.call.ToolCall;
import dev.interlock.execution.InterceptedCall;
import io.github.resilience4j.ratelimiter.RateLimiter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes calls wait for a rate limiter, or rejects them if the wait would be too long. */
record RateLimiterProtection(Function<ToolCall, @Nullable RateLimiter> limiters) implements Protection {

    @Override
    public @Nullable Object run(InterceptedCall call, Callable<@Nullable Object> next) throws Exception {
        RateLimiter limiter = limiters.apply(call.call());
        if (limiter == null) {
            return next.call();
        }
        pass(call, limiter);
        Object result;
        try {
            result = next.call();
        } catch (Throwable e) {
            limiter.onError(e);
            throw e;
        }
        limiter.onResult(result);
        return result;
    }

    private static void pass(InterceptedCall call, RateLimiter limiter) throws Exception {
        long waitNanos = limiter.reservePermission();
        if (waitNanos < 0) {
            throw Protection.rejection(
                    call,
                    "rate limiter '" + limiter.getName() + "' lets no further call through within "
                            + limiter.getRateLimiterConfig()
                                    .getTimeoutDuration()
                                    .toMillis() + " ms");
        }
        if (waitNanos > 0) {
            try {
                call.await(new CompletableFuture<@Nullable Void>(), Duration.ofNanos(waitNanos));
            } catch (TimeoutException e) {
                // The wait is over.
            }
        }
    }
}
