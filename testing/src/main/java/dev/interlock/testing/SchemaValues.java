package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes values that fit a schema: few, so that two calls often get the same. A schema that this class does not
 * understand gets text; the tool's error is then a result like any other.
 */
final class SchemaValues {

    /** Bounds the depth, since a schema may contain itself. */
    private static final int MAX_DEPTH = 4;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private SchemaValues() {}

    static List<ToolShape.Parameter> parameters(@Nullable JsonObjectSchema schema) {
        List<ToolShape.Parameter> parameters = new ArrayList<>();
        if (schema != null) {
            List<String> required = schema.required() == null ? List.of() : schema.required();
            schema.properties()
                    .forEach((name, type) -> parameters.add(
                            new ToolShape.Parameter(name, required.contains(name), values(type, MAX_DEPTH))));
        }
        return parameters;
    }

    private static List<JsonNode> values(JsonSchemaElement schema, int depth) {
        if (schema instanceof JsonEnumSchema choice && !choice.enumValues().isEmpty()) {
            return choice.enumValues().stream()
                    .map(value -> (JsonNode) TextNode.valueOf(value))
                    .toList();
        }
        if (schema instanceof JsonIntegerSchema) {
            return List.of(IntNode.valueOf(1), IntNode.valueOf(2));
        }
        if (schema instanceof JsonNumberSchema) {
            return List.of(DoubleNode.valueOf(1.5), DoubleNode.valueOf(2.5));
        }
        if (schema instanceof JsonBooleanSchema) {
            return List.of(BooleanNode.TRUE, BooleanNode.FALSE);
        }
        if (schema instanceof JsonAnyOfSchema any && !any.anyOf().isEmpty() && depth > 0) {
            return values(any.anyOf().get(0), depth - 1);
        }
        if (schema instanceof JsonArraySchema array && array.items() != null && depth > 0) {
            return values(array.items(), depth - 1).stream()
                    .map(value -> (JsonNode) new ArrayNode(JSON).add(value))
                    .toList();
        }
        if (schema instanceof JsonObjectSchema object && depth > 0) {
            return List.of(object(object, 0, depth), object(object, 1, depth));
        }
        return List.of(TextNode.valueOf("a"), TextNode.valueOf("b"));
    }

    private static JsonNode object(JsonObjectSchema schema, int which, int depth) {
        ObjectNode object = new ObjectNode(JSON);
        schema.properties().forEach((name, type) -> {
            List<JsonNode> values = values(type, depth - 1);
            object.set(name, values.get(which % values.size()));
        });
        return object;
    }
}
