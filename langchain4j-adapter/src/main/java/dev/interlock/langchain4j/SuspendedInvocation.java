package dev.interlock.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.Decision;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An invocation whose last round is suspended, as data: to be kept as one string, for days perhaps, and resumed by
 * {@link ParallelTools#resume} in any process that has the same tools and, if the service has a memory, the same store of
 * memories. Immutable.
 *
 * {@snippet :
 * String json = suspended.toJson();                                  // keep it
 * SuspendedInvocation again = SuspendedInvocation.fromJson(json);    // later, elsewhere
 * String answer = parallel.resume(again, Map.of(0, Decision.approved()), () -> assistant.chat("7", question));
 * }
 *
 * @param round the calls, and which of them are pending and why; the place of a call is that of its request in the message
 * @param message the response of the model, with the requests as they are in the memory
 * @param results one a request, as they are in the memory: of calls that have not ended they say so
 * @param earlier the invocation's messages before the message, after the user's; empty if they are in a memory
 * @param memoryId identifies the conversation; null for none. In JSON an id that is no text, {@link Integer}, {@link Long} or
 *     {@link java.util.UUID} becomes its text
 * @param service the interface and the method of the AI service, such as {@code com.acme.Assistant.chat}; null for a
 *     hand-written loop
 * @param parameters those of the invocation. In JSON these are text, truth values, {@link Integer}, {@link Long},
 *     {@link Double} and {@link JsonNode}; others are left out
 * @param tokenUsage of all responses of the invocation so far
 * @param callsOfTools how many calls the model has asked for in the invocation, by tool; those of tools that do not exist
 *     under the empty name. Empty if no limit is set
 */
public record SuspendedInvocation(
        SuspendedRound round,
        AiMessage message,
        List<ToolExecutionResultMessage> results,
        List<ChatMessage> earlier,
        @Nullable Object memoryId,
        @Nullable String service,
        Map<String, Object> parameters,
        TokenUsage tokenUsage,
        Map<String, Integer> callsOfTools) {

    /** The version of the JSON text that {@link #toJson} writes, and the newest that {@link #fromJson} reads. */
    public static final int VERSION = 1;

    /** Copies collections, rejects nulls, and different numbers of calls, requests and results. */
    public SuspendedInvocation {
        Objects.requireNonNull(round, "round");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(tokenUsage, "tokenUsage");
        results = List.copyOf(results);
        earlier = List.copyOf(earlier);
        parameters = Map.copyOf(parameters);
        callsOfTools = Map.copyOf(callsOfTools);
        int requests = message.toolExecutionRequests().size();
        if (round.calls().size() != requests || results.size() != requests) {
            throw new IllegalArgumentException("there must be one call and one result a request: " + requests
                    + " requests, " + round.calls().size() + " calls, " + results.size() + " results");
        }
    }

    /**
     * The invocation with decisions of its pending calls, see {@link SuspendedRound#decide}. Nothing runs yet.
     *
     * @param decisions by the places of the calls, from 0 ({@link Integer}), or by their ids ({@link String})
     * @return with these decisions
     * @throws IllegalArgumentException if one of them does not fit
     */
    public SuspendedInvocation decide(Map<?, ? extends Decision> decisions) {
        return with(round.decide(decisions));
    }

    private SuspendedInvocation with(SuspendedRound other) {
        return new SuspendedInvocation(
                other, message, results, earlier, memoryId, service, parameters, tokenUsage, callsOfTools);
    }

    /**
     * The invocation as JSON text; messages are written as LangChain4j's {@code ChatMessageSerializer} does.
     *
     * @return the text, for {@link #fromJson}
     */
    public String toJson() {
        ObjectNode node = SuspendedParts.object().put("version", VERSION);
        node.set("round", SuspendedParts.parse(withoutTexts().toJson()));
        node.set("message", SuspendedParts.messages(List.of(message)));
        node.set("results", SuspendedParts.messages(results));
        node.set("earlier", SuspendedParts.messages(earlier));
        if (memoryId != null) {
            node.set("memoryId", SuspendedParts.id(memoryId));
        }
        if (service != null) {
            node.put("service", service);
        }
        node.set("parameters", SuspendedParts.parameters(parameters));
        node.set("tokenUsage", SuspendedParts.tokens(tokenUsage));
        node.set("callsOfTools", SuspendedParts.counts(callsOfTools));
        return SuspendedParts.text(node);
    }

    /**
     * Reads an invocation.
     *
     * @param json what {@link #toJson} wrote, of this version of the library or an older one
     * @return the invocation
     * @throws IllegalArgumentException if it is none, or of a newer version than {@link #VERSION}
     */
    public static SuspendedInvocation fromJson(String json) {
        return SuspendedParts.read(json, "a suspended invocation", VERSION, SuspendedInvocation::read);
    }

    private static SuspendedInvocation read(JsonNode node) {
        List<AiMessage> message = SuspendedParts.messages(node, "message", AiMessage.class);
        if (message.size() != 1) {
            throw new IllegalArgumentException("'message' must be one message, there are " + message.size());
        }
        JsonNode service = node.path("service");
        return new SuspendedInvocation(
                        SuspendedRound.fromJson(SuspendedParts.text(node.path("round"))),
                        message.getFirst(),
                        SuspendedParts.messages(node, "results", ToolExecutionResultMessage.class),
                        SuspendedParts.messages(node, "earlier", ChatMessage.class),
                        SuspendedParts.id(node.path("memoryId")),
                        service.isTextual() ? service.textValue() : null,
                        SuspendedParts.parameters(node, "parameters"),
                        SuspendedParts.tokens(node.path("tokenUsage")),
                        SuspendedParts.counts(node, "callsOfTools"))
                .withTexts();
    }

    /** Results that are in the messages are not written twice. */
    private SuspendedRound withoutTexts() {
        return withValues(place -> null);
    }

    private SuspendedInvocation withTexts() {
        return with(withValues(place -> textOf(results.get(place).contents())));
    }

    private SuspendedRound withValues(Value values) {
        List<SuspendedCall> calls = new ArrayList<>(round.calls());
        for (int place = 0; place < calls.size(); place++) {
            if (isKnown(place) && calls.get(place) instanceof SuspendedCall.Ended ended) {
                CallResult result = ended.result();
                calls.set(
                        place,
                        new SuspendedCall.Ended(new CallResult(
                                result.call(),
                                new Outcome.Succeeded(values.of(place)),
                                result.attempts(),
                                result.start(),
                                result.end(),
                                result.thread())));
            }
        }
        return round.withCalls(calls);
    }

    private interface Value {
        @Nullable
        Object of(int place);
    }

    /** Whether a call had succeeded before the round was suspended, so that its result is that of the memory. */
    private boolean isKnown(int place) {
        return hadEnded(place)
                && round.calls().get(place) instanceof SuspendedCall.Ended ended
                && ended.result().isSuccess();
    }

    /** Whether a call had ended before the round was suspended. */
    boolean hadEnded(int place) {
        return round.calls().get(place) instanceof SuspendedCall.Ended ended && !ended.decided();
    }

    /** The text of a result, as references see it. */
    static String textOf(List<Content> contents) {
        return contents.stream()
                .filter(TextContent.class::isInstance)
                .map(content -> ((TextContent) content).text())
                .collect(Collectors.joining("\n"));
    }

    /** In words: which calls are pending, and why. */
    @Override
    public String toString() {
        return round.toString();
    }
}
