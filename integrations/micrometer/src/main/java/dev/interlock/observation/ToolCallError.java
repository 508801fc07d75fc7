package dev.interlock.observation;

/**
 * What spans are told of a failure where messages are not to be shown: they may hold what a result would. Its message is the
 * {@code error.type}, and it has no stack.
 */
final class ToolCallError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ToolCallError(String errorType) {
        super(errorType, null, false, false);
    }
}
