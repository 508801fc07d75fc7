package dev.interlock.durable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.support.UnlimitedJson;
import org.jspecify.annotations.Nullable;

/**
 * Stores values in JSON so that they come back unchanged, including the digits of numbers and the Java types of simple
 * values.
 */
final class ValueJson {

    /** Reads what this library wrote. Do not use it for text of models. */
    static final ObjectMapper JSON = UnlimitedJson.mapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Numbers keep their digits. */
    private static final ObjectMapper EXACT = UnlimitedJson.mapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final int MAX_PLAIN_DEPTH = 50;
    private static final String VALUE = "value";
    private static final String AS = "as";

    private ValueJson() {}

    /** Adds a result to an object's members; runs code of its class. Null adds nothing. */
    static void write(ObjectNode into, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case CharSequence text -> into.put(VALUE, text.toString());
            case Boolean flag -> into.put(AS, "boolean").put(VALUE, flag);
            case Integer number -> into.put(AS, "int").put(VALUE, number);
            case Long number -> into.put(AS, "long").put(VALUE, number);
            case Double number -> into.put(AS, "double").put(VALUE, number.toString());
            case JsonNode node -> writeJson(into, node);
            default -> {
                JsonNode tree = tree(value);
                if (tree == null) {
                    into.put(VALUE, String.valueOf(value));
                } else {
                    writeJson(into, tree);
                }
            }
        }
    }

    private static @Nullable JsonNode tree(Object value) {
        try {
            return JSON.valueToTree(value);
        } catch (IllegalArgumentException | StackOverflowError e) {
            return null;
        }
    }

    private static void writeJson(ObjectNode into, JsonNode node) {
        if (node.isMissingNode()) {
            return;
        }
        if (isPlain(node, MAX_PLAIN_DEPTH)) {
            into.put(AS, "json").set(VALUE, node);
            return;
        }
        String text = text(node);
        if (keeps(text)) {
            into.put(AS, "json").set(VALUE, node);
        } else {
            into.put(AS, "exact").put(VALUE, text);
        }
    }

    /** Whether reading a text and writing it again gives the same text. */
    private static boolean keeps(String text) {
        return text(parse(JSON, text)).equals(text);
    }

    /**
     * Whether it is known, without writing it, that it is read as it was written: there are no fractions in it, whose
     * digits may change, no objects of Java, and it is not deep.
     */
    private static boolean isPlain(JsonNode node, int depth) {
        return switch (node.getNodeType()) {
            case STRING, BOOLEAN, NULL -> true;
            case NUMBER -> node.isIntegralNumber();
            case ARRAY, OBJECT -> depth > 0 && arePlain(node, depth - 1);
            case BINARY, POJO, MISSING -> false;
        };
    }

    private static boolean arePlain(JsonNode parent, int depth) {
        for (JsonNode child : parent) {
            if (!isPlain(child, depth)) {
                return false;
            }
        }
        return true;
    }

    static @Nullable Object read(JsonNode from) {
        JsonNode value = from.path(VALUE);
        if (value.isMissingNode()) {
            return null;
        }
        String as = from.path(AS).asText("text");
        return switch (as) {
            case "text" -> value.asText();
            case "boolean" -> value.booleanValue();
            case "int" -> value.intValue();
            case "long" -> value.longValue();
            case "double" -> Double.valueOf(value.asText());
            case "json" -> value;
            case "exact" -> parse(EXACT, value.asText());
            default -> throw new IllegalArgumentException("there is no kind of value '" + Members.cut(as) + "'");
        };
    }

    /** Adds arguments to an object, unless they were not JSON. */
    static void writeArguments(ObjectNode into, String name, JsonNode arguments) {
        if (arguments.isMissingNode()) {
            return;
        }
        if (isPlain(arguments, MAX_PLAIN_DEPTH)) {
            into.set(name, arguments);
            return;
        }
        String text = text(arguments);
        if (keeps(text)) {
            into.set(name, arguments);
        } else {
            into.put(name + "Text", text);
        }
    }

    static JsonNode readArguments(JsonNode from, String name) {
        JsonNode exact = from.path(name + "Text");
        return exact.isTextual() ? parse(EXACT, exact.textValue()) : from.path(name);
    }

    static boolean hasArguments(JsonNode from, String name) {
        return from.has(name) || from.has(name + "Text");
    }

    /** Returns a node as text. Unlike the node's own method, it can write very deep nodes. */
    static String text(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a value cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    static JsonNode parse(ObjectMapper mapper, String text) {
        try {
            JsonNode node = mapper.readTree(text);
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not valid JSON: " + e.getOriginalMessage(), e);
        }
    }
}
