package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a response ended, and so which of its calls are complete. A call that may be incomplete does not run. In a cut
 * response, these are the last call, and any call that lacks a required parameter or whose arguments are not a JSON
 * object. A stream can also end without a reason: a call is then incomplete if its arguments break off or lack a
 * required parameter.
 *
 * @param reason why the model ended, null if that is not known
 * @param streamed whether the response was streamed
 */
record ResponseEnd(@Nullable FinishReason reason, boolean streamed) {

    /** The end of a response of which only the message is known. */
    static final ResponseEnd UNKNOWN = new ResponseEnd(null, false);

    static ResponseEnd of(ChatResponse response, boolean streamed) {
        return new ResponseEnd(response.finishReason(), streamed);
    }

    private boolean isCut() {
        return reason == FinishReason.LENGTH || reason == FinishReason.CONTENT_FILTER;
    }

    private boolean mayBeCut() {
        return isCut() || (streamed && (reason == null || reason == FinishReason.OTHER));
    }

    /**
     * Creates the calls of a message, counts them against the invocation's limits, and rules out those that must not
     * run.
     */
    List<RequestCall> calls(List<ToolExecutionRequest> requests, RequestCallFactory factory) {
        List<RequestCall> calls = factory.calls(requests);
        calls.forEach(factory.limits()::count);
        if (mayBeCut()) {
            for (int i = 0; i < calls.size(); i++) {
                ruleOut(calls.get(i), i, flaw(i, calls.size(), calls.get(i), factory), false);
            }
        }
        return calls;
    }

    /** Returns in words why each call may be incomplete; null for calls that may run. */
    List<@Nullable String> flaws(List<RequestCall> calls, RequestCallFactory factory) {
        List<@Nullable String> flaws = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            flaws.add(mayBeCut() ? flaw(i, calls.size(), calls.get(i), factory) : null);
        }
        return flaws;
    }

    private @Nullable String flaw(int place, int size, RequestCall call, RequestCallFactory factory) {
        boolean broken = isCut() ? !call.hasObjectArguments() : !call.hasReadableArguments() && breaksOff(call);
        if (broken) {
            return "its arguments are not a complete JSON object";
        }
        List<String> missing = factory.missing(call);
        if (!missing.isEmpty()) {
            return "it lacks the required "
                    + (missing.size() == 1 ? "parameter '" : "parameters '")
                    + String.join("', '", missing) + "'";
        }
        return isCut() && place == size - 1 ? "it is the last call, which the model may not have finished" : null;
    }

    /**
     * Whether the arguments end in the middle of the JSON. LangChain4j handles arguments that are malformed in other
     * ways.
     */
    private static boolean breaksOff(RequestCall call) {
        String text = call.request().arguments() == null ? "" : call.request().arguments();
        int open = 0;
        boolean inString = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                inString = !inString;
            } else if (inString) {
                i += c == '\\' ? 1 : 0;
            } else if (c == '{' || c == '[') {
                open++;
            } else if (c == '}' || c == ']') {
                open--;
            }
        }
        return inString || open > 0;
    }

    /**
     * Rules out a call that may be incomplete, and tells the model.
     *
     * @param flaw why the call may be incomplete; null if it is complete
     * @param dropped whether it ran early, as a read
     */
    void ruleOut(RequestCall call, int place, @Nullable String flaw, boolean dropped) {
        if (flaw == null) {
            return;
        }
        String why = reason == null ? "it ended without a finish reason" : "finish reason " + reason;
        call.ruleOutAsCut("the response was cut (" + why + ") before call " + (place + 1) + " of tool '"
                + call.binding().name() + "' was complete, so "
                + (dropped ? "its result was dropped: " : "it was not run: ") + flaw
                + ". If you still need it, make the call again with all its arguments.");
    }
}
