package dev.interlock.replicas;

/**
 * The failure of a call that was not started because its limit server could not be reached, and the limits fail closed.
 */
public final class LimitServerLostException extends Exception {

    private static final long serialVersionUID = 1L;

    LimitServerLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
