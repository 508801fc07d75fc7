package dev.interlock.call;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call with its outcome. Immutable.
 *
 * @param call the call
 * @param outcome what the call came to
 * @param attempts how often the library started the tool's body; 0 if it never did
 * @param start when the body first started; for a call that never began, the instant that settled its outcome
 * @param end when the call ended, never before {@code start}; for a call that was pending, when its body had ended
 * @param thread the kind of thread that ran the last attempt
 * @param idempotencyKey the idempotency key that the tool saw, which a retry of the call uses again; null if no tool
 *     can have asked for it, or if the result comes from a journal or from JSON
 */
public record CallResult(
        ToolCall call,
        Outcome outcome,
        int attempts,
        Instant start,
        Instant end,
        ThreadKind thread,
        @Nullable String idempotencyKey) {

    /** The kind of thread that ran a call. */
    public enum ThreadKind {
        /** The thread that called into the library. */
        OWNER,
        /** A virtual thread of the call's own. */
        VIRTUAL,
        /** A platform thread, from the user's thread factory or executor. */
        PLATFORM,
        /** No thread: the body never started. */
        NONE
    }

    /** Rejects nulls, a negative number of attempts, and an end before the start. */
    public CallResult {
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(end, "end");
        Objects.requireNonNull(thread, "thread");
        if (attempts < 0) {
            throw new IllegalArgumentException("attempts must be >= 0, was " + attempts);
        }
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("end " + end + " is before start " + start);
        }
    }

    /**
     * Makes a result without the key of its call.
     *
     * @param call the call
     * @param outcome what the call came to
     * @param attempts how often the library started the tool's body
     * @param start when the body first started
     * @param end when the call ended
     * @param thread the kind of thread that ran the last attempt
     */
    public CallResult(ToolCall call, Outcome outcome, int attempts, Instant start, Instant end, ThreadKind thread) {
        this(call, outcome, attempts, start, end, thread, null);
    }

    /**
     * {@return the same result with another key}
     *
     * @param key what tools know as the key of the call; null for none
     */
    public CallResult withKey(@Nullable String key) {
        return new CallResult(call, outcome, attempts, start, end, thread, key);
    }

    /**
     * Tells whether the call succeeded.
     *
     * @return true if the outcome is {@link Outcome.Succeeded}
     */
    public boolean isSuccess() {
        return outcome.isSuccess();
    }

    /**
     * Says how the call ended, for models and people: the outcome's message, and how many attempts a failure took.
     *
     * @return never null, never blank
     */
    public String message() {
        return outcome.message(attempts);
    }

    /**
     * Returns the time from the call's first start to its end.
     *
     * @return never negative; zero for a call that never began
     */
    public Duration duration() {
        return Duration.between(start, end);
    }
}
