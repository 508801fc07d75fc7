package dev.interlock.springai;

import dev.interlock.call.ToolCall;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.Generation;

/**
 * How a response ended, and so which of its calls are whole. A call that is not certain to be whole is not run: of a response
 * that was cut that is the last one, and any whose arguments are no JSON object.
 *
 * @param reason why the model ended, as its provider says it; null if that is not known
 */
record ResponseEnd(@Nullable String reason) {

    /** In lower case: how providers say that there would have been more. */
    private static final Set<String> CUT =
            Set.of("length", "max_tokens", "content_filter", "model_context_window_exceeded");

    static ResponseEnd of(Generation generation) {
        return new ResponseEnd(generation.getMetadata().getFinishReason());
    }

    private boolean isCut() {
        return reason != null && CUT.contains(reason.toLowerCase(Locale.ROOT));
    }

    /**
     * What the model is told of a call that is not run.
     *
     * @param place of the call, from 0
     * @param size how many calls there are
     * @param tool the name of its tool
     * @param arguments as the model wrote them
     * @return null if it is to be run
     */
    @Nullable
    String flaw(int place, int size, String tool, @Nullable String arguments) {
        if (!isCut()) {
            return null;
        }
        String flaw = !ToolCall.isObject(arguments)
                ? "its arguments are no complete JSON object"
                : place == size - 1 ? "it is the last one, of which more may have been to come" : null;
        return flaw == null
                ? null
                : "the response was cut (finish reason " + reason + ") before call " + (place + 1) + " of tool '" + tool
                        + "' was complete, so it was not run: " + flaw
                        + ". If it is still needed, make it again, with all its arguments.";
    }
}
