package dev.interlock.execution;

import java.util.Objects;

/**
 * Thrown by the body of a {@link RoundCall} whose failure must leave the round instead of becoming the call's result: no
 * further call starts, running ones are interrupted, and whoever runs the round gets the cause.
 */
public final class RoundFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** What must leave the round. */
    private final Throwable leaving;

    /**
     * Wraps what must leave the round.
     *
     * @param cause what must leave the round
     */
    public RoundFailure(Throwable cause) {
        super(null, cause, false, false);
        this.leaving = Objects.requireNonNull(cause, "cause");
    }

    /** What must leave the round. */
    Throwable leaving() {
        return leaving;
    }
}
