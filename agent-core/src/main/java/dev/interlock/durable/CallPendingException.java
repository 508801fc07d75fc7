package dev.interlock.durable;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a tool, or by an interceptor around it: what the call is to come to will be known later, when something outside
 * of the process has happened, such as a job that runs elsewhere. The call is <i>pending</i>: it has no outcome, is not
 * tried again, and holds no thread. What does not depend on it goes on; when nothing else can, the round is suspended, see
 * {@link RoundSuspendedException}.
 *
 * <p>Within another exception, as its cause, it says the same: reflection, proxies and futures wrap what tools throw.
 */
public class CallPendingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Causes can go round in circles. */
    private static final int MAX_CAUSES = 100;

    /** What the call waits for, in words. */
    private final String reason;

    /**
     * Says that a call is pending.
     *
     * @param reason what it waits for, in words that a person can act on, such as {@code job 4711 of the print shop}
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
     * What says in a failure that the call is pending: itself, or one of its causes. For code around tools that makes results of
     * failures: it must let such a one out.
     *
     * @param failure what was thrown
     * @return null if that is a failure
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
            // An exception of the tool's own, whose cause is code of the tool.
            return null;
        }
        return null;
    }

    /**
     * What the call waits for.
     *
     * @return never blank
     */
    public final String reason() {
        return reason;
    }
}
