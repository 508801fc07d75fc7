package dev.interlock.langchain4j.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonNullSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonReferenceSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fingerprint of a tool's input schema, as far as LangChain4j keeps it: names, types, nesting, required properties,
 * values of enumerations, and alternatives. Defaults, formats and bounds do not count, since no client passes them on.
 * Descriptions do not count either, since they may depend on the machine (the time server puts its zone there). Nor
 * does it count whether a tool accepts parameters that it does not name, since the server's library decides that.
 *
 * <p>The canonical form is JSON without white space, in UTF-8. Keys of objects and required names are sorted by their
 * characters. Alternatives and values of enumerations keep their order. Keywords that say nothing are left out.
 */
final class SchemaHash {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private SchemaHash() {}

    /**
     * Returns the SHA-256 of the canonical form.
     *
     * @param schema the schema of the tool's parameters; null for a tool without parameters
     * @return 64 hexadecimal digits; null if the schema has a part that this class does not know
     */
    static @Nullable String of(@Nullable JsonObjectSchema schema) {
        ObjectNode canonical =
                canonical(schema == null ? JsonObjectSchema.builder().build() : schema);
        if (canonical == null) {
            return null;
        }
        try {
            byte[] bytes = canonical.toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns null if a part is of a kind from a later LangChain4j. */
    private static @Nullable ObjectNode canonical(JsonSchemaElement schema) {
        ObjectNode json = new ObjectNode(JSON, new TreeMap<>());
        boolean known =
                switch (schema) {
                    case JsonObjectSchema object -> addObject(json, object);
                    case JsonArraySchema array -> addType(json, "array") && addItems(json, array.items());
                    case JsonAnyOfSchema anyOf -> addAll(json.putArray("anyOf"), anyOf.anyOf());
                    case JsonEnumSchema values -> addType(json, "string") && addValues(json, values.enumValues());
                    case JsonReferenceSchema reference -> addReference(json, reference.reference());
                    case JsonStringSchema text -> addType(json, "string");
                    case JsonIntegerSchema integer -> addType(json, "integer");
                    case JsonNumberSchema number -> addType(json, "number");
                    case JsonBooleanSchema flag -> addType(json, "boolean");
                    case JsonNullSchema nothing -> addType(json, "null");
                    default -> false;
                };
        return known ? json : null;
    }

    private static boolean addObject(ObjectNode json, JsonObjectSchema object) {
        if (object.required() != null && !object.required().isEmpty()) {
            ArrayNode required = json.putArray("required");
            object.required().stream().sorted().forEach(required::add);
        }
        return addType(json, "object")
                && addMembers(json, "properties", object.properties())
                && addMembers(json, "$defs", object.definitions());
    }

    private static boolean addMembers(ObjectNode json, String key, @Nullable Map<String, JsonSchemaElement> members) {
        if (members == null || members.isEmpty()) {
            return true;
        }
        ObjectNode sorted = new ObjectNode(JSON, new TreeMap<>());
        members.forEach((name, schema) -> sorted.set(name, canonical(schema)));
        json.set(key, sorted);
        return members.keySet().stream().noneMatch(name -> sorted.path(name).isNull());
    }

    private static boolean addItems(ObjectNode json, @Nullable JsonSchemaElement items) {
        ObjectNode canonical = items == null ? null : canonical(items);
        if (canonical != null) {
            json.set("items", canonical);
        }
        return items == null || canonical != null;
    }

    private static boolean addAll(ArrayNode array, List<JsonSchemaElement> schemas) {
        List<@Nullable ObjectNode> all = schemas.stream()
                .<@Nullable ObjectNode>map(SchemaHash::canonical)
                .toList();
        all.forEach(array::add);
        return all.stream().allMatch(Objects::nonNull);
    }

    private static boolean addValues(ObjectNode json, Collection<String> values) {
        ArrayNode array = json.putArray("enum");
        values.forEach(array::add);
        return true;
    }

    private static boolean addReference(ObjectNode json, String reference) {
        json.put("$ref", reference);
        return true;
    }

    private static boolean addType(ObjectNode json, String type) {
        json.put("type", type);
        return true;
    }
}
