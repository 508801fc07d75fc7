package dev.interlock.springai;

import org.jspecify.annotations.Nullable;

/** A tool failed, and what the user has set for that made a text of it, which is what the model gets. */
final class ProcessedFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** Empty where nothing was made of it. */
    private final String text;

    ProcessedFailure(@Nullable String text, Throwable cause) {
        super(text, cause, false, false);
        this.text = text == null ? "" : text;
    }

    String text() {
        return text;
    }
}
