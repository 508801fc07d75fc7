package dev.interlock.durable;

import java.util.Objects;

/** The failure of a call by a decision: a person did not approve it, or its external job has failed. */
public final class CallDecidedException extends Exception {

    private static final long serialVersionUID = 1L;

    CallDecidedException(String reason) {
        super(Objects.requireNonNull(reason, "reason"), null, false, false);
    }
}
