package dev.interlock.task;

/** A tool was asked for something that is out of its bounds. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
