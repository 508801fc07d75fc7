package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.effect.EffectInference;
import dev.interlock.effect.ParameterType;
import dev.interlock.execution.ToolDefinition;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A tool as the data sets describe it: {@code tool} or {@code name}, {@code description}, and perhaps
 * {@code parameters}, an object whose members may have a {@code type} and an {@code enum}. Its label is
 * {@code read_only} (a boolean) or {@code effect} ({@code read}, {@code write}).
 */
record ToolRow(String name, String description, Map<String, ParameterType> parameters, Label label) {

    /** The data set's label of the tool. */
    enum Label {
        READ,
        WRITE,
        NONE;

        private static Label of(JsonNode row) {
            JsonNode label = row.hasNonNull("read_only") ? row.get("read_only") : row.path("effect");
            if (label.isNull() || label.isMissingNode()) {
                return NONE;
            }
            boolean reads =
                    label.isBoolean() ? label.asBoolean() : label.asText().equals("read");
            return reads ? READ : WRITE;
        }
    }

    static ToolRow of(JsonNode row) {
        Map<String, ParameterType> parameters = new LinkedHashMap<>();
        row.path("parameters").properties().forEach(each -> parameters.put(each.getKey(), type(each.getValue())));
        return new ToolRow(
                row.path("tool").asText(row.path("name").asText()),
                row.path("description").asText(""),
                parameters,
                Label.of(row));
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
