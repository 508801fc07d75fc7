package dev.interlock.langchain4j;

import dev.interlock.call.Outcome;
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

    /**
     * The result for the model, which says how many attempts there were: the model need not try again what has been.
     * What a handler of the user's says in words of its own stays as it is, and so do contents other than text.
     */
    ToolExecutionResult afterAttempts(int attempts) {
        if (attempts < 2 || !ResultContents.isText(result) || !isPlain()) {
            return result;
        }
        return ResultContents.saying(new Outcome.Failed(this).message(attempts), result);
    }

    /** Whether the model reads what the tool threw, and no words of a handler. */
    private boolean isPlain() {
        Throwable cause = getCause();
        try {
            return cause == null || ErrorHandling.text(cause).equals(ErrorHandling.text(this));
        } catch (Throwable e) {
            // The tool's own exception has no message to give, so the words are a handler's.
            return false;
        }
    }

    private static String text(ToolExecutionResult result) {
        try {
            return result.resultText();
        } catch (IllegalStateException e) {
            return "an error that is not text";
        }
    }
}
