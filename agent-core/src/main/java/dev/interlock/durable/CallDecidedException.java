package dev.interlock.durable;

import java.util.Objects;

/** What a call failed with since it was decided so: it was not approved, or its external job has failed. */
public final class CallDecidedException extends Exception {

    private static final long serialVersionUID = 1L;

    CallDecidedException(String reason) {
        super(Objects.requireNonNull(reason, "reason"), null, false, false);
    }
}
