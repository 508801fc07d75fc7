package dev.interlock.testing;

/**
 * A call that failed, as the model is told.
 *
 * @param message what it is told
 */
record Failure(String message) {

    @Override
    public String toString() {
        return "the error \"" + message + '"';
    }
}
