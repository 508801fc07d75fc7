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
 * What stands in the memory for the result of a call that has none yet. It is true until the round is resumed, whatever is said
 * in the conversation meanwhile, and a model can act on it.
 */
final class PendingResults {

    private static final String UNTIL_THEN =
            ". Its result will take the place of this message; do not ask for it again meanwhile";

    private PendingResults() {}

    /**
     * One message a request, in order.
     *
     * @param ended of the calls that have ended; what it gives of others is not asked for
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

    /** Null of a call that has ended. */
    private static @Nullable String words(SuspendedCall call) {
        String tool = "tool '" + call.call().tool() + "' ";
        return switch (call) {
            case SuspendedCall.Ended ended -> null;
            case SuspendedCall.Waiting waiting -> tool + "has not been run yet: it " + waiting.reason() + UNTIL_THEN;
            case SuspendedCall.Pending pending -> tool + words(pending.kind()) + pending.reason() + UNTIL_THEN;
        };
    }

    private static String words(PendingKind kind) {
        return switch (kind) {
            case APPROVAL -> "has not been run yet, a person has to approve it: ";
            case EXTERNAL -> "has been started, and has no result yet: ";
            case MAY_HAVE_HAPPENED -> "may have been run, or not, which is being looked into: ";
        };
    }
}
