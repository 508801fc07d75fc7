package dev.interlock.durable;

import java.util.Objects;

/**
 * What a call failed with in another process, or before its round was suspended, as far as it was kept: the kind of the
 * exception and its message.
 */
public final class RecordedFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** The name of the exception's class. */
    private final String type;

    RecordedFailure(String type, String message) {
        super(Objects.requireNonNull(message, "message"), null, false, false);
        this.type = Objects.requireNonNull(type, "type");
    }

    /**
     * What was thrown.
     *
     * @return the name of its class
     */
    public String type() {
        return type;
    }
}
