package dev.interlock.durable.journal;

import org.jspecify.annotations.Nullable;

/** A {@link RoundJournal} could not keep, or read, what it was to. Its message says what, where and why. */
public final class JournalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A failure of a journal.
     *
     * @param message what could not be done, and where
     * @param cause why; null if the message says it
     */
    public JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
