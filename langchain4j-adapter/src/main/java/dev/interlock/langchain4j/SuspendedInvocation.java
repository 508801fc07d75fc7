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
 * An invocation whose last round is suspended, as data. Store it as one string, perhaps for days, and resume it with
 * {@link ParallelTools#resume}, in any process with the same tools and, if the service has a memory, the same store of
 * memories. Immutable.
 *
 * {@snippet :
 * String json = suspended.toJson();                                  // keep it
 * SuspendedInvocation again = SuspendedInvocation.fromJson(json);    // later, elsewhere
 * String answer = parallel.resume(again, Map.of(0, Decision.approved()), () -> assistant.chat("7", question));
 * }
 *
 * @param round the calls, with those that are pending and why; a call's place is that of its request in the message
 * @param message the model's response, with the requests as they are in the memory
 * @param results one result for each request, as in the memory; those of unended calls say so
 * @param earlier the invocation's messages between the user's and this one; empty if a memory has them
 * @param memoryId the id of the conversation's memory; null for none. In JSON, an id other than a text,
 *     {@link Integer}, {@link Long} or {@link java.util.UUID} becomes its text
 * @param service the interface and the method of the AI service, such as {@code com.acme.Assistant.chat}; null for a
 *     hand-written loop
 * @param parameters the invocation's parameters. JSON keeps texts, truth values, {@link Integer}, {@link Long},
 *     {@link Double} and {@link JsonNode}, and drops others
 * @param tokenUsage the token usage of all responses of the invocation so far
 * @param callsOfTools how many calls the model has requested in the invocation, by tool; unknown tools count under the
 *     empty name. Empty if no limit is set
 * @param executed the arguments that calls have run with, by place, if those are not the ones in the request; a service
 *     that compensates undoes what has run. Empty for other services and for hand-written loops
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
        Map<String, Integer> callsOfTools,
        Map<Integer, String> executed) {

    /** The version of the JSON text that {@link #toJson} writes, and the newest that {@link #fromJson} reads. */
    public static final int VERSION = 1;

    /** Copies collections; rejects nulls, and different numbers of calls, requests and results. */
    public SuspendedInvocation {
        Objects.requireNonNull(round, "round");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(tokenUsage, "tokenUsage");
        results = List.copyOf(results);
        earlier = List.copyOf(earlier);
        parameters = Map.copyOf(parameters);
        callsOfTools = Map.copyOf(callsOfTools);
        executed = Map.copyOf(executed);
        int requests = message.toolExecutionRequests().size();
        if (round.calls().size() != requests || results.size() != requests) {
            throw new IllegalArgumentException("there must be one call and one result for each request: " + requests
                    + " requests, " + round.calls().size() + " calls, " + results.size() + " results");
        }
    }

    /**
     * Returns the invocation with decisions about its pending calls, see {@link SuspendedRound#decide}. Nothing runs
     * yet.
     *
     * @param decisions the decisions, by the call's place from 0 ({@link Integer}) or its id ({@link String})
     * @return the invocation with these decisions
     * @throws IllegalArgumentException if a decision does not fit its call
     */
    public SuspendedInvocation decide(Map<?, ? extends Decision> decisions) {
        return with(round.decide(decisions));
    }

    private SuspendedInvocation with(SuspendedRound other) {
        return new SuspendedInvocation(
                other, message, results, earlier, memoryId, service, parameters, tokenUsage, callsOfTools, executed);
    }

    /**
     * Returns the invocation as JSON text, with messages in the form of LangChain4j's {@code ChatMessageSerializer}.
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
        node.set("executed", SuspendedParts.places(executed));
        return SuspendedParts.text(node);
    }

    /**
     * Reads an invocation.
     *
     * @param json the text from {@link #toJson} of this version of the library or an older one
     * @return the invocation
     * @throws IllegalArgumentException if the text is not an invocation, or has a newer version than {@link #VERSION}
     */
    public static SuspendedInvocation fromJson(String json) {
        return SuspendedParts.read(json, "a suspended invocation", VERSION, SuspendedInvocation::read);
    }

    private static SuspendedInvocation read(JsonNode node) {
        List<AiMessage> message = SuspendedParts.messages(node, "message", AiMessage.class);
        if (message.size() != 1) {
            throw new IllegalArgumentException("'message' must be one message, but there are " + message.size());
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
                        SuspendedParts.counts(node, "callsOfTools"),
                        SuspendedParts.places(node, "executed"))
                .withTexts();
    }

    /** Leaves out results that the messages already have. */
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

    /** Whether a call had succeeded before the suspension, so that its result is in the memory. */
    private boolean isKnown(int place) {
        return hadEnded(place)
                && round.calls().get(place) instanceof SuspendedCall.Ended ended
                && ended.result().isSuccess();
    }

    /** Whether a call had ended before the round was suspended. */
    boolean hadEnded(int place) {
        return round.calls().get(place) instanceof SuspendedCall.Ended ended && !ended.decided();
    }

    /** Returns the text of a result, as references see it. */
    static String textOf(List<Content> contents) {
        return contents.stream()
                .filter(TextContent.class::isInstance)
                .map(content -> ((TextContent) content).text())
                .collect(Collectors.joining("\n"));
    }

    /** Returns in words which calls are pending, and why. */
    @Override
    public String toString() {
        return round.toString();
    }
}
