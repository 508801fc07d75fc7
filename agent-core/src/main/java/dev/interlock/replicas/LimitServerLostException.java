package dev.interlock.replicas;

/** A call was not started since the limits that all replicas share could not be asked, and it was set to fail then. */
public final class LimitServerLostException extends Exception {

    private static final long serialVersionUID = 1L;

    LimitServerLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
