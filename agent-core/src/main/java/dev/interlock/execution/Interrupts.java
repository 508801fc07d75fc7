package dev.interlock.execution;

import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Recognises failures caused by an interrupt of the failing thread. All code looks here. */
public final class Interrupts {

    /** The most causes to follow, since they can form a circle. */
    private static final int MAX_CAUSES = 100;

    private Interrupts() {}

    /**
     * Tells whether an interrupt of the failing thread caused a failure. Tools wrap the exception, and many forget to
     * restore the interrupt flag, so the causes count too. Causes from another thread do not count.
     *
     * @param error the failure
     * @return false also if the causes cannot be read
     */
    public static boolean isInterrupt(Throwable error) {
        try {
            return hasInterrupt(error);
        } catch (Throwable e) {
            // The tool may override getCause(), so this runs foreign code, which can throw.
            return false;
        }
    }

    /** Sets the flag again that foreign code cleared when it threw because of an interrupt of the current thread. */
    static void restoreFlag(Throwable error) {
        if (isInterrupt(error)) {
            Thread.currentThread().interrupt();
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
