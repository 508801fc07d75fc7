package dev.interlock.call;

import java.time.Duration;

/**
 * A tool's exception implements this to say when another attempt makes sense, for example from an HTTP response's
 * {@code Retry-After}. A {@link RetryPolicy} looks for it on the exception and its causes, and waits at least that
 * long.
 */
public interface RetryAfter {

    /**
     * Returns how long to wait before the next attempt.
     *
     * @return not negative
     */
    Duration retryAfter();
}
