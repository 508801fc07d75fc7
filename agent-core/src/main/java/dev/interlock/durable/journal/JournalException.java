package dev.interlock.durable.journal;

import org.jspecify.annotations.Nullable;

/** Thrown if a {@link RoundJournal} fails to write or to read. The message says what failed, where and why. */
public final class JournalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure of a journal.
     *
     * @param message what failed, and where
     * @param cause the cause; null if the message says it all
     */
    public JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
