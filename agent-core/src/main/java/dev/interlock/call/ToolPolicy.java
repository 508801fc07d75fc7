package dev.interlock.call;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How calls of one tool are run. Immutable; what is not set is null or the default, and then the executor's own setting
 * holds.
 *
 * @param timeout the limit of one attempt, from its body's start; null for the executor's
 * @param callTimeout the limit of a call with its waits, from the start of its round; null for the executor's
 * @param priority among calls that are ready at the same time the higher priority starts first; 0 by default. Conflicts
 *     always win over priority
 * @param idempotent whether running the call twice does no more than running it once
 * @param maxConcurrency how many calls of the tool may run at the same time, in all rounds of one executor together;
 *     {@link Integer#MAX_VALUE}, the default, for no limit
 * @param retry whether and when a failed attempt is followed by another; null for never
 */
public record ToolPolicy(
        @Nullable Duration timeout,
        @Nullable Duration callTimeout,
        int priority,
        boolean idempotent,
        int maxConcurrency,
        @Nullable RetryPolicy retry) {

    /** Nothing set. */
    public static final ToolPolicy DEFAULT = builder().build();

    /** Rejects limits that are not positive. */
    public ToolPolicy {
        if (maxConcurrency < 1) {
            throw new IllegalArgumentException("maxConcurrency must be >= 1, was " + maxConcurrency);
        }
        requirePositive(timeout, "timeout");
        requirePositive(callTimeout, "callTimeout");
    }

    /**
     * Starts a policy with nothing set.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * This policy for a tool that is known to be idempotent.
     *
     * @return this, or a copy
     */
    public ToolPolicy asIdempotent() {
        return idempotent ? this : new ToolPolicy(timeout, callTimeout, priority, true, maxConcurrency, retry);
    }

    private static void requirePositive(@Nullable Duration limit, String name) {
        if (limit != null && (limit.isZero() || limit.isNegative())) {
            throw new IllegalArgumentException(name + " must be > 0 ms, was " + limit.toMillis() + " ms");
        }
    }

    /** Builds a {@link ToolPolicy}. Not thread-safe. */
    public static final class Builder {
        private @Nullable Duration timeout;
        private @Nullable Duration callTimeout;
        private int priority;
        private boolean idempotent;
        private int maxConcurrency = Integer.MAX_VALUE;
        private @Nullable RetryPolicy retry;

        private Builder() {}

        /**
         * Sets the limit of one attempt, from its body's start.
         *
         * @param timeout more than zero
         * @return this
         */
        public Builder timeout(Duration timeout) {
            this.timeout = Objects.requireNonNull(timeout, "timeout");
            return this;
        }

        /**
         * Sets the limit of a call with its waits, from the start of its round.
         *
         * @param callTimeout more than zero
         * @return this
         */
        public Builder callTimeout(Duration callTimeout) {
            this.callTimeout = Objects.requireNonNull(callTimeout, "callTimeout");
            return this;
        }

        /**
         * Sets the priority among ready calls.
         *
         * @param priority any number; the higher starts first
         * @return this
         */
        public Builder priority(int priority) {
            this.priority = priority;
            return this;
        }

        /**
         * Says whether running a call twice does no more than running it once.
         *
         * @param idempotent true if so
         * @return this
         */
        public Builder idempotent(boolean idempotent) {
            this.idempotent = idempotent;
            return this;
        }

        /**
         * Sets how many calls of the tool may run at the same time, in all rounds of one executor together. A call that
         * waits for its turn holds nothing else up.
         *
         * @param maxConcurrency at least 1
         * @return this
         */
        public Builder maxConcurrency(int maxConcurrency) {
            this.maxConcurrency = maxConcurrency;
            return this;
        }

        /**
         * Sets whether and when a failed attempt is followed by another. It only applies to calls that are known to only
         * read, or if {@link #idempotent} says so.
         *
         * @param retry the policy
         * @return this
         */
        public Builder retry(RetryPolicy retry) {
            this.retry = Objects.requireNonNull(retry, "retry");
            return this;
        }

        /**
         * Makes the policy.
         *
         * @return the policy
         * @throws IllegalArgumentException if a limit is not positive
         */
        public ToolPolicy build() {
            return new ToolPolicy(timeout, callTimeout, priority, idempotent, maxConcurrency, retry);
        }
    }
}
