package dev.interlock.springai;

import dev.interlock.call.ToolCall;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.Generation;

/**
 * How a response ended, and so which of its calls are complete. A call that may be incomplete does not run: in a cut
 * response, this is the last call, and any call whose arguments are not a JSON object.
 *
 * @param reason why the model ended, in its provider's words; null if unknown
 */
record ResponseEnd(@Nullable String reason) {

    /** The providers' words for a cut response, in lower case. */
    private static final Set<String> CUT =
            Set.of("length", "max_tokens", "content_filter", "model_context_window_exceeded");

    static ResponseEnd of(Generation generation) {
        return new ResponseEnd(generation.getMetadata().getFinishReason());
    }

    private boolean isCut() {
        return reason != null && CUT.contains(reason.toLowerCase(Locale.ROOT));
    }

    /**
     * Returns the text for the model on a call that does not run.
     *
     * @param place the call's place, from 0
     * @param size the number of calls
     * @param tool the name of the call's tool
     * @param arguments the arguments as the model wrote them
     * @return the text; null if the call may run
     */
    @Nullable
    String flaw(int place, int size, String tool, @Nullable String arguments) {
        if (!isCut()) {
            return null;
        }
        String flaw = !ToolCall.isObject(arguments)
                ? "its arguments are not a complete JSON object"
                : place == size - 1 ? "it is the last call, which the model may not have finished" : null;
        return flaw == null
                ? null
                : "the response was cut (finish reason " + reason + ") before call " + (place + 1) + " of tool '" + tool
                        + "' was complete, so it was not run: " + flaw
                        + ". If you still need it, make the call again with all its arguments.";
    }
}
