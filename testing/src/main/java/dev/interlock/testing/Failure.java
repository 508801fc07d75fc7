package dev.interlock.testing;

/**
 * A failed call, as the model sees it.
 *
 * @param message the text for the model
 */
record Failure(String message) {

    @Override
    public String toString() {
        return "the error \"" + message + '"';
    }
}
