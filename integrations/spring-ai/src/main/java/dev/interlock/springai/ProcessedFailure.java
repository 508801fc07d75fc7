package dev.interlock.springai;

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

    String text() {
        return text;
    }
}
