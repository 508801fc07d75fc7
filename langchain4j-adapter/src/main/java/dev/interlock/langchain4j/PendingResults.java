package dev.interlock.langchain4j;

import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Creates the messages that stand in the memory for calls without a result. They stay true until the round is resumed,
 * whatever the conversation says meanwhile, and a model can act on them.
 */
final class PendingResults {

    private static final String UNTIL_THEN =
            ". Its result will replace this message; do not make the call again meanwhile";

    private PendingResults() {}

    /**
     * Returns one message for each request, in order.
     *
     * @param ended returns the results of ended calls; not called for others
     */
    static List<ToolExecutionResultMessage> of(
            SuspendedRound round, List<ToolExecutionRequest> requests, IntFunction<ToolExecutionResultMessage> ended) {
        List<ToolExecutionResultMessage> results = new ArrayList<>(requests.size());
        for (int place = 0; place < requests.size(); place++) {
            String words = words(round.calls().get(place));
            results.add(words == null ? ended.apply(place) : message(requests.get(place), words));
        }
        return results;
    }

    private static ToolExecutionResultMessage message(ToolExecutionRequest request, String words) {
        return ToolExecutionResultMessage.builder()
                .id(request.id())
                .toolName(request.name())
                .text(words)
                .isError(false)
                .build();
    }

    /** Returns the text for a call without a result; null for an ended call. */
    private static @Nullable String words(SuspendedCall call) {
        String tool = "tool '" + call.call().tool() + "' ";
        return switch (call) {
            case SuspendedCall.Ended ended -> null;
            case SuspendedCall.Waiting waiting -> tool + "has not run yet: it " + waiting.reason() + UNTIL_THEN;
            case SuspendedCall.Pending pending -> tool + words(pending.kind()) + pending.reason() + UNTIL_THEN;
        };
    }

    private static String words(PendingKind kind) {
        return switch (kind) {
            case APPROVAL -> "has not run yet, because a person must approve it: ";
            case EXTERNAL -> "was started and has no result yet: ";
            case MAY_HAVE_HAPPENED -> "may or may not have run, and a person must find out: ";
        };
    }
}
