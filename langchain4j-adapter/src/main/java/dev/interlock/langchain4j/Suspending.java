package dev.interlock.langchain4j;

import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.output.TokenUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates the exception with which a loop ends when its round is suspended.
 *
 * @param hasMemory whether a lasting memory has the invocation's messages
 * @param earlier supplies the messages before the round's one, including those from before the invocation; called only
 *     without a memory
 * @param tokenUsage the token usage of the responses so far, or null
 * @param callsOfTools the number of calls so far, by tool
 */
record Suspending(
        InvocationContext context,
        boolean hasMemory,
        List<ChatMessage> earlier,
        @Nullable TokenUsage tokenUsage,
        Map<String, Integer> callsOfTools) {

    /** Creates this for a hand-written loop, whose messages the user has. */
    static Suspending ofLoop(RequestCallFactory factory) {
        return new Suspending(
                factory.context(), true, List.of(), null, factory.limits().counts());
    }

    /**
     * Returns the exception that leaves the loop.
     *
     * @param round the round as the engine suspended it
     * @param message the message with the calls' requests
     * @param calls the calls in the same order
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
                callsOfTools,
                executed(round, requests, calls)));
    }

    /** Returns the arguments that calls ran with, by place, if those are others than the message's. */
    private Map<Integer, String> executed(
            SuspendedRound round, List<ToolExecutionRequest> requests, List<RequestCall> calls) {
        Map<Integer, String> arguments = new HashMap<>();
        for (int place = 0; place < calls.size(); place++) {
            RequestCall call = calls.get(place);
            ExecutedRequests executed = call.handling.executed();
            ToolExecutionRequest ran = executed == null ? null : executed.asRun(context, call.request());
            if (ran == null && executed != null && round.calls().get(place) instanceof SuspendedCall.Ended) {
                // Its own request may be one that a person has edited.
                ran = call.request();
            }
            if (ran != null
                    && ran.arguments() != null
                    && !ran.arguments().equals(requests.get(place).arguments())) {
                arguments.put(place, ran.arguments());
            }
        }
        return arguments;
    }

    /** Returns the service and method; null for a hand-written loop. */
    static @Nullable String service(InvocationContext context) {
        return context.interfaceName() == null ? null : context.interfaceName() + '.' + context.methodName();
    }

    /** Leaves out the user's first question, since the resuming call of the service's method asks it again. */
    private static List<ChatMessage> afterFirstQuestion(List<ChatMessage> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof UserMessage) {
                return messages.subList(i + 1, messages.size());
            }
        }
        return messages;
    }
}
