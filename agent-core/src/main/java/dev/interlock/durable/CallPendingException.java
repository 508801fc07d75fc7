package dev.interlock.durable;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tool, or an interceptor around it, throws this if the call's outcome depends on something outside the process, such
 * as a job that runs elsewhere. The call is then <i>pending</i>: it has no outcome yet, is not retried, and holds no
 * thread. Calls that do not depend on it go on. When no other call can go on, the round is suspended, see
 * {@link RoundSuspendedException}.
 *
 * <p>It has the same meaning as the cause of another exception, because reflection, proxies and futures wrap the
 * exceptions of tools.
 */
public class CallPendingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Causes can form a circle. */
    private static final int MAX_CAUSES = 100;

    /** The thing that the call waits for, in words. */
    private final String reason;

    /**
     * Creates the exception of a pending call.
     *
     * @param reason the thing that the call waits for, in words that a person can act on, such as
     *     {@code job 4711 of the print shop}
     * @throws IllegalArgumentException if it is blank
     */
    public CallPendingException(String reason) {
        super(Objects.requireNonNull(reason, "reason"), null, false, false);
        if (reason.isBlank()) {
            throw new IllegalArgumentException("the reason must not be blank");
        }
        this.reason = reason;
    }

    /**
     * Finds this exception in a failure or its causes. This is for code around tools that turns failures into results:
     * it must let this exception pass.
     *
     * @param failure the tool's exception
     * @return the exception; null if the failure is an ordinary one
     */
    public static @Nullable CallPendingException in(Throwable failure) {
        try {
            @Nullable Throwable cause = failure;
            for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
                if (cause instanceof CallPendingException pending) {
                    return pending;
                }
                cause = cause.getCause();
            }
        } catch (Throwable e) {
            // The tool's own exception class may override getCause(), which then runs the tool's code.
            return null;
        }
        return null;
    }

    /**
     * Returns the thing that the call waits for, in words.
     *
     * @return the reason, never blank
     */
    public final String reason() {
        return reason;
    }
}
