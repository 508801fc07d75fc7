package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.effect.ParameterType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The tools of recorded chains, with results in the shape of their documentation. Immutable. */
final class ChainedTools {

    private final Map<String, JsonNode> tools;

    private ChainedTools(Map<String, JsonNode> tools) {
        this.tools = tools;
    }

    static ChainedTools read(Path file) throws IOException {
        Map<String, JsonNode> tools = new HashMap<>();
        for (JsonNode tool : JsonLines.read(file)) {
            tools.put(tool.path("name").asText(), tool);
        }
        return new ChainedTools(tools);
    }

    /** Returns the types of a tool's parameters; they are unknown for an undocumented tool. */
    Map<String, ParameterType> parameters(String tool) {
        Map<String, ParameterType> types = new LinkedHashMap<>();
        JsonNode known = tools.getOrDefault(tool, JsonNodeFactory.instance.objectNode());
        for (Map.Entry<String, JsonNode> parameter : known.path("parameters").properties()) {
            types.put(parameter.getKey(), type(parameter.getValue().path("type").asText()));
        }
        return types;
    }

    private static ParameterType type(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "string" -> ParameterType.STRING;
            case "integer" -> ParameterType.INTEGER;
            case "number" -> ParameterType.NUMBER;
            case "boolean" -> ParameterType.BOOLEAN;
            default -> ParameterType.OTHER;
        };
    }

    String description(String tool) {
        JsonNode known = tools.get(tool);
        return known == null ? "" : known.path("description").asText();
    }

    /** Returns a tool's answer: each documented output with a made-up value. */
    ObjectNode result(String tool) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        JsonNode known = tools.getOrDefault(tool, result);
        for (Map.Entry<String, JsonNode> output : known.path("outputs").properties()) {
            result.set(output.getKey(), value(output.getKey(), output.getValue()));
        }
        return result;
    }

    private static JsonNode value(String name, JsonNode schema) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (schema.path("type").asText()) {
            case "integer" -> nodes.numberNode(42);
            case "number" -> nodes.numberNode(42.5);
            case "boolean" -> nodes.booleanNode(true);
            case "array" -> {
                JsonNode item = schema.has("items") ? value(name, schema.get("items")) : nodes.textNode("a " + name);
                yield nodes.arrayNode().add(item).add(item);
            }
            case "object" -> {
                ObjectNode object = nodes.objectNode();
                for (Map.Entry<String, JsonNode> property :
                        schema.path("properties").properties()) {
                    object.set(property.getKey(), value(property.getKey(), property.getValue()));
                }
                yield object;
            }
            default -> nodes.textNode("the " + name);
        };
    }
}
