package dev.interlock.execution;

import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Recognises failures that stem from an interrupt of the thread that failed. The one answer to that question. */
public final class Interrupts {

    /** Causes can go round in circles. */
    private static final int MAX_CAUSES = 100;

    private Interrupts() {}

    /**
     * Whether a failure stems from an interrupt of the thread that failed. Tools wrap the exception, and many forget to
     * restore the interrupt flag; so its causes count too, but not those that another thread met.
     *
     * @param error what was thrown
     * @return false also if its causes cannot be told
     */
    public static boolean isInterrupt(Throwable error) {
        try {
            return hasInterrupt(error);
        } catch (Throwable e) {
            // An exception of the tool's own, whose cause is code of the tool.
            return false;
        }
    }

    private static boolean hasInterrupt(Throwable error) {
        @Nullable Throwable cause = error;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof InterruptedException || cause instanceof ClosedByInterruptException) {
                return true;
            }
            if (cause instanceof ExecutionException || cause instanceof CompletionException) {
                return false;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
