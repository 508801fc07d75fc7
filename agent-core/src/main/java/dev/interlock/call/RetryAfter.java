package dev.interlock.call;

import java.time.Duration;

/**
 * What a tool's exception may implement to say when it makes sense to try again, such as an HTTP response's
 * {@code Retry-After}. It is found among the causes too. A {@link RetryPolicy} waits at least that long.
 */
public interface RetryAfter {

    /**
     * How long to wait before the next attempt.
     *
     * @return not negative
     */
    Duration retryAfter();
}
