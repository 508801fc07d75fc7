package dev.interlock.call;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the executor runs the calls of one tool. Immutable. Where the policy sets nothing, the executor's own setting
 * holds.
 *
 * @param timeout the limit of one attempt, from its body's start; null for the executor's
 * @param callTimeout the limit of a call with its waits, from the start of its round, or for a streamed response from
 *     when the call is complete; null for the executor's
 * @param priority the call with the higher priority starts first if several are ready; 0 by default. Conflicts always
 *     win over priority. Among equal priorities, call order decides. But if measured durations suggest that it
 *     shortens the round, the call with the longest expected remaining path starts first
 * @param idempotent whether running a call twice has no more effect than running it once
 * @param maxConcurrency how many calls of the tool may run at the same time, over all rounds of one executor; {@link
 *     Integer#MAX_VALUE}, the default, means no limit
 * @param retry whether and when another attempt follows a failed one; null for never
 * @param references whether arguments may refer to results of earlier calls, where the executor chains calls; null
 *     allows it for tools that only read
 * @param parameterReferences the same for single parameters, by name
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

    /** The policy that sets nothing. */
    public static final ToolPolicy DEFAULT = builder().build();

    /** Rejects limits that are not positive, and copies the map. */
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
     * Returns this policy for a tool that is known to be idempotent.
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
     * Tells whether <code>${1}</code> in a parameter is ordinary text.
     *
     * @param parameter the name of the parameter
     * @return the policy's setting for the parameter, or else for the tool. Without either, true for names of
     *     parameters that hold code or shell text, such as {@code code}, {@code script}, {@code command}, {@code sql},
     *     {@code regex} or {@code template}
     */
    public boolean isLiteral(String parameter) {
        Boolean ofParameter = parameterReferences.get(parameter);
        if (ofParameter != null) {
            return !ofParameter;
        }
        return Boolean.FALSE.equals(references) || LiteralParameters.isLiteral(parameter);
    }

    /**
     * Tells whether results replace the references in a parameter.
     *
     * @param parameter the name of the parameter
     * @param readOnly whether the tool is known to only read
     * @return false if the parameter is {@linkplain #isLiteral literal}, or if the tool may write and the policy does
     *     not allow references
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
         * Sets the priority among calls that are ready at the same time.
         *
         * @param priority any number; the higher one starts first
         * @return this
         */
        public Builder priority(int priority) {
            this.priority = priority;
            return this;
        }

        /**
         * Sets whether running a call twice has no more effect than running it once.
         *
         * @param idempotent true if so
         * @return this
         */
        public Builder idempotent(boolean idempotent) {
            this.idempotent = idempotent;
            return this;
        }

        /**
         * Sets how many calls of the tool may run at the same time, over all rounds of one executor. A call that waits
         * for its turn does not hold up calls of other tools.
         *
         * @param maxConcurrency at least 1
         * @return this
         */
        public Builder maxConcurrency(int maxConcurrency) {
            this.maxConcurrency = maxConcurrency;
            return this;
        }

        /**
         * Sets whether and when another attempt follows a failed one. The engine repeats only calls of tools that are
         * known to only read, or that are {@link #idempotent}.
         *
         * @param retry the policy
         * @return this
         */
        public Builder retry(RetryPolicy retry) {
            this.retry = Objects.requireNonNull(retry, "retry");
            return this;
        }

        /**
         * Sets whether arguments may refer to results of earlier calls, where the executor chains calls. By default
         * only arguments of tools that only read may do so. In a call of any other tool a reference is an error,
         * because results are unchecked text. With {@code false}, <code>${1}</code> is ordinary text. Parameters that
         * hold code, shell text or the like never take references unless {@link #references(String, boolean)} allows
         * it.
         *
         * @param references true if the tool takes references although it writes, false if it takes none
         * @return this
         */
        public Builder references(boolean references) {
            this.references = references;
            return this;
        }

        /**
         * Sets whether one parameter takes references. This wins over the tool's setting and over what the parameter's
         * name suggests.
         *
         * @param parameter the name of the parameter
         * @param references true if the parameter takes references, false if <code>${1}</code> is ordinary text there
         * @return this
         */
        public Builder references(String parameter, boolean references) {
            parameterReferences.put(Objects.requireNonNull(parameter, "parameter"), references);
            return this;
        }

        /**
         * Builds the policy.
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
