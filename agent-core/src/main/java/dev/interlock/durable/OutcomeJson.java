package dev.interlock.durable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes outcomes as JSON and reads them, for journals and for integrations that store results. Text, JSON, Java
 * numbers and booleans come back unchanged; any other result comes back as JSON. A failure comes back as a
 * {@link RecordedFailure} with the same message.
 */
public final class OutcomeJson {

    private static final String OUTCOME = "outcome";

    private OutcomeJson() {}

    /**
     * Writes an outcome.
     *
     * @param outcome the outcome; this runs code of its result's class
     * @return a new object
     */
    public static ObjectNode write(Outcome outcome) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        switch (outcome) {
            case Outcome.Succeeded(Object value) -> {
                node.put(OUTCOME, "succeeded");
                ValueJson.write(node, value);
            }
            case Outcome.Failed failed -> {
                Throwable error = failed.error();
                String type = error instanceof RecordedFailure recorded
                        ? recorded.type()
                        : error.getClass().getName();
                node.put(OUTCOME, "failed").put("type", type).put("message", failed.message());
            }
            case Outcome.TimedOut(String message, Duration limit, boolean mayHaveTakenEffect) ->
                node.put(OUTCOME, "timedOut")
                        .put("message", message)
                        .put("limit", limit.toString())
                        .put("mayHaveTakenEffect", mayHaveTakenEffect);
            case Outcome.Cancelled(String message, boolean mayHaveTakenEffect) ->
                node.put(OUTCOME, "cancelled").put("message", message).put("mayHaveTakenEffect", mayHaveTakenEffect);
            case Outcome.Skipped(String message) -> node.put(OUTCOME, "skipped").put("message", message);
        }
        return node;
    }

    /**
     * Reads an outcome.
     *
     * @param node the object that {@link #write} returned
     * @return the outcome
     * @throws IllegalArgumentException if the object is not an outcome
     */
    public static Outcome read(JsonNode node) {
        String kind = Members.text(node, OUTCOME);
        return switch (kind) {
            case "succeeded" -> new Outcome.Succeeded(value(node));
            case "failed" -> new Outcome.Failed(new RecordedFailure(Members.text(node, "type"), message(node)));
            case "timedOut" ->
                new Outcome.TimedOut(
                        message(node), Members.duration(node, "limit"), Members.flag(node, "mayHaveTakenEffect"));
            case "cancelled" -> new Outcome.Cancelled(message(node), Members.flag(node, "mayHaveTakenEffect"));
            case "skipped" -> new Outcome.Skipped(message(node));
            default -> throw new IllegalArgumentException("there is no outcome '" + Members.cut(kind) + "'");
        };
    }

    private static String message(JsonNode node) {
        return Members.text(node, "message");
    }

    private static @Nullable Object value(JsonNode node) {
        return ValueJson.read(node);
    }
}
