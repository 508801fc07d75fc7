package dev.interlock.execution;

import java.util.Objects;

/**
 * The body of a {@link RoundCall} throws this if its failure must leave the round and not become the call's result. No
 * further call starts, running calls are interrupted, and the round's caller gets the cause.
 */
public final class RoundFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** The failure that must leave the round. */
    private final Throwable leaving;

    /**
     * Wraps what must leave the round.
     *
     * @param cause the failure that must leave the round
     */
    public RoundFailure(Throwable cause) {
        super(null, cause, false, false);
        this.leaving = Objects.requireNonNull(cause, "cause");
    }

    /** The failure that must leave the round. */
    Throwable leaving() {
        return leaving;
    }
}
