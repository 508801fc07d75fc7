package dev.interlock.langchain4j;

import org.jspecify.annotations.Nullable;

/** Says that calls of a failed response ran and may have taken effect; see {@link EarlyRuns}. */
final class EarlyRunsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private EarlyRunsException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }

    /**
     * Notes on an error which calls ran, once.
     *
     * @param error null if there is none
     * @param words what ran
     * @return the error itself, or a new one if there is none or it cannot take the note
     */
    static Throwable notedOn(@Nullable Throwable error, String words) {
        if (error == null) {
            return new EarlyRunsException(words, null);
        }
        if (!isNoted(error)) {
            error.addSuppressed(new EarlyRunsException(words, null));
        }
        return isNoted(error) ? error : new EarlyRunsException(words + "; then: " + error, error);
    }

    private static boolean isNoted(Throwable error) {
        for (Throwable suppressed : error.getSuppressed()) {
            if (suppressed instanceof EarlyRunsException) {
                return true;
            }
        }
        return error instanceof EarlyRunsException;
    }
}
