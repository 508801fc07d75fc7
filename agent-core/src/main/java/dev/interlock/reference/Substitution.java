package dev.interlock.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.interlock.call.Outcome;
import dev.interlock.effect.ParameterType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks up the values of one call's references. Confined to one thread. */
final class Substitution implements References.Resolver {

    private static final int MAX_DEPTH = 1_000;

    private final ReferringCall call;
    private final long limit;
    private long left;

    Substitution(ReferringCall call, long limit) {
        this.call = call;
        this.limit = limit;
        this.left = limit;
    }

    @Override
    public JsonNode value(Reference reference, @Nullable String parameter) {
        ReferredResult result = result(reference);
        JsonNode part = part(reference, result);
        JsonNode value = converted(reference, parameter, result, part);
        take(length(reference, value));
        return value;
    }

    @Override
    public String text(Reference reference) {
        ReferredResult result = result(reference);
        JsonNode part = part(reference, result);
        if (part.isContainerNode()) {
            // Count before writing, so that a value that is too long is never written.
            take(length(reference, part));
            return result.text(reference, part);
        }
        String text = result.text(reference, part);
        take(text.length());
        return text;
    }

    private ReferredResult result(Reference reference) {
        try {
            return call.resultOf(reference.call());
        } catch (RuntimeException e) {
            throw new UnresolvableException("the result of " + producer(reference) + " is neither JSON nor text: "
                    + new Outcome.Failed(e).message());
        }
    }

    /** The call that the reference names, in words. */
    private String producer(Reference reference) {
        return "call " + reference.call() + " (tool '" + call.toolOf(reference.call()) + "')";
    }

    private JsonNode part(Reference reference, ReferredResult result) {
        JsonNode part = reference.find(result.json());
        if (part == null) {
            throw new UnresolvableException(reference.shown() + " names no part of the result of " + producer(reference)
                    + ": " + reference.missing(result.json()));
        }
        return part;
    }

    /** Converts a part to the type in the tool's schema, which may want text for a value or a value for text. */
    private JsonNode converted(Reference reference, @Nullable String parameter, ReferredResult result, JsonNode part) {
        ParameterType type = parameter == null ? ParameterType.OTHER : call.typeOf(parameter);
        return switch (type) {
            case STRING, ENUM ->
                part.isTextual() || part.isNull() ? part : TextNode.valueOf(result.text(reference, part));
            case INTEGER, NUMBER, BOOLEAN -> part.isTextual() ? literal(part, type) : part;
            case OTHER -> part;
        };
    }

    private JsonNode literal(JsonNode text, ParameterType type) {
        JsonNode value = ReferredResult.of(text.textValue().strip()).json();
        boolean fits = type == ParameterType.BOOLEAN ? value.isBoolean() : value.isNumber();
        if (fits) {
            return value;
        }
        String word = text.textValue().strip();
        return type == ParameterType.BOOLEAN && (word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false"))
                ? BooleanNode.valueOf(word.equalsIgnoreCase("true"))
                : text;
    }

    private void take(long length) {
        left -= length;
        if (left < 0) {
            throw new UnresolvableException("the results that its arguments refer to have more than " + limit
                    + " characters together, the limit of one call's arguments");
        }
    }

    /**
     * Returns about the length of the value's JSON. It stops counting at the limit, since results can contain each
     * other many times.
     */
    private long length(Reference reference, JsonNode value) {
        Deque<JsonNode> open = new ArrayDeque<>();
        Deque<Integer> depths = new ArrayDeque<>();
        open.push(value);
        depths.push(0);
        long length = 0;
        while (!open.isEmpty() && length <= left) {
            JsonNode node = open.pop();
            int depth = depths.pop();
            if (depth > MAX_DEPTH) {
                throw new UnresolvableException(
                        reference.shown() + " is nested more than " + MAX_DEPTH + " levels deep");
            }
            length += 1;
            if (node.isTextual()) {
                length += node.textValue().length();
            } else if (node.isContainerNode()) {
                for (JsonNode child : node) {
                    open.push(child);
                    depths.push(depth + 1);
                }
                if (node.isObject()) {
                    for (Map.Entry<String, JsonNode> field : node.properties()) {
                        length += field.getKey().length();
                    }
                }
            }
        }
        return length;
    }
}
