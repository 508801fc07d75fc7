package dev.interlock.execution;

import java.util.Objects;

/** An interceptor refuses a call. The call fails with the reason as its message, without a retry. */
public final class CallRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Refuses a call.
     *
     * @param reason why, in words that a model and a person can act on
     */
    public CallRefusedException(String reason) {
        super(Objects.requireNonNull(reason, "reason"), null, false, false);
    }
}
