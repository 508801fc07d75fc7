package dev.interlock.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.ParameterType;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands in an argument after its references have been replaced. */
class SubstitutionTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Names of parameters are names of types; call 2 refers to call 1. */
    private record Using(ToolCall call, @Nullable Object result, boolean isReadOnly) implements ReferringCall {

        @Override
        public ToolPolicy policy() {
            return ToolPolicy.DEFAULT;
        }

        @Override
        public ParameterType typeOf(String parameter) {
            return ParameterType.valueOf(parameter.toUpperCase(Locale.ROOT));
        }

        @Override
        public String toolOf(int number) {
            return "tool" + number;
        }

        @Override
        public ReferredResult resultOf(int number) {
            return ReferredResult.of(result);
        }
    }

    private static ArgumentReferences in(@Nullable Object result, String parameter, String argument) {
        ToolCall call = new ToolCall("id", "t", JSON.createObjectNode().put(parameter, argument));
        ArgumentReferences found = ArgumentReferences.in(new Using(call, result, true), 2, OptionalInt.of(2));
        assertThat(found).isNotNull();
        return found;
    }

    private static JsonNode resolved(@Nullable Object result, String parameter, String argument) {
        return in(result, parameter, argument)
                .resolved(Long.MAX_VALUE)
                .arguments()
                .get(parameter);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // A parameter for text gets text.
                "string  | 42              | \"42\"",
                "string  | true            | \"true\"",
                "string  | [1, 2]          | \"[1, 2]\"",
                "string  | plain           | \"plain\"",
                "string  | null            | null",
                "enum    | 7               | \"7\"",
                // A parameter for a value gets the value that a text holds.
                "integer | \"42\"          | 42",
                "integer | \" 42 \"        | 42",
                "integer | 42              | 42",
                "integer | \"many\"        | \"many\"",
                "integer | \"true\"        | \"true\"",
                "number  | \"2.5\"         | 2.5",
                "boolean | \"true\"        | true",
                "boolean | \"True\"        | true",
                "boolean | \" FALSE \"     | false",
                "boolean | \"1\"           | \"1\"",
                "boolean | \"yes\"         | \"yes\"",
                "number  | \"True\"        | \"True\"",
                // Any other gets the result as it is.
                "other   | {\"a\": [1, 2]} | {\"a\": [1, 2]}",
                "other   | \"42\"          | \"42\""
            })
    void a_result_becomes_what_the_schema_of_its_parameter_wants(String parameter, String result, String expected) {
        assertThat(resolved(result, parameter, "${1}")).isEqualTo(json(expected));
    }

    @Test
    void results_that_are_no_text_are_seen_as_json() {
        assertThat(resolved(null, "other", "${1}")).isEqualTo(json("null"));
        assertThat(resolved(json("[1]"), "other", "${1}")).isEqualTo(json("[1]"));
        assertThat(resolved(Map.of("a", List.of(1)), "other", "${1.a}")).isEqualTo(json("[1]"));
    }

    @Test
    void a_result_that_cannot_be_written_as_json_is_its_text() {
        Map<String, Object> itself = new HashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public String toString() {
                return "holds itself";
            }
        };
        itself.put("self", itself);
        assertThat(resolved(itself, "other", "${1}")).isEqualTo(json("\"holds itself\""));
    }

    @Test
    void within_a_text_a_part_is_written_as_the_tool_wrote_it() {
        String result = " {\"price\": 1.10, \"list\": [1.0, 2], \"count\": 3, \"name\": \"n\"}";
        assertThat(resolved(result, "string", "costs ${1.price}").textValue()).isEqualTo("costs 1.10");
        assertThat(resolved(result, "string", "all ${1.list}").textValue()).isEqualTo("all [1.0,2]");
        assertThat(resolved(result, "string", "has ${1.count}").textValue()).isEqualTo("has 3");
        assertThat(resolved(result, "string", "is ${1.name}").textValue()).isEqualTo("is n");
        assertThat(resolved(result, "string", "raw ${1}").textValue()).isEqualTo("raw " + result);
        // Twice, so that it comes from what was parsed before.
        assertThat(resolved(result, "string", "${1.price} ${1.price}").textValue())
                .isEqualTo("1.10 1.10");
        assertThat(resolved(json("{\"a\": [1, 2]}"), "string", "all ${1.a}").textValue())
                .isEqualTo("all [1,2]");
    }

    @Test
    void as_many_characters_as_the_limit_says_may_be_inserted_and_not_one_more() {
        assertThat(in("four", "string", "a text: ${1}").resolved(4).arguments().get("string"))
                .isEqualTo(json("\"a text: four\""));
        assertThatExceptionOfType(UnresolvableException.class)
                .isThrownBy(() -> in("four", "string", "a text: ${1}").resolved(3))
                .withMessage(
                        "the results that its arguments refer to have more than 3 characters together, the limit of"
                                + " one call's arguments");
    }

    @Test
    void values_count_with_their_texts_and_names_for_the_limit() {
        // Five for the text with its node, and the same for a name beside a list of two.
        assertThat(in("four", "other", "${1}").resolved(5).arguments().get("other"))
                .isEqualTo(json("\"four\""));
        assertThatExceptionOfType(UnresolvableException.class)
                .isThrownBy(() -> in("four", "other", "${1}").resolved(4));
        String object = "{\"four\": [1, 2]}";
        assertThat(in(object, "other", "${1}").resolved(8).arguments().get("other"))
                .isEqualTo(json(object));
        assertThatExceptionOfType(UnresolvableException.class)
                .isThrownBy(() -> in(object, "other", "${1}").resolved(7));
    }

    @Test
    void a_value_may_be_nested_a_thousand_levels_deep_and_not_one_more() {
        assertThat(resolved(nested(1_000), "other", "${1}")).isEqualTo(nested(1_000));
        assertThatExceptionOfType(UnresolvableException.class)
                .isThrownBy(() -> resolved(nested(1_001), "other", "${1}"))
                .withMessage("${1} is nested more than 1000 levels deep");
    }

    /** A value within as many lists. */
    private static JsonNode nested(int lists) {
        JsonNode node = JSON.getNodeFactory().numberNode(1);
        for (int i = 0; i < lists; i++) {
            node = JSON.createArrayNode().add(node);
        }
        return node;
    }

    @Test
    void a_wrong_reference_is_told_with_what_is_wrong() {
        assertThat(in(1, "other", "${0}").problem()).endsWith("refers to call 0, but calls are numbered from 1");
        assertThat(in(1, "other", "${2}").problem()).endsWith("refers to this call itself");
        ToolCall call = new ToolCall("id", "t", JSON.createObjectNode().put("other", "${1}"));
        ArgumentReferences found = ArgumentReferences.in(new Using(call, 1, false), 2, OptionalInt.of(2));
        assertThat(found).isNotNull();
        assertThat(found.problem())
                .endsWith(
                        "in 'other' refers to a result, but a tool that may change something takes no references: call"
                                + " it in the next response, with the value itself; to pass this very text, write $${1}");
    }

    @Test
    void a_text_without_a_dollar_and_a_brace_surely_holds_no_reference() {
        assertThat(ArgumentReferences.mayBeIn("{\"x\": \"${1}\"}")).isTrue();
        assertThat(ArgumentReferences.mayBeIn("{\"x\": \"1\"}")).isFalse();
    }
}
