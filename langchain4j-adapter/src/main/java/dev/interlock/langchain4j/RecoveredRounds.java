package dev.interlock.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import java.util.Map;

/**
 * Rounds that a journal has kept, each as one of a hand-written loop. A journal knows the calls of a round and how far
 * they have come. It knows neither the conversation nor the service that asked for them.
 */
final class RecoveredRounds {

    /**
     * Stands for arguments that could not be read, which a journal does not keep. They must not become readable, so no
     * parser reads an object from this text.
     */
    private static final String UNREADABLE = "(arguments that could not be read)";

    private RecoveredRounds() {}

    static SuspendedInvocation of(SuspendedRound round) {
        List<ToolExecutionRequest> requests =
                round.calls().stream().map(RecoveredRounds::request).toList();
        return new SuspendedInvocation(
                round,
                AiMessage.from(requests),
                results(round, requests),
                List.of(),
                null,
                null,
                Map.of(),
                new TokenUsage(),
                Map.of(),
                Map.of());
    }

    private static ToolExecutionRequest request(SuspendedCall call) {
        return ToolExecutionRequest.builder()
                .id(call.call().id())
                .name(call.call().tool())
                .arguments(arguments(call.call().arguments()))
                .build();
    }

    private static String arguments(JsonNode arguments) {
        return arguments.isObject() ? SuspendedParts.text(arguments) : UNREADABLE;
    }

    private static List<ToolExecutionResultMessage> results(SuspendedRound round, List<ToolExecutionRequest> requests) {
        return PendingResults.of(
                round,
                requests,
                place -> message(
                        requests.get(place),
                        ((SuspendedCall.Ended) round.calls().get(place)).result()));
    }

    private static ToolExecutionResultMessage message(ToolExecutionRequest request, CallResult result) {
        return ToolExecutionResultMessage.builder()
                .id(request.id())
                .toolName(request.name())
                .text(
                        result.outcome() instanceof Outcome.Succeeded(Object value)
                                ? ReplacedResults.result(value).resultText()
                                : result.message())
                .isError(!result.isSuccess())
                .build();
    }
}
