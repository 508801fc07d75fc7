package dev.interlock.durable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall.Asked;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Suspended rounds as JSON text. Members that a reader does not know are left alone, so what is only added needs no new
 * version.
 */
final class SuspendedRoundJson {

    private static final String VERSION = "version";
    private static final String CALLS = "calls";
    private static final String ARGUMENTS = "arguments";
    private static final String INSTEAD = "instead";
    private static final String ENDED = "ended";
    private static final String PENDING = "pending";
    private static final String WAITING = "waiting";
    private static final String EDITED = "edited";
    private static final String ATTEMPTS = "attempts";
    private static final String INTERCEPTOR = "interceptor";
    private static final String REASON = "reason";
    private static final String ASKED = "asked";
    private static final String APPROVED = "approved";

    private SuspendedRoundJson() {}

    static String write(SuspendedRound round) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put(VERSION, SuspendedRound.VERSION).put("id", round.id());
        ArrayNode calls = node.putArray(CALLS);
        round.calls().forEach(call -> calls.add(write(call)));
        return ValueJson.text(node);
    }

    private static ObjectNode write(SuspendedCall suspended) {
        ToolCall call = suspended.call();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (call.id() != null) {
            node.put("id", call.id());
        }
        node.put("tool", call.tool());
        ValueJson.writeArguments(node, ARGUMENTS, call.arguments());
        if (suspended.edited()) {
            node.put(EDITED, true);
        }
        switch (suspended) {
            case SuspendedCall.Ended(CallResult result) -> node.set(ENDED, write(result));
            case SuspendedCall.Pending pending -> {
                ObjectNode state = node.putObject(PENDING)
                        .put("kind", pending.kind().name())
                        .put(REASON, pending.reason())
                        .put(ATTEMPTS, pending.attempts())
                        .put("since", pending.since().toString());
                write(state, ASKED, pending.asked(), call);
            }
            case SuspendedCall.Waiting waiting ->
                write(node.putObject(WAITING).put(REASON, waiting.reason()), APPROVED, waiting.approved(), call);
        }
        return node;
    }

    private static ObjectNode write(CallResult result) {
        return OutcomeJson.write(result.outcome())
                .put(ATTEMPTS, result.attempts())
                .put("start", result.start().toString())
                .put("end", result.end().toString())
                .put("thread", result.thread().name());
    }

    /** Arguments that are those of the call are not written twice. */
    private static void write(ObjectNode state, String name, @Nullable Asked asked, ToolCall call) {
        if (asked == null) {
            return;
        }
        ObjectNode node = state.putObject(name).put(INTERCEPTOR, asked.interceptor());
        if (!asked.arguments().equals(call.arguments())) {
            ValueJson.writeArguments(node, ARGUMENTS, asked.arguments());
        }
        if (asked.instead() != null) {
            ValueJson.writeArguments(node, INSTEAD, asked.instead());
        }
    }

    static SuspendedRound read(String json) {
        JsonNode node = ValueJson.parse(ValueJson.JSON, json);
        if (!node.isObject()) {
            throw new IllegalArgumentException("a suspended round must be a JSON object");
        }
        int version = Members.number(node, VERSION);
        if (version > SuspendedRound.VERSION || version < 1) {
            throw new IllegalArgumentException("the suspended round is of version " + version
                    + ", this library reads versions 1 to " + SuspendedRound.VERSION);
        }
        JsonNode calls = node.path(CALLS);
        if (!calls.isArray()) {
            throw new IllegalArgumentException("'calls' must be a list");
        }
        List<SuspendedCall> read = new ArrayList<>(calls.size());
        for (JsonNode call : calls) {
            read.add(call(call, read.size() + 1));
        }
        return new SuspendedRound(Members.text(node, "id"), read);
    }

    private static SuspendedCall call(JsonNode node, int number) {
        try {
            return call(node);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("call " + number + ": " + e.getMessage(), e);
        }
    }

    private static SuspendedCall call(JsonNode node) {
        JsonNode id = node.path("id");
        ToolCall call = new ToolCall(
                id.isTextual() ? id.textValue() : null,
                Members.text(node, "tool"),
                ValueJson.readArguments(node, ARGUMENTS));
        boolean edited = node.has(EDITED) && Members.flag(node, EDITED);
        if (node.has(ENDED)) {
            return new SuspendedCall.Ended(result(call, node.path(ENDED)));
        }
        if (node.has(PENDING)) {
            JsonNode state = node.path(PENDING);
            return new SuspendedCall.Pending(
                    call,
                    edited,
                    Members.oneOf(state, "kind", PendingKind.class),
                    Members.text(state, REASON),
                    asked(state.path(ASKED), call),
                    Members.number(state, ATTEMPTS),
                    Members.instant(state, "since"));
        }
        if (node.has(WAITING)) {
            JsonNode state = node.path(WAITING);
            return new SuspendedCall.Waiting(
                    call, edited, Members.text(state, REASON), asked(state.path(APPROVED), call));
        }
        throw new IllegalArgumentException("it must have 'ended', 'pending' or 'waiting'");
    }

    private static CallResult result(ToolCall call, JsonNode state) {
        return new CallResult(
                call,
                OutcomeJson.read(state),
                Members.number(state, ATTEMPTS),
                Members.instant(state, "start"),
                Members.instant(state, "end"),
                Members.oneOf(state, "thread", ThreadKind.class));
    }

    private static @Nullable Asked asked(JsonNode node, ToolCall call) {
        if (!node.isObject()) {
            return null;
        }
        return new Asked(
                Members.number(node, INTERCEPTOR),
                ValueJson.hasArguments(node, ARGUMENTS) ? ValueJson.readArguments(node, ARGUMENTS) : call.arguments(),
                ValueJson.hasArguments(node, INSTEAD) ? ValueJson.readArguments(node, INSTEAD) : null);
    }
}
