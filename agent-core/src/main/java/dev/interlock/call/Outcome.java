package dev.interlock.call;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a call came to. The type is sealed, so a {@code switch} over it needs no {@code default}.
 *
 * <p>A model and a person can act on the {@link #message()} of every outcome but {@link Succeeded}.
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
     * Returns what happened to which call, in words. If a limit ended the call, the message has the limit and its unit.
     *
     * @return never null, never blank
     */
    String message();

    /**
     * Says what happened, and how many attempts a failure took: {@code failed after 4 attempts: connection refused}. A
     * timeout of an attempt names its attempt itself.
     *
     * @param attempts how often the library started the tool's body, see {@link CallResult#attempts()}
     * @return the {@link #message()}, never null, never blank
     */
    default String message(int attempts) {
        return this instanceof Failed && attempts > 1
                ? "failed after " + attempts + " attempts: " + message()
                : message();
    }

    /**
     * The tool's body returned.
     *
     * @param value what the body returned; may be null
     */
    record Succeeded(@Nullable Object value) implements Outcome {
        @Override
        public String message() {
            return "succeeded";
        }
    }

    /**
     * The tool's body threw in its last attempt.
     *
     * @param error what the body threw; any {@link Throwable}, errors included
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
                // The tool may override getMessage(), so this runs foreign code, which can throw.
                message = null;
            }
            return message == null || message.isBlank() ? error.getClass().getName() : message;
        }
    }

    /**
     * A time limit expired before the call ended.
     *
     * @param message names the limit, what it holds for and how long it is; says whether the call may still take effect
     * @param limit the limit that expired
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
     * The call was cancelled before its body started, or while the body ran.
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
     * The body did not run because something that it needs was missing, such as another call's result.
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
