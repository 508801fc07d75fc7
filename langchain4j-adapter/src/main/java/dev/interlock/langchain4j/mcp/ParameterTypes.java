package dev.interlock.langchain4j.mcp;

import dev.interlock.effect.ParameterType;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.util.HashMap;
import java.util.Map;

/** Reads the types of a tool's parameters from its specification. */
public final class ParameterTypes {

    private ParameterTypes() {}

    /**
     * Returns the types of the parameters by name.
     *
     * @param specification the tool's specification
     * @return the types, empty for a tool without parameters
     */
    public static Map<String, ParameterType> of(ToolSpecification specification) {
        Map<String, ParameterType> types = new HashMap<>();
        if (specification.parameters() != null) {
            specification.parameters().properties().forEach((name, schema) -> types.put(name, type(schema)));
        }
        return types;
    }

    private static ParameterType type(JsonSchemaElement schema) {
        if (schema instanceof JsonStringSchema) {
            return ParameterType.STRING;
        }
        if (schema instanceof JsonEnumSchema) {
            return ParameterType.ENUM;
        }
        if (schema instanceof JsonIntegerSchema) {
            return ParameterType.INTEGER;
        }
        if (schema instanceof JsonNumberSchema) {
            return ParameterType.NUMBER;
        }
        return schema instanceof JsonBooleanSchema ? ParameterType.BOOLEAN : ParameterType.OTHER;
    }
}
