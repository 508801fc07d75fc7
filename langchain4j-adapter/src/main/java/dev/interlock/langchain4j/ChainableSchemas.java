package dev.interlock.langchain4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonNullSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes tool schemas that allow a reference, which is text, in place of a number, a truth value, a choice, a list or an
 * object.
 */
final class ChainableSchemas {

    private static final ObjectMapper JSON = new ObjectMapper();

    static final String REFERENCE = "A reference to the result of an earlier call: ${N} or ${N.path}";

    private static final JsonStringSchema ALTERNATIVE =
            JsonStringSchema.builder().description(REFERENCE).build();

    /**
     * Whether optional values may be null. OpenAI's strict mode wants all fields, and LangChain4j then lets optional
     * ones be null, but not where there are alternatives.
     */
    private final boolean nullable;

    ChainableSchemas(boolean nullable) {
        this.nullable = nullable;
    }

    /**
     * The specification with schemas that allow references.
     *
     * @param parameters says of each parameter's name whether it takes references
     */
    ToolSpecification chainable(ToolSpecification tool, Predicate<String> parameters) {
        JsonObjectSchema schema = tool.parameters();
        return schema == null
                ? tool
                : tool.toBuilder().parameters(object(schema, parameters)).build();
    }

    private JsonObjectSchema object(JsonObjectSchema schema, Predicate<String> parameters) {
        Set<String> required = schema.required() == null ? Set.of() : Set.copyOf(schema.required());
        Map<String, JsonSchemaElement> properties = new LinkedHashMap<>();
        schema.properties()
                .forEach((name, value) -> properties.put(
                        name,
                        parameters.test(name) ? alternative(value, nullable && !required.contains(name)) : value));
        JsonObjectSchema.Builder changed = schema.toBuilder().addProperties(properties);
        if (schema.definitions() != null && !schema.definitions().isEmpty()) {
            Map<String, JsonSchemaElement> definitions = new LinkedHashMap<>();
            schema.definitions().forEach((name, definition) -> definitions.put(name, within(definition)));
            changed.definitions(definitions);
        }
        return changed.build();
    }

    /** The schema or a reference. */
    private JsonSchemaElement alternative(JsonSchemaElement schema, boolean orNull) {
        List<JsonSchemaElement> choices = new ArrayList<>();
        if (schema instanceof JsonAnyOfSchema anyOf) {
            anyOf.anyOf().forEach(choice -> choices.add(within(choice)));
        } else {
            choices.add(within(schema));
        }
        if (choices.stream().allMatch(JsonNullSchema.class::isInstance)
                || choices.stream().anyMatch(ChainableSchemas::isText)) {
            return schema;
        }
        choices.add(ALTERNATIVE);
        if (orNull && choices.stream().noneMatch(JsonNullSchema.class::isInstance)) {
            choices.add(new JsonNullSchema());
        }
        return JsonAnyOfSchema.builder()
                .description(schema.description())
                .anyOf(choices)
                .build();
    }

    private static boolean isText(JsonSchemaElement schema) {
        if (!(schema instanceof JsonRawSchema raw)) {
            return schema instanceof JsonStringSchema;
        }
        try {
            JsonNode type = JSON.readTree(raw.schema()).path("type");
            // A schema without a type allows anything.
            return type.isMissingNode()
                    || type.asText().equals("string")
                    || type.toString().contains("\"string\"");
        } catch (JsonProcessingException e) {
            return true;
        }
    }

    /** Returns the schema with references allowed in its parts. */
    private JsonSchemaElement within(JsonSchemaElement schema) {
        if (schema instanceof JsonObjectSchema object) {
            return object(object, name -> true);
        }
        if (schema instanceof JsonArraySchema array) {
            return JsonArraySchema.builder()
                    .description(array.description())
                    .items(array.items() == null ? null : alternative(array.items(), false))
                    .build();
        }
        if (schema instanceof JsonAnyOfSchema anyOf) {
            return JsonAnyOfSchema.builder()
                    .description(anyOf.description())
                    .anyOf(anyOf.anyOf().stream().map(this::within).toList())
                    .build();
        }
        return schema;
    }
}
