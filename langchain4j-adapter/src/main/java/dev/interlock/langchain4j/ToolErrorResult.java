package dev.interlock.langchain4j;

import dev.langchain4j.service.tool.ToolExecutionResult;
import org.jspecify.annotations.Nullable;

/** Tells the engine that a call failed although it has a result, which is an error. */
final class ToolErrorResult extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient ToolExecutionResult result;

    ToolErrorResult(ToolExecutionResult result, @Nullable Throwable cause) {
        super(text(result), cause, false, false);
        this.result = result;
    }

    ToolExecutionResult result() {
        return result;
    }

    private static String text(ToolExecutionResult result) {
        try {
            return result.resultText();
        } catch (IllegalStateException e) {
            return "an error that is not text";
        }
    }
}
