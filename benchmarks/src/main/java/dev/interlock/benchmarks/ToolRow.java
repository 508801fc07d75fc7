package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.effect.EffectInference;
import dev.interlock.effect.ParameterType;
import dev.interlock.execution.ToolDefinition;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A tool as the data sets describe it: {@code tool} or {@code name}, {@code description}, and perhaps {@code parameters}, an
 * object by name of which each may have a {@code type} and an {@code enum}.
 */
record ToolRow(String name, String description, Map<String, ParameterType> parameters) {

    static ToolRow of(JsonNode row) {
        Map<String, ParameterType> parameters = new LinkedHashMap<>();
        row.path("parameters").properties().forEach(each -> parameters.put(each.getKey(), type(each.getValue())));
        return new ToolRow(
                row.path("tool").asText(row.path("name").asText()),
                row.path("description").asText(""),
                parameters);
    }

    private static ParameterType type(JsonNode parameter) {
        if (parameter.has("enum")) {
            return ParameterType.ENUM;
        }
        return switch (parameter.path("type").asText()) {
            case "string" -> ParameterType.STRING;
            case "integer" -> ParameterType.INTEGER;
            case "number", "float" -> ParameterType.NUMBER;
            case "boolean" -> ParameterType.BOOLEAN;
            default -> ParameterType.OTHER;
        };
    }

    EffectInference.Answer inferred() {
        return EffectInference.infer(name, description, parameters);
    }

    /** The tool with nothing declared. */
    ToolDefinition definition() {
        return ToolDefinition.builder(name, call -> null)
                .description(description)
                .parameters(parameters)
                .build();
    }
}
