package dev.interlock.langchain4j;

import dev.interlock.durable.SuspendedRound;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a loop leaves by when its round is suspended.
 *
 * @param context of the invocation
 * @param hasMemory whether its messages are in a memory that outlives it
 * @param earlier its messages before that of the round, with what came before the invocation; asked for without a memory
 * @param tokenUsage of its responses so far, or null
 * @param callsOfTools how many calls it had
 */
record Suspending(
        InvocationContext context,
        boolean hasMemory,
        List<ChatMessage> earlier,
        @Nullable TokenUsage tokenUsage,
        Map<String, Integer> callsOfTools) {

    /** Of a hand-written loop, whose messages are the user's. */
    static Suspending ofLoop(RequestCalls calls) {
        return new Suspending(
                calls.context(), true, List.of(), null, calls.response().counts());
    }

    /**
     * What leaves the loop.
     *
     * @param round as the engine suspended it
     * @param message whose requests are its calls
     * @param calls in the same order
     */
    InvocationSuspendedException leave(SuspendedRound round, AiMessage message, List<RequestCall> calls) {
        List<ToolExecutionRequest> requests = message.toolExecutionRequests();
        Object memoryId = context.chatMemoryId();
        return new InvocationSuspendedException(new SuspendedInvocation(
                round,
                message,
                PendingResults.of(round, requests, place -> calls.get(place).resultMessage(requests.get(place))),
                hasMemory ? List.of() : afterFirstQuestion(earlier),
                memoryId,
                service(context),
                context.invocationParameters() == null
                        ? Map.of()
                        : context.invocationParameters().asMap(),
                tokenUsage == null ? new TokenUsage() : tokenUsage,
                callsOfTools));
    }

    /** Null for a hand-written loop. */
    static @Nullable String service(InvocationContext context) {
        return context.interfaceName() == null ? null : context.interfaceName() + '.' + context.methodName();
    }

    /** The first question of the user is asked again when the service's method is called again. */
    private static List<ChatMessage> afterFirstQuestion(List<ChatMessage> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof UserMessage) {
                return messages.subList(i + 1, messages.size());
            }
        }
        return messages;
    }
}
