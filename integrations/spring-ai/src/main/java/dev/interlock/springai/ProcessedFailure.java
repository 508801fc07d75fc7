package dev.interlock.springai;

import dev.interlock.call.Outcome;
import org.jspecify.annotations.Nullable;

/** A tool failed, and the user's processor turned the failure into a text for the model. */
final class ProcessedFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** The text; empty if the processor made none. */
    private final String text;

    ProcessedFailure(@Nullable String text, Throwable cause) {
        super(text, cause, false, false);
        this.text = text == null ? "" : text;
    }

    /**
     * The text for the model, which says how many attempts there were: the model need not try again what has been. What
     * the processor says in words of its own stays as it is.
     */
    String afterAttempts(int attempts) {
        Throwable cause = getCause();
        boolean plain = cause != null && text.equals(cause.getMessage());
        return plain ? new Outcome.Failed(this).message(attempts) : text;
    }
}
