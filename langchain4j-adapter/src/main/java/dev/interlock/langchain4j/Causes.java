package dev.interlock.langchain4j;

import org.jspecify.annotations.Nullable;

/** What is behind a failure. */
final class Causes {

    /** Causes can go round in circles. */
    private static final int MAX_CAUSES = 100;

    private Causes() {}

    /** Whether a failure says that a thread was interrupted: a client may clear the flag when it throws. */
    static boolean isInterrupt(Throwable thrown) {
        return include(InterruptedException.class, thrown);
    }

    static boolean include(Class<? extends Exception> type, Throwable thrown) {
        @Nullable Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++, cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
