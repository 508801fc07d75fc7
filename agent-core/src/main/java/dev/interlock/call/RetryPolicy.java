package dev.interlock.call;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether and when another attempt follows a failed one. The policy applies only to calls that change nothing
 * or are idempotent. It also needs time: the next attempt must begin within the limits of the call and of its round.
 *
 * <p>The wait before attempt n + 1 is {@code initialDelay * multiplier^(n - 1)}, at most {@code maxDelay}, less a
 * random part of up to {@code jitter} of it. A failure that asks for more through {@link RetryAfter} gets more. A call
 * that waits for its retry does not count as running.
 *
 * <p>Immutable and thread-safe, if its functions are.
 */
public final class RetryPolicy {

    private static final int MAX_CAUSES = 20;

    private final int maxAttempts;
    private final Duration initialDelay;
    private final Duration maxDelay;
    private final double multiplier;
    private final double jitter;
    private final Predicate<? super Throwable> retryOn;
    private final Function<? super Throwable, ? extends @Nullable Duration> retryAfter;

    private RetryPolicy(Builder builder) {
        this.maxAttempts = builder.maxAttempts;
        this.initialDelay = builder.initialDelay;
        this.maxDelay = builder.maxDelay;
        this.multiplier = builder.multiplier;
        this.jitter = builder.jitter;
        this.retryOn = builder.retryOn;
        this.retryAfter = builder.retryAfter;
    }

    /**
     * Starts a policy with these defaults: 3 attempts; waits of 200 ms, 400 ms and so on, at most 10 s, with a jitter
     * of one half; another attempt after any {@link Exception}, none after an {@link Error}.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the most attempts of a call.
     *
     * @return at least 1, the first included
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    /**
     * Decides what follows a failed attempt.
     *
     * @param attempt which attempt failed, from 1
     * @param failure what it threw; a {@link TimeoutException} if its limit passed
     * @param random the source of the jitter
     * @return how long to wait before the next attempt; null for no further attempt
     */
    public @Nullable Duration delayAfter(int attempt, Throwable failure, RandomGenerator random) {
        if (attempt >= maxAttempts || !retryOn.test(failure)) {
            return null;
        }
        double nanos = Math.min(nanos(initialDelay) * Math.pow(multiplier, attempt - 1), nanos(maxDelay));
        Duration delay = Duration.ofNanos((long) (nanos * (1 - jitter * random.nextDouble())));
        Duration asked = retryAfter.apply(failure);
        return asked != null && asked.compareTo(delay) > 0 ? asked : delay;
    }

    /** Unlike {@link Duration#toNanos()}, this does not fail for the huge durations that users write for "no limit". */
    private static double nanos(Duration duration) {
        return duration.getSeconds() * 1e9 + duration.getNano();
    }

    /** The wait that the first cause with a {@link RetryAfter} asks for. */
    private static @Nullable Duration askedFor(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (cause instanceof RetryAfter asks) {
                return asks.retryAfter();
            }
            cause = cause.getCause();
        }
        return null;
    }

    /** Builds a {@link RetryPolicy}. Not thread-safe. */
    public static final class Builder {
        private int maxAttempts = 3;
        private Duration initialDelay = Duration.ofMillis(200);
        private Duration maxDelay = Duration.ofSeconds(10);
        private double multiplier = 2;
        private double jitter = 0.5;
        private Predicate<? super Throwable> retryOn = Exception.class::isInstance;
        private Function<? super Throwable, ? extends @Nullable Duration> retryAfter = RetryPolicy::askedFor;

        private Builder() {}

        /**
         * Sets the most attempts of a call; 3 by default.
         *
         * @param maxAttempts at least 1, the first included
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxAttempts(int maxAttempts) {
            if (maxAttempts < 1) {
                throw new IllegalArgumentException("maxAttempts must be >= 1, was " + maxAttempts);
            }
            this.maxAttempts = maxAttempts;
            return this;
        }

        /**
         * Sets the wait before the second attempt; 200 ms by default.
         *
         * @param initialDelay not negative; zero to try again at once
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder initialDelay(Duration initialDelay) {
            this.initialDelay = notNegative(initialDelay, "initialDelay");
            return this;
        }

        /**
         * Sets the longest wait, unless the failure asks for a longer one; 10 s by default.
         *
         * @param maxDelay not negative
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxDelay(Duration maxDelay) {
            this.maxDelay = notNegative(maxDelay, "maxDelay");
            return this;
        }

        /**
         * Sets the factor from each wait to the next; 2 by default.
         *
         * @param multiplier at least 1
         * @return this
         * @throws IllegalArgumentException if it is below 1 or no number
         */
        public Builder multiplier(double multiplier) {
            if (!(multiplier >= 1)) {
                throw new IllegalArgumentException("multiplier must be >= 1, was " + multiplier);
            }
            this.multiplier = multiplier;
            return this;
        }

        /**
         * Sets which part of a wait is random; one half by default. Conversations that failed together then do not all
         * retry together.
         *
         * @param jitter from 0 to 1
         * @return this
         * @throws IllegalArgumentException if it is outside that range
         */
        public Builder jitter(double jitter) {
            if (!(jitter >= 0 && jitter <= 1)) {
                throw new IllegalArgumentException("jitter must be from 0 to 1, was " + jitter);
            }
            this.jitter = jitter;
            return this;
        }

        /**
         * Sets which failures another attempt may follow; every {@link Exception} by default.
         *
         * @param retryOn called on the call's thread with what the tool threw, or with a {@link TimeoutException} if
         *     the attempt's limit passed
         * @return this
         */
        public Builder retryOn(Predicate<? super Throwable> retryOn) {
            this.retryOn = Objects.requireNonNull(retryOn, "retryOn");
            return this;
        }

        /**
         * Sets how to find the wait that a failure asks for; by default its own or its causes' {@link RetryAfter}.
         *
         * @param retryAfter returns the wait, or null if the failure asks for none
         * @return this
         */
        public Builder retryAfter(Function<? super Throwable, ? extends @Nullable Duration> retryAfter) {
            this.retryAfter = Objects.requireNonNull(retryAfter, "retryAfter");
            return this;
        }

        /**
         * Makes the policy.
         *
         * @return the policy
         */
        public RetryPolicy build() {
            return new RetryPolicy(this);
        }

        private static Duration notNegative(Duration delay, String name) {
            if (Objects.requireNonNull(delay, name).isNegative()) {
                throw new IllegalArgumentException(
                        name + " must be >= 0 ms, was " + MILLISECONDS.convert(delay) + " ms");
            }
            return delay;
        }
    }
}
