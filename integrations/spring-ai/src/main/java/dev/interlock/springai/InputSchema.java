package dev.interlock.springai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.effect.ParameterType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a tool's parameters from the schema that the model gets. */
final class InputSchema {

    private static final ObjectMapper JSON = new ObjectMapper();

    private InputSchema() {}

    /**
     * Returns the parameters.
     *
     * @param schema a JSON schema, or something else
     * @return the types by name, empty for a tool without parameters; null if the schema does not say
     */
    static @Nullable Map<String, ParameterType> parameters(@Nullable String schema) {
        if (schema == null || schema.isBlank()) {
            return null;
        }
        try {
            JsonNode root = JSON.readTree(schema);
            JsonNode properties = root.get("properties");
            if (!root.isObject() || root.has("$ref") || root.has("allOf") || root.has("anyOf") || root.has("oneOf")) {
                return null;
            }
            Map<String, ParameterType> parameters = new LinkedHashMap<>();
            if (properties != null) {
                properties.properties().forEach(each -> parameters.put(each.getKey(), type(each.getValue())));
            }
            return parameters;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** Ignores null as one of two types. */
    private static ParameterType type(JsonNode schema) {
        if (schema.has("enum")) {
            return ParameterType.ENUM;
        }
        JsonNode type = schema.get("type");
        if (type != null && type.isArray()) {
            type = type.size() == 2 && type.get(1).asText().equals("null")
                    ? type.get(0)
                    : type.size() == 2 && type.get(0).asText().equals("null") ? type.get(1) : null;
        }
        return switch (type == null ? "" : type.asText()) {
            case "string" -> ParameterType.STRING;
            case "integer" -> ParameterType.INTEGER;
            case "number" -> ParameterType.NUMBER;
            case "boolean" -> ParameterType.BOOLEAN;
            default -> ParameterType.OTHER;
        };
    }
}
