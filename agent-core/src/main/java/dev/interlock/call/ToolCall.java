package dev.interlock.call;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One tool execution request of the model.
 *
 * <p>A model normally writes a JSON object as arguments. It can also write anything else: an array, a number, or text
 * that is not JSON, which gives a {@linkplain com.fasterxml.jackson.databind.node.MissingNode missing node}. A call
 * with such arguments is a barrier: it runs after all earlier and before all later calls of its batch. The tool's body
 * decides what to make of the arguments.
 *
 * <p>Immutable as long as the caller does not change the {@link JsonNode}; the library never does.
 *
 * @param id the id that the model gave the call; {@code null} if it gave none; ids may repeat
 * @param tool the name of the tool, never null; it may be unknown or empty, since a model can write anything
 * @param arguments the arguments, never null; {@code null} or a JSON {@code null} becomes the empty object
 */
public record ToolCall(@Nullable String id, String tool, JsonNode arguments) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Creates a call.
     *
     * @param id the model's id, or null
     * @param tool the name of the tool
     * @param arguments the arguments; null and JSON null mean the empty object
     * @throws NullPointerException if {@code tool} is null
     */
    public ToolCall(@Nullable String id, String tool, @Nullable JsonNode arguments) {
        this.id = id;
        this.tool = Objects.requireNonNull(tool, "tool");
        this.arguments = arguments == null || arguments.isNull() ? JsonNodeFactory.instance.objectNode() : arguments;
    }

    /**
     * Creates a call from the text that a model wrote as arguments.
     *
     * @param id the model's id, or null
     * @param tool the name of the tool
     * @param argumentsJson the arguments as JSON text; null and blank mean the empty object; for text that is not JSON,
     *     {@link #arguments()} is a missing node, see {@link #hasObjectArguments()}
     * @return the call
     * @throws NullPointerException if {@code tool} is null
     */
    public static ToolCall parse(@Nullable String id, String tool, @Nullable String argumentsJson) {
        if (argumentsJson == null || argumentsJson.isBlank()) {
            return new ToolCall(id, tool, null);
        }
        try {
            return new ToolCall(id, tool, JSON.readTree(argumentsJson));
        } catch (JsonProcessingException e) {
            return new ToolCall(id, tool, MissingNode.getInstance());
        }
    }

    /**
     * Tells whether {@link #parse} would give a call with object arguments; reads the text without building them.
     *
     * @param argumentsJson the arguments as JSON text; null and blank mean the empty object
     * @return what {@link #hasObjectArguments()} of the parsed call would be
     */
    public static boolean isObject(@Nullable String argumentsJson) {
        if (argumentsJson == null || argumentsJson.isBlank()) {
            return true;
        }
        try (JsonParser parser = JSON.createParser(argumentsJson)) {
            JsonToken first = parser.nextToken();
            parser.skipChildren();
            // Skipping stops without complaint where the text ends too early.
            return first == JsonToken.VALUE_NULL
                    || (first == JsonToken.START_OBJECT && parser.currentToken() == JsonToken.END_OBJECT);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Tells whether the arguments are a JSON object.
     *
     * @return false for a call whose arguments make it a barrier
     */
    public boolean hasObjectArguments() {
        return arguments.isObject();
    }
}
