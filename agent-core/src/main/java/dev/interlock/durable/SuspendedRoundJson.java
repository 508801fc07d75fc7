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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes suspended rounds as JSON text and reads them. A reader ignores unknown members, so a new member needs no new
 * version.
 */
final class SuspendedRoundJson {

    private static final String VERSION = "version";
    private static final String SUSPENSION = "suspension";
    private static final String CALLS = "calls";
    private static final String ARGUMENTS = "arguments";
    private static final String INSTEAD = "instead";
    private static final String ENDED = "ended";
    private static final String PENDING = "pending";
    private static final String WAITING = "waiting";
    private static final String EDITED = "edited";
    private static final String ATTEMPTS = "attempts";
    private static final String REASON = "reason";
    private static final String ASKED = "asked";
    private static final String APPROVED = "approved";
    private static final String INTERCEPTOR = "interceptor";
    private static final String FOLLOWS = "follows";
    private static final String KEY = "key";
    private static final String STARTED = "started";
    private static final String DECIDED = "decided";
    private static final String ALWAYS = "always";

    private SuspendedRoundJson() {}

    static String write(int version, String id, int suspension, List<SuspendedCall> all, Map<Integer, String> keys) {
        return notTooDeep("be written", () -> text(version, id, suspension, all, keys));
    }

    /** What is nested so deeply that the stack does not suffice is an error of the text, or of what it is made of. */
    private static <T> T notTooDeep(String what, Supplier<T> work) {
        try {
            return work.get();
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("the suspended round is nested too deeply to " + what, e);
        }
    }

    private static String text(
            int version, String id, int suspension, List<SuspendedCall> all, Map<Integer, String> keys) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put(VERSION, version).put("id", id);
        if (suspension > 0) {
            node.put(SUSPENSION, suspension);
        }
        ArrayNode calls = node.putArray(CALLS);
        all.forEach(call -> calls.add(write(call)));
        keys.forEach((place, key) -> ((ObjectNode) calls.get(place)).put(KEY, key));
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
        putIfTrue(node, EDITED, suspended.edited());
        switch (suspended) {
            case SuspendedCall.Ended ended -> {
                ObjectNode state = node.putObject(ENDED).setAll(write(ended.result()));
                putIfTrue(state, DECIDED, ended.decided());
            }
            case SuspendedCall.Pending pending -> {
                ObjectNode state = node.putObject(PENDING)
                        .put("kind", pending.kind().name())
                        .put(REASON, pending.reason())
                        .put(ATTEMPTS, pending.attempts())
                        .put("since", pending.since().toString());
                write(state, ASKED, pending.asked(), call);
            }
            case SuspendedCall.Waiting waiting -> {
                ObjectNode state = node.putObject(WAITING).put(REASON, waiting.reason());
                write(state, APPROVED, waiting.approved(), call);
                if (waiting.follows() >= 0) {
                    state.put(FOLLOWS, waiting.follows());
                }
                putIfTrue(state, STARTED, waiting.started());
            }
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

    private static void putIfTrue(ObjectNode node, String name, boolean flag) {
        if (flag) {
            node.put(name, true);
        }
    }

    /** Writes questions. Arguments that equal the call's are not written twice. */
    private static void write(ObjectNode state, String name, List<Asked> asked, ToolCall call) {
        if (asked.isEmpty()) {
            return;
        }
        ArrayNode list = state.putArray(name);
        for (Asked one : asked) {
            ObjectNode node = list.addObject().put(INTERCEPTOR, one.interceptor());
            if (!one.arguments().equals(call.arguments())) {
                ValueJson.writeArguments(node, ARGUMENTS, one.arguments());
            }
            if (one.instead() != null) {
                ValueJson.writeArguments(node, INSTEAD, one.instead());
            }
            putIfTrue(node, ALWAYS, one.always());
        }
    }

    /**
     * Reads a round.
     *
     * @param newest the newest readable version
     * @param make makes the round of what is read
     */
    static <R> R read(String json, int newest, Making<R> make) {
        return notTooDeep("be read", () -> round(json, newest, make));
    }

    /** Makes a round, whose class this does not know. */
    interface Making<R> {
        R make(String id, int suspension, List<SuspendedCall> calls, Map<Integer, String> keys);
    }

    private static <R> R round(String json, int newest, Making<R> make) {
        JsonNode node = ValueJson.parse(ValueJson.JSON, json);
        if (!node.isObject()) {
            throw new IllegalArgumentException("a suspended round must be a JSON object");
        }
        int version = Members.number(node, VERSION);
        if (version > newest || version < 1) {
            throw new IllegalArgumentException(
                    "the suspended round has version " + version + "; this library reads versions 1 to " + newest);
        }
        JsonNode calls = node.path(CALLS);
        if (!calls.isArray()) {
            throw new IllegalArgumentException("'calls' must be a list");
        }
        List<SuspendedCall> read = new ArrayList<>(calls.size());
        Map<Integer, String> keys = new HashMap<>();
        for (JsonNode call : calls) {
            if (call.has(KEY)) {
                keys.put(read.size(), Members.text(call, KEY));
            }
            read.add(call(call, read.size() + 1));
        }
        return make.make(
                Members.text(node, "id"), node.has(SUSPENSION) ? Members.number(node, SUSPENSION) : 0, read, keys);
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
        boolean edited = isTrue(node, EDITED);
        if (node.has(ENDED)) {
            JsonNode state = node.path(ENDED);
            return new SuspendedCall.Ended(result(call, state), isTrue(state, DECIDED));
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
                    call,
                    edited,
                    Members.text(state, REASON),
                    asked(state.path(APPROVED), call),
                    state.has(FOLLOWS) ? Members.number(state, FOLLOWS) : -1,
                    isTrue(state, STARTED));
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

    private static boolean isTrue(JsonNode node, String name) {
        return node.has(name) && Members.flag(node, name);
    }

    private static List<Asked> asked(JsonNode list, ToolCall call) {
        List<Asked> asked = new ArrayList<>(list.size());
        for (JsonNode node : list) {
            asked.add(new Asked(
                    Members.number(node, INTERCEPTOR),
                    ValueJson.hasArguments(node, ARGUMENTS)
                            ? ValueJson.readArguments(node, ARGUMENTS)
                            : call.arguments(),
                    ValueJson.hasArguments(node, INSTEAD) ? ValueJson.readArguments(node, INSTEAD) : null,
                    isTrue(node, ALWAYS)));
        }
        return asked;
    }
}
