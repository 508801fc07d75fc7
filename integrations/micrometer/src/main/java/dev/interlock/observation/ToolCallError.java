package dev.interlock.observation;

/**
 * Stands for a failure in spans that must not show messages, since a message may hold as much as a result. Its message
 * is the {@code error.type}, and it has no stack trace.
 */
final class ToolCallError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ToolCallError(String errorType) {
        super(errorType, null, false, false);
    }
}
