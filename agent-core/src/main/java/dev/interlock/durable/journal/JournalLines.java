package dev.interlock.durable.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.OutcomeJson;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.support.UnlimitedJson;
import java.io.IOException;
import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/**
 * Writes journal entries as text and reads them, one line for each, for journals that store text. It writes calls and
 * results as {@link SuspendedRound} does. Thread-safe.
 */
public final class JournalLines {

    private static final ObjectMapper JSON = UnlimitedJson.mapper().build();

    /** The call of a result of which it is not said what it was. */
    static final ToolCall UNSAID = new ToolCall(null, "", null);

    private static final String ROUND = "round";
    private static final String BEGAN = "began";
    private static final String CAME = "came";
    private static final String STARTS = "starts";
    private static final String PENDS = "pends";
    private static final String ENDED = "ended";
    private static final String SETTLED = "settled";
    private static final String OVER = "over";
    private static final String CALL = "call";
    private static final String RESULT = "result";

    private JournalLines() {}

    /**
     * Writes an entry.
     *
     * @param entry the entry; Jackson writes a call's result, which runs code of the result's class
     * @return JSON without line breaks
     * @throws JournalException if the entry cannot be written as JSON
     */
    public static String write(JournalEntry entry) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField(ROUND, entry.round());
            switch (entry) {
                case JournalEntry.RoundBegan(SuspendedRound known) -> writeRaw(json, BEGAN, known.toJson());
                case JournalEntry.CallCame came -> {
                    json.writeNumberField(CAME, came.index());
                    writeRaw(json, CALL, text(came.round(), unstarted(came.call())));
                }
                case JournalEntry.CallStarts starts -> write(json, starts);
                case JournalEntry.CallEnded ended -> {
                    json.writeNumberField(ENDED, ended.index());
                    json.writeFieldName(RESULT);
                    json.writeTree(tree(ended.result()));
                }
                case JournalEntry.CallPends pends -> {
                    json.writeNumberField(PENDS, pends.index());
                    writeRaw(json, CALL, text(pends.round(), pends.pending()));
                }
                case JournalEntry.RoundSettled settled -> json.writeBooleanField(SETTLED, true);
                case JournalEntry.RoundEnded ended -> json.writeBooleanField(OVER, true);
            }
            json.writeEndObject();
        } catch (IOException | IllegalArgumentException e) {
            throw new JournalException(
                    "an entry of round " + entry.round() + " cannot be written as JSON: " + e.getMessage(), e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, JournalEntry.CallStarts starts) throws IOException {
        json.writeNumberField(STARTS, starts.index());
        json.writeStringField("at", starts.at().toString());
        json.writeBooleanField("repeatable", starts.repeatable());
        json.writeBooleanField("reads", starts.onlyReads());
        ToolCall changed = starts.changed();
        if (changed != null) {
            writeRaw(json, CALL, text(starts.round(), unstarted(changed)));
        }
    }

    private static void writeRaw(JsonGenerator json, String name, String value) throws IOException {
        json.writeFieldName(name);
        json.writeRawValue(value);
    }

    /** A call of which nothing has happened. */
    static SuspendedCall unstarted(ToolCall call) {
        return new SuspendedCall.Waiting(call, "it had not started");
    }

    /** Writes a call as the only one of a round, so that it can be read like any other. */
    private static String text(String round, SuspendedCall call) {
        return new SuspendedRound(round, List.of(call)).toJson();
    }

    private static ObjectNode tree(CallResult result) {
        return OutcomeJson.write(result.outcome())
                .put("attempts", result.attempts())
                .put("start", result.start().toString())
                .put("end", result.end().toString())
                .put("thread", result.thread().name());
    }

    /**
     * Reads an entry. The result of an ended call has a call without name and arguments, because earlier entries have
     * these.
     *
     * @param line the text from {@link #write}
     * @return the entry
     * @throws IllegalArgumentException if the line is not an entry
     */
    public static JournalEntry read(String line) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not valid JSON: " + e.getOriginalMessage(), e);
        }
        JsonNode round = node.path(ROUND);
        if (!round.isTextual()) {
            throw new IllegalArgumentException("'" + ROUND + "' is missing");
        }
        try {
            return read(round.textValue(), node);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static JournalEntry read(String round, JsonNode node) {
        if (node.has(BEGAN)) {
            return new JournalEntry.RoundBegan(SuspendedRound.fromJson(text(node.path(BEGAN))));
        }
        if (node.has(CAME)) {
            return new JournalEntry.CallCame(
                    round, index(node, CAME), call(node).call());
        }
        if (node.has(STARTS)) {
            return new JournalEntry.CallStarts(
                    round,
                    index(node, STARTS),
                    Instant.parse(node.path("at").asText()),
                    node.path("repeatable").asBoolean(),
                    node.path("reads").asBoolean(),
                    node.has(CALL) ? call(node).call() : null);
        }
        if (node.has(PENDS)) {
            if (!(call(node) instanceof SuspendedCall.Pending pending)) {
                throw new IllegalArgumentException("the call must be pending");
            }
            return new JournalEntry.CallPends(round, index(node, PENDS), pending);
        }
        if (node.has(ENDED)) {
            return new JournalEntry.CallEnded(round, index(node, ENDED), result(node.path(RESULT)));
        }
        if (node.has(SETTLED)) {
            return new JournalEntry.RoundSettled(round);
        }
        if (node.has(OVER)) {
            return new JournalEntry.RoundEnded(round);
        }
        throw new IllegalArgumentException("unknown kind of entry: " + node);
    }

    /** Returns the round of a line without reading all of it. */
    static String roundOf(String line) {
        try (JsonParser json = JSON.createParser(line)) {
            boolean first = json.nextToken() == JsonToken.START_OBJECT && ROUND.equals(json.nextFieldName());
            String round = first ? json.nextTextValue() : null;
            if (round == null) {
                throw new IllegalArgumentException("the line does not begin with a round: " + line);
            }
            return round;
        } catch (IOException e) {
            throw new IllegalArgumentException("not valid JSON: " + e.getMessage(), e);
        }
    }

    /** Returns a node as text. Unlike the node's own method, it can write very deep nodes. */
    private static String text(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    private static int index(JsonNode node, String name) {
        JsonNode index = node.path(name);
        if (!index.isInt() || index.intValue() < 0) {
            throw new IllegalArgumentException("'" + name + "' must be the place of a call, was " + index);
        }
        return index.intValue();
    }

    private static SuspendedCall call(JsonNode node) {
        List<SuspendedCall> calls =
                SuspendedRound.fromJson(text(node.path(CALL))).calls();
        if (calls.size() != 1) {
            throw new IllegalArgumentException("'" + CALL + "' must be one call, was " + calls.size());
        }
        return calls.getFirst();
    }

    private static CallResult result(JsonNode node) {
        return new CallResult(
                UNSAID,
                OutcomeJson.read(node),
                node.path("attempts").asInt(),
                Instant.parse(node.path("start").asText()),
                Instant.parse(node.path("end").asText()),
                ThreadKind.valueOf(node.path("thread").asText()));
    }
}
