package dev.interlock.call;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a call came to. A {@code switch} over it needs no {@code default}.
 *
 * <p>Every outcome but {@link Succeeded} has a {@link #message()} in words that a model and a person can act on.
 */
public sealed interface Outcome {

    /**
     * Tells whether the tool's body returned.
     *
     * @return true for {@link Succeeded} only
     */
    default boolean isSuccess() {
        return this instanceof Succeeded;
    }

    /**
     * What happened, in words: subject, actual, bound and unit where there is one.
     *
     * @return never null, never blank
     */
    String message();

    /**
     * The tool's body returned.
     *
     * @param value what it returned, null if it returned null
     */
    record Succeeded(@Nullable Object value) implements Outcome {
        @Override
        public String message() {
            return "succeeded";
        }
    }

    /**
     * The tool's body threw, in its last attempt.
     *
     * @param error what it threw; any {@link Throwable}, errors included
     */
    record Failed(Throwable error) implements Outcome {
        /** Rejects null. */
        public Failed {
            Objects.requireNonNull(error, "error");
        }

        @Override
        public String message() {
            String message;
            try {
                message = error.getMessage();
            } catch (Throwable e) {
                // An exception of the tool's own, whose message is code of the tool.
                message = null;
            }
            return message == null || message.isBlank() ? error.getClass().getName() : message;
        }
    }

    /**
     * A limit passed before the call was done.
     *
     * @param message which limit of what, how much, and whether the call may still take effect
     * @param limit the limit that passed
     * @param mayHaveTakenEffect true if the body had started and is not known to only read
     */
    record TimedOut(String message, Duration limit, boolean mayHaveTakenEffect) implements Outcome {
        /** Rejects nulls. */
        public TimedOut {
            Objects.requireNonNull(message, "message");
            Objects.requireNonNull(limit, "limit");
        }
    }

    /**
     * The call was cancelled, before its body started or while it ran.
     *
     * @param message why, and whether the call may have taken effect
     * @param mayHaveTakenEffect true if the body had started and is not known to only read
     */
    record Cancelled(String message, boolean mayHaveTakenEffect) implements Outcome {
        /** Rejects null. */
        public Cancelled {
            Objects.requireNonNull(message, "message");
        }
    }

    /**
     * The body was not run because something it needs did not come about.
     *
     * @param message what was missing
     */
    record Skipped(String message) implements Outcome {
        /** Rejects null. */
        public Skipped {
            Objects.requireNonNull(message, "message");
        }
    }
}
