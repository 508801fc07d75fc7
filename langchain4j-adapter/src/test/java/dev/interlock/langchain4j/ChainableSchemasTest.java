package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.agent.tool.ToolSpecifications;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonNullSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonReferenceSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChainableSchemasTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANY = "{'type': 'string', 'description': '" + ChainableSchemas.REFERENCE + "'}";

    enum Order {
        ASCENDING
    }

    record Item(
            String name,
            @JsonProperty(required = false) int count,
            @Nullable Item next) {}

    static class Tools {
        @Tool
        String all(
                @P(name = "text", value = "a text") String text,
                @P(name = "number", value = "a number") int number,
                @P(name = "ratio", required = false) @Nullable Double ratio,
                @P(name = "sure") boolean sure,
                @P(name = "order") Order order,
                @P(name = "tags") List<Integer> tags,
                @P(name = "item") Item item) {
            return text;
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode parameters(ToolSpecification tool, boolean strict) {
        return JSON.valueToTree(JsonSchemaElementUtils.toMap(tool.parameters(), strict));
    }

    private static JsonNode property(JsonSchemaElement schema, boolean nullable) {
        ToolSpecification tool = ToolSpecification.builder()
                .name("t")
                .parameters(JsonObjectSchema.builder().addProperty("x", schema).build())
                .build();
        return parameters(new ChainableSchemas(nullable).chainable(tool, name -> true), false)
                .path("properties")
                .path("x");
    }

    @Test
    void everything_but_text_may_be_a_reference_however_deep() {
        ToolSpecification tool =
                ToolSpecifications.toolSpecificationsFrom(Tools.class).get(0);

        ToolSpecification chainable = new ChainableSchemas(false).chainable(tool, name -> true);

        JsonNode before = parameters(tool, false);
        JsonNode after = parameters(chainable, false);
        assertThat(chainable.name()).isEqualTo("all");
        assertThat(after.get("required")).isEqualTo(before.get("required"));
        JsonNode properties = after.get("properties");
        assertThat(properties.get("text")).isEqualTo(before.at("/properties/text"));
        assertThat(properties.get("number"))
                .isEqualTo(json("{'description': 'a number', 'anyOf': [{'type': 'integer', 'description': 'a number'}, "
                        + ANY + "]}"));
        assertThat(properties.at("/ratio/anyOf")).isEqualTo(json("[{'type': 'number'}, " + ANY + "]"));
        assertThat(properties.at("/sure/anyOf")).isEqualTo(json("[{'type': 'boolean'}, " + ANY + "]"));
        assertThat(properties.at("/order/anyOf"))
                .isEqualTo(json("[{'type': 'string', 'enum': ['ASCENDING']}, " + ANY + "]"));
        assertThat(properties.at("/tags/anyOf"))
                .isEqualTo(json(
                        "[{'type': 'array', 'items': {'anyOf': [{'type': 'integer'}, " + ANY + "]}}, " + ANY + "]"));
        assertThat(properties.at("/item/anyOf/0/properties/count/anyOf"))
                .isEqualTo(json("[{'type': 'integer'}, " + ANY + "]"));
        assertThat(properties.at("/item/anyOf/0/properties/name")).isEqualTo(json("{'type': 'string'}"));
        assertThat(properties.at("/item/anyOf/0/properties/next/anyOf/0").has("$ref"))
                .isTrue();
        assertThat(parameters(tool, false)).isEqualTo(before);
    }

    @Test
    void definitions_are_changed_inside_only() {
        ToolSpecification tool =
                ToolSpecifications.toolSpecificationsFrom(Tools.class).get(0);
        JsonNode definitions = parameters(new ChainableSchemas(false).chainable(tool, name -> true), false)
                .path("$defs");

        assertThat(definitions).singleElement().satisfies(definition -> {
            assertThat(definition.path("type").asText()).isEqualTo("object");
            assertThat(definition.at("/properties/count/anyOf")).hasSize(2);
        });
    }

    @Test
    void parameters_that_take_none_stay_as_they_are() {
        ToolSpecification tool =
                ToolSpecifications.toolSpecificationsFrom(Tools.class).get(0);
        JsonNode properties = parameters(new ChainableSchemas(false).chainable(tool, "ratio"::equals), false)
                .get("properties");

        assertThat(properties.path("ratio").has("anyOf")).isTrue();
        assertThat(properties.path("number").has("anyOf")).isFalse();
        assertThat(properties.path("item").has("anyOf")).isFalse();
    }

    @Test
    void optional_values_may_still_be_left_out_in_strict_mode() {
        ToolSpecification tool =
                ToolSpecifications.toolSpecificationsFrom(Tools.class).get(0);
        JsonNode strict = parameters(new ChainableSchemas(true).chainable(tool, name -> true), true);

        assertThat(strict.at("/properties/ratio/anyOf"))
                .isEqualTo(json("[{'type': 'number'}, " + ANY + ", {'type': 'null'}]"));
        assertThat(strict.at("/properties/number/anyOf")).hasSize(2);
        assertThat(strict.get("additionalProperties")).isEqualTo(json("false"));
        assertThat(strict.get("required")).hasSize(7);
        assertThat(strict.at("/properties/item/anyOf/0/additionalProperties")).isEqualTo(json("false"));
        assertThat(strict.at("/properties/item/anyOf/0/required")).hasSize(3);
        assertThat(strict.at("/properties/item/anyOf/0/properties/count/anyOf")).hasSize(3);
    }

    @Test
    void what_may_be_text_already_or_nothing_stays() {
        JsonStringSchema text = new JsonStringSchema();
        JsonIntegerSchema number = new JsonIntegerSchema();
        assertThat(property(JsonAnyOfSchema.builder().anyOf(text, number).build(), true))
                .isEqualTo(json("{'anyOf': [{'type': 'string'}, {'type': 'integer'}]}"));
        assertThat(property(new JsonNullSchema(), true)).isEqualTo(json("{'type': 'null'}"));
        assertThat(property(raw("{'type': 'string', 'format': 'date'}"), true))
                .isEqualTo(json("{'type': 'string', 'format': 'date'}"));
        assertThat(property(raw("{'type': ['string', 'null']}"), true)).isEqualTo(json("{'type': ['string', 'null']}"));
        assertThat(property(raw("{}"), true)).isEqualTo(json("{}"));
    }

    @Test
    void alternatives_and_raw_schemas_get_one_more() {
        JsonIntegerSchema number = new JsonIntegerSchema();
        assertThat(property(
                        JsonAnyOfSchema.builder()
                                .description("d")
                                .anyOf(number, new JsonNullSchema())
                                .build(),
                        true))
                .isEqualTo(json("{'description': 'd', 'anyOf': [{'type': 'integer'}, {'type': 'null'}, " + ANY + "]}"));
        assertThat(property(raw("{'type': 'integer', 'minimum': 1}"), false))
                .isEqualTo(json("{'anyOf': [{'type': 'integer', 'minimum': 1}, " + ANY + "]}"));
        assertThat(property(JsonReferenceSchema.builder().reference("r").build(), false))
                .isEqualTo(json("{'anyOf': [{'$ref': '#/$defs/r'}, " + ANY + "]}"));
    }

    private static JsonRawSchema raw(String schema) {
        return JsonRawSchema.builder().schema(schema.replace('\'', '"')).build();
    }

    @Test
    void a_tool_without_parameters_has_nothing_to_change() {
        ToolSpecification tool = ToolSpecification.builder().name("t").build();
        assertThat(new ChainableSchemas(true).chainable(tool, name -> true)).isSameAs(tool);
    }
}
