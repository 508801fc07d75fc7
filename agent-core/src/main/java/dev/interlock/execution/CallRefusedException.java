package dev.interlock.execution;

import java.util.Objects;

/**
 * A call's failure that says why its tool was not started, or not started again. An interceptor throws it to refuse the
 * call. Interlock itself fails a call with it if a guard refuses the round, if the journal cannot record the start, if
 * a limit of batches or an integration rules the call out, or if a reference has no value. There is no retry.
 */
public final class CallRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception, without a stack trace.
     *
     * @param reason why the tool is not started, in words that a model and a person can act on; not null
     */
    public CallRefusedException(String reason) {
        super(Objects.requireNonNull(reason, "reason"), null, false, false);
    }
}
