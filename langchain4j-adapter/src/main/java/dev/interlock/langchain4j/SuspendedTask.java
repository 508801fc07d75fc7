package dev.interlock.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.EffectSource;
import dev.interlock.event.RoundReport;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A suspended task, as data. Store it as one string, perhaps for days, and resume it with {@link TaskAgent#resume} in
 * any process whose agent has the same tools. Immutable.
 *
 * @param invocation the last response with its calls
 * @param task the task in plain words
 * @param conversation the id of the conversation's memory; null for a task without a conversation. In JSON, an id other
 *     than a text, {@link Integer}, {@link Long} or {@link java.util.UUID} becomes its text
 * @param memory the messages of its memory; empty if the agent's memories are in a store of the user's
 * @param modelRequests how many times the model was asked
 * @param roundsAsked how many rounds the model has requested, including the suspended one
 * @param rounds the rounds before the suspended one; in JSON they have calls, results and times, but no plan
 * @param tokenUsage the token usage of all responses together
 * @param elapsed how long the task has taken, without the time of its suspension
 */
public record SuspendedTask(
        SuspendedInvocation invocation,
        String task,
        @Nullable Object conversation,
        List<ChatMessage> memory,
        int modelRequests,
        int roundsAsked,
        List<RoundReport> rounds,
        TokenUsage tokenUsage,
        Duration elapsed) {

    /** The version of the JSON text that {@link #toJson} writes, and the newest that {@link #fromJson} reads. */
    public static final int VERSION = 1;

    /** Copies the lists, and rejects nulls. */
    public SuspendedTask {
        Objects.requireNonNull(invocation, "invocation");
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(tokenUsage, "tokenUsage");
        Objects.requireNonNull(elapsed, "elapsed");
        memory = List.copyOf(memory);
        rounds = List.copyOf(rounds);
    }

    /** {@return the suspended round: its calls, with those that are pending and why} */
    public SuspendedRound round() {
        return invocation.round();
    }

    /**
     * Returns the task as JSON text, with messages in the form of LangChain4j's {@code ChatMessageSerializer}.
     *
     * @return the text, for {@link #fromJson}
     */
    public String toJson() {
        ObjectNode node = SuspendedParts.object().put("version", VERSION);
        node.set("invocation", SuspendedParts.parse(invocation.toJson()));
        node.put("task", task);
        if (conversation != null) {
            node.set("conversation", SuspendedParts.id(conversation));
        }
        node.set("memory", SuspendedParts.messages(memory));
        node.put("modelRequests", modelRequests).put("roundsAsked", roundsAsked);
        ArrayNode reports = node.putArray("rounds");
        rounds.forEach(round -> reports.add(write(round)));
        node.set("tokenUsage", SuspendedParts.tokens(tokenUsage));
        node.put("elapsed", elapsed.toString());
        return SuspendedParts.text(node);
    }

    /**
     * Reads a task.
     *
     * @param json the text from {@link #toJson} of this version of the library or an older one
     * @return the task
     * @throws IllegalArgumentException if the text is not a task, or has a newer version than {@link #VERSION}
     */
    public static SuspendedTask fromJson(String json) {
        return SuspendedParts.read(json, "a suspended task", VERSION, SuspendedTask::task);
    }

    private static SuspendedTask task(JsonNode node) {
        List<RoundReport> rounds = new ArrayList<>();
        node.path("rounds").forEach(round -> rounds.add(read(round)));
        return new SuspendedTask(
                SuspendedInvocation.fromJson(SuspendedParts.text(node.path("invocation"))),
                node.path("task").asText(),
                SuspendedParts.id(node.path("conversation")),
                SuspendedParts.messages(node, "memory", ChatMessage.class),
                node.path("modelRequests").asInt(),
                node.path("roundsAsked").asInt(),
                rounds,
                SuspendedParts.tokens(node.path("tokenUsage")),
                Duration.parse(node.path("elapsed").asText()));
    }

    /** Writes a report as a suspended round whose calls have all ended. */
    private static JsonNode write(RoundReport report) {
        List<SuspendedCall> calls = report.results().stream()
                .<SuspendedCall>map(result -> new SuspendedCall.Ended(withText(result)))
                .toList();
        SuspendedRound round = new SuspendedRound(Long.toString(report.round()), calls);
        ObjectNode node = SuspendedParts.object()
                .put("start", report.start().toString())
                .put("end", report.end().toString());
        node.set("calls", SuspendedParts.parse(round.toJson()));
        return node;
    }

    private static CallResult withText(CallResult result) {
        return result.outcome() instanceof Outcome.Succeeded(ToolExecutionResult own)
                ? new CallResult(
                        result.call(),
                        new Outcome.Succeeded(SuspendedInvocation.textOf(own.resultContents())),
                        result.attempts(),
                        result.start(),
                        result.end(),
                        result.thread())
                : result;
    }

    private static RoundReport read(JsonNode node) {
        SuspendedRound round = SuspendedRound.fromJson(SuspendedParts.text(node.path("calls")));
        List<CallResult> results = round.calls().stream()
                .map(call -> ((SuspendedCall.Ended) call).result())
                .toList();
        List<PlannedCall> planned = results.stream()
                .map(result -> new PlannedCall(
                        result.call(),
                        List.of(),
                        EffectSource.UNDECLARED,
                        null,
                        "not kept while the task was suspended"))
                .toList();
        return new RoundReport(
                Long.parseLong(round.id()),
                CallPlan.of(planned),
                results,
                Instant.parse(node.path("start").asText()),
                Instant.parse(node.path("end").asText()));
    }

    /** Returns the task in words, with its pending calls and why they are pending. */
    @Override
    public String toString() {
        return "task '" + task + "': " + invocation;
    }
}
