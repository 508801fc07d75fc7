package dev.interlock.durable;

import java.util.Objects;

/**
 * The stored failure of a call that failed in another process, or before its round was suspended. It has the class name
 * and the message of the exception.
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
     * Returns the class of the original exception.
     *
     * @return the name of the class
     */
    public String type() {
        return type;
    }
}
