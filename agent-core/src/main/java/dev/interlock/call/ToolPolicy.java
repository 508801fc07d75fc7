package dev.interlock.call;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How calls of one tool are run. Immutable; what is not set is null or the default, and then the executor's own setting
 * holds.
 *
 * @param timeout the limit of one attempt, from its body's start; null for the executor's
 * @param callTimeout the limit of a call with its waits, from the start of its round; null for the executor's
 * @param priority among calls that are ready at the same time the higher priority starts first; 0 by default. Conflicts
 *     always win over priority. Of calls of equal priority the one with the longest expected path to the end of the round
 *     starts first, by the times of earlier calls, where that promises to end the round sooner; else the first in call order
 * @param idempotent whether running the call twice does no more than running it once
 * @param maxConcurrency how many calls of the tool may run at the same time, in all rounds of one executor together;
 *     {@link Integer#MAX_VALUE}, the default, for no limit
 * @param retry whether and when a failed attempt is followed by another; null for never
 * @param references whether arguments may refer to results of earlier calls, where the executor chains calls; null if
 *     only those of a tool that only reads
 * @param parameterReferences the same for single parameters
 */
public record ToolPolicy(
        @Nullable Duration timeout,
        @Nullable Duration callTimeout,
        int priority,
        boolean idempotent,
        int maxConcurrency,
        @Nullable RetryPolicy retry,
        @Nullable Boolean references,
        Map<String, Boolean> parameterReferences) {

    /** Nothing set. */
    public static final ToolPolicy DEFAULT = builder().build();

    /** Rejects limits that are not positive, and copies. */
    public ToolPolicy {
        parameterReferences = Map.copyOf(parameterReferences);
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
        return idempotent
                ? this
                : new ToolPolicy(
                        timeout, callTimeout, priority, true, maxConcurrency, retry, references, parameterReferences);
    }

    /**
     * Whether <code>${1}</code> in a parameter is text as any other.
     *
     * @param parameter the name of the parameter
     * @return what was set for the parameter or for the tool; otherwise true if its name says that it holds code, shell
     *     text or the like ({@code code}, {@code script}, {@code command}, {@code sql}, {@code regex}, {@code template}
     *     and such)
     */
    public boolean isLiteral(String parameter) {
        Boolean ofParameter = parameterReferences.get(parameter);
        if (ofParameter != null) {
            return !ofParameter;
        }
        return Boolean.FALSE.equals(references) || LiteralParameters.isLiteral(parameter);
    }

    /**
     * Whether references in a parameter are replaced by results.
     *
     * @param parameter the name of the parameter
     * @param readOnly whether the tool is known to only read
     * @return false if it is {@linkplain #isLiteral literal}, or if the tool may write and nothing was set that allows it
     */
    public boolean allowsReferences(String parameter, boolean readOnly) {
        if (isLiteral(parameter)) {
            return false;
        }
        return readOnly || Boolean.TRUE.equals(references) || parameterReferences.containsKey(parameter);
    }

    private static void requirePositive(@Nullable Duration limit, String name) {
        if (limit != null && (limit.isZero() || limit.isNegative())) {
            throw new IllegalArgumentException(name + " must be > 0 ms, was " + MILLISECONDS.convert(limit) + " ms");
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
        private @Nullable Boolean references;
        private final Map<String, Boolean> parameterReferences = new HashMap<>();

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
         * Sets whether arguments may refer to results of earlier calls, where the executor chains calls. By default those
         * of a tool that only reads may; a reference in a call of any other is an error, since a result is text that
         * nobody has checked. With {@code false} <code>${1}</code> is text as any other. Parameters that hold code, shell
         * text or the like never take references unless {@link #references(String, boolean)} says so.
         *
         * @param references true if the tool takes them although it writes, false if it takes none
         * @return this
         */
        public Builder references(boolean references) {
            this.references = references;
            return this;
        }

        /**
         * Sets whether one parameter takes references, whatever holds for the tool and follows from its name.
         *
         * @param parameter the name of the parameter
         * @param references true if it takes them, false if <code>${1}</code> is text as any other there
         * @return this
         */
        public Builder references(String parameter, boolean references) {
            parameterReferences.put(Objects.requireNonNull(parameter, "parameter"), references);
            return this;
        }

        /**
         * Makes the policy.
         *
         * @return the policy
         * @throws IllegalArgumentException if a limit is not positive
         */
        public ToolPolicy build() {
            return new ToolPolicy(
                    timeout, callTimeout, priority, idempotent, maxConcurrency, retry, references, parameterReferences);
        }
    }
}
