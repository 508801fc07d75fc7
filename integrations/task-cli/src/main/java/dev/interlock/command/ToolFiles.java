package dev.interlock.command;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.effect.ParameterType;
import dev.interlock.learn.KnownTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads specifications of tools from JSON: a list, or several values one after another (JSON Lines). A tool is an
 * object with {@code name}, {@code description}, and {@code parameters} or {@code inputSchema}, which is a JSON Schema
 * or an object of the parameters by name. The tool may be wrapped in {@code function}, as in OpenAI's API, and the list
 * in {@code tools}, as in MCP.
 */
final class ToolFiles {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A tool, and the part of its file that a model may see: name, description, parameters. */
    record SpecifiedTool(KnownTool tool, String specification) {}

    private ToolFiles() {}

    static List<KnownTool> known(List<Path> files) throws IOException {
        return read(files).values().stream().map(SpecifiedTool::tool).toList();
    }

    /**
     * @throws IllegalArgumentException if a file contains anything else; the message names the file
     */
    static Map<String, SpecifiedTool> read(List<Path> files) throws IOException {
        Map<String, SpecifiedTool> tools = new LinkedHashMap<>();
        for (Path file : files) {
            try (JsonParser parser = JSON.createParser(Files.readString(file))) {
                MappingIterator<JsonNode> values = JSON.readValues(parser, JsonNode.class);
                while (values.hasNextValue()) {
                    add(file, values.nextValue(), tools);
                }
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
            }
        }
        return tools;
    }

    private static void add(Path file, JsonNode value, Map<String, SpecifiedTool> tools) {
        if (value.isArray()) {
            value.forEach(each -> add(file, each, tools));
        } else if (value.path("tools").isArray()) {
            add(file, value.get("tools"), tools);
        } else {
            SpecifiedTool tool = tool(file, value.path("function").isObject() ? value.get("function") : value);
            tools.put(tool.tool().name(), tool);
        }
    }

    private static SpecifiedTool tool(Path file, JsonNode value) {
        if (!value.path("name").isTextual()) {
            throw new IllegalArgumentException(file + ": a tool must have a 'name', was " + shortened(value));
        }
        JsonNode schema = value.has("inputSchema") ? value.get("inputSchema") : value.path("parameters");
        Map<String, ParameterType> types = new LinkedHashMap<>();
        (isSchema(schema) ? schema.path("properties") : schema)
                .properties()
                .forEach(each -> types.put(each.getKey(), type(each.getValue())));
        String name = value.get("name").textValue();
        ObjectNode shown = JSON.createObjectNode().put("name", name);
        shown.set("description", value.path("description"));
        shown.set("parameters", schema);
        return new SpecifiedTool(new KnownTool(name, value.path("description").textValue(), types), shown.toString());
    }

    /**
     * Whether a value is an object's schema, whose {@code type} is text. A parameter named {@code type} would be an
     * object.
     */
    private static boolean isSchema(JsonNode schema) {
        return schema.path("type").isTextual();
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

    private static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
}
