package dev.interlock.langchain4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.Outcome;
import dev.interlock.durable.OutcomeJson;
import dev.interlock.support.UnlimitedJson;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.model.output.TokenUsage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes parts of suspended invocations and tasks as JSON and reads them, however long or deep they are. */
final class SuspendedParts {

    private static final JsonMapper JSON = UnlimitedJson.mapper().build();

    private static final String UUID_TEXT = "uuid";
    private static final String INPUT = "input";
    private static final String OUTPUT = "output";
    private static final String TOTAL = "total";

    private SuspendedParts() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Writes a value.
     *
     * @throws IllegalArgumentException if there is none: a missing value must not become a readable one
     */
    static String text(JsonNode node) {
        if (node.isMissingNode()) {
            throw new IllegalArgumentException("a missing value cannot be written as JSON");
        }
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "the suspended invocation cannot be written as JSON: " + e.getOriginalMessage(), e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException(
                    "the suspended invocation cannot be written as JSON: nested too deeply", e);
        }
    }

    /**
     * Reads an object of a version that can be read.
     *
     * @throws IllegalArgumentException whatever is wrong with the text
     */
    static <T> T read(String json, String what, int newest, Function<JsonNode, T> reading) {
        try {
            JsonNode node = parse(json);
            JsonNode version = node.path("version");
            if (!version.isInt() || version.intValue() < 1) {
                throw new IllegalArgumentException(what + " must be a JSON object with a version");
            }
            if (version.intValue() > newest) {
                throw new IllegalArgumentException(
                        what + " has version " + version.intValue() + "; this library reads versions 1 to " + newest);
            }
            return reading.apply(node);
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            // Such as a time that is none, or a depth for which the stack does not suffice.
            throw new IllegalArgumentException("not " + what + ": " + e, e);
        }
    }

    static JsonNode messages(List<? extends ChatMessage> messages) {
        return parse(ChatMessageSerializer.messagesToJson(List.copyOf(messages)));
    }

    /** Reads messages of one type. */
    static <M extends ChatMessage> List<M> messages(JsonNode of, String name, Class<M> type) {
        JsonNode messages = of.path(name);
        if (!messages.isArray()) {
            throw new IllegalArgumentException("'" + name + "' must be a list of messages");
        }
        try {
            return ChatMessageDeserializer.messagesFromJson(text(messages)).stream()
                    .map(type::cast)
                    .toList();
        } catch (RuntimeException | StackOverflowError e) {
            throw new IllegalArgumentException("'" + name + "' must be a list of messages: " + e, e);
        }
    }

    /** Writes the id of a memory: a text, a number, a UUID, or the text of anything else. */
    static JsonNode id(Object id) {
        return switch (id) {
            case UUID uuid -> object().put(UUID_TEXT, uuid.toString());
            case Integer number -> kept(number);
            case Long number -> kept(number);
            default -> kept(id.toString());
        };
    }

    static @Nullable Object id(JsonNode node) {
        return node.has(UUID_TEXT) ? UUID.fromString(node.path(UUID_TEXT).asText()) : value(node);
    }

    private static JsonNode kept(Object value) {
        ObjectNode node = OutcomeJson.write(new Outcome.Succeeded(value));
        node.remove("outcome");
        return node;
    }

    private static @Nullable Object value(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            return null;
        }
        ObjectNode outcome = object.deepCopy().put("outcome", "succeeded");
        return OutcomeJson.read(outcome) instanceof Outcome.Succeeded(Object value) ? value : null;
    }

    /** Writes parameters that come back unchanged: texts, truth values, numbers and JSON. Leaves out all others. */
    static JsonNode parameters(Map<String, Object> parameters) {
        ObjectNode node = object();
        new TreeMap<>(parameters).forEach((name, value) -> {
            switch (value) {
                case String text -> node.set(name, kept(text));
                case Boolean flag -> node.set(name, kept(flag));
                case Integer number -> node.set(name, kept(number));
                case Long number -> node.set(name, kept(number));
                case Double number -> node.set(name, kept(number));
                case JsonNode json -> node.set(name, kept(json));
                default -> {}
            }
        });
        return node;
    }

    static Map<String, Object> parameters(JsonNode of, String name) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        of.path(name).properties().forEach(member -> {
            Object value = value(member.getValue());
            if (value != null) {
                parameters.put(member.getKey(), value);
            }
        });
        return parameters;
    }

    static JsonNode counts(Map<String, Integer> counts) {
        ObjectNode node = object();
        new TreeMap<>(counts).forEach(node::put);
        return node;
    }

    static Map<String, Integer> counts(JsonNode of, String name) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        of.path(name)
                .properties()
                .forEach(member -> counts.put(member.getKey(), member.getValue().asInt()));
        return counts;
    }

    /** Writes texts by place. */
    static JsonNode places(Map<Integer, String> texts) {
        ObjectNode node = object();
        new TreeMap<>(texts).forEach((place, text) -> node.put(place.toString(), text));
        return node;
    }

    static Map<Integer, String> places(JsonNode of, String name) {
        Map<Integer, String> texts = new LinkedHashMap<>();
        of.path(name)
                .properties()
                .forEach(member -> texts.put(
                        Integer.valueOf(member.getKey()), member.getValue().asText()));
        return texts;
    }

    static JsonNode tokens(TokenUsage usage) {
        ObjectNode node = object();
        put(node, INPUT, usage.inputTokenCount());
        put(node, OUTPUT, usage.outputTokenCount());
        put(node, TOTAL, usage.totalTokenCount());
        return node;
    }

    private static void put(ObjectNode node, String name, @Nullable Integer count) {
        if (count != null) {
            node.put(name, count);
        }
    }

    static TokenUsage tokens(JsonNode node) {
        return new TokenUsage(count(node, INPUT), count(node, OUTPUT), count(node, TOTAL));
    }

    private static @Nullable Integer count(JsonNode node, String name) {
        return node.path(name).isInt() ? node.path(name).intValue() : null;
    }
}
