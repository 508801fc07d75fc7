package dev.interlock.durable;

import java.util.Objects;

/**
 * Thrown by a tool, or by an interceptor around it: what the call is to come to will be known later, when something outside
 * of the process has happened, such as a job that runs elsewhere. The call is <i>pending</i>: it has no outcome, is not
 * tried again, and holds no thread. What does not depend on it goes on; when nothing else can, the round is suspended, see
 * {@link RoundSuspendedException}.
 *
 * <p>It must reach the engine as it is: code around the tool that turns it into another exception makes a failure of it.
 */
public final class CallPendingException extends Exception {

    private static final long serialVersionUID = 1L;

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
     * What the call waits for.
     *
     * @return never blank
     */
    public String reason() {
        return reason;
    }
}
