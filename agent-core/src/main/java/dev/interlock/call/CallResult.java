package dev.interlock.call;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * One call with its outcome. Immutable.
 *
 * @param call the call
 * @param outcome what it came to
 * @param attempts how often the tool's body was started; 0 for a call that never began
 * @param start when the body was first started; for a call that never began, when that was decided
 * @param end when the call was done, not before {@code start}
 * @param thread the kind of thread that ran the last attempt
 */
public record CallResult(ToolCall call, Outcome outcome, int attempts, Instant start, Instant end, ThreadKind thread) {

    /** What kind of thread ran a call. */
    public enum ThreadKind {
        /** The thread that called into the library. */
        OWNER,
        /** A virtual thread of its own. */
        VIRTUAL,
        /** A platform thread: of a user's thread factory or executor. */
        PLATFORM,
        /** None: the body was never started. */
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
     * Tells whether the call succeeded.
     *
     * @return true if the outcome is {@link Outcome.Succeeded}
     */
    public boolean isSuccess() {
        return outcome.isSuccess();
    }

    /**
     * How long the call took from its first start to its end.
     *
     * @return never negative; zero for a call that never began
     */
    public Duration duration() {
        return Duration.between(start, end);
    }
}
