package dev.interlock.task;

/** Thrown if a tool is asked for something beyond its bounds. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
