package dev.interlock.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.interlock.reference.References.Occurrence;
import dev.interlock.reference.References.Resolver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ReferencesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A value becomes its number, a text the number in angle brackets. */
    private static final Resolver NUMBERS = new Resolver() {
        @Override
        public JsonNode value(Reference reference, @Nullable String parameter) {
            return IntNode.valueOf(reference.call());
        }

        @Override
        public String text(Reference reference) {
            return "<" + reference.call() + ">";
        }
    };

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static References in(JsonNode arguments) {
        return References.in(arguments, parameter -> true);
    }

    private static References inText(String text) {
        return in(JSON.createObjectNode().put("x", text));
    }

    private static JsonNode resolved(String text) {
        return inText(text).resolved(NUMBERS).get("x");
    }

    private static @Nullable Reference only(String text) {
        List<Occurrence> found = inText(text).occurrences();
        assertThat(found.size()).isLessThanOrEqualTo(1);
        return found.isEmpty() ? null : found.get(0).reference();
    }

    // What is a reference.

    @Test
    void a_reference_has_a_number_and_a_path() {
        assertThat(only("${1}")).isEqualTo(new Reference(1, List.of(), "${1}"));
        assertThat(only("${12.results[0].title}"))
                .isEqualTo(new Reference(12, List.of("results", 0, "title"), "${12.results[0].title}"));
        assertThat(only("${1[3][4].a-b c]}")).isNull();
        assertThat(only("${1[3][4].a-b_ç $ref}"))
                .isEqualTo(new Reference(1, List.of(3, 4, "a-b_ç $ref"), "${1[3][4].a-b_ç $ref}"));
        assertThat(only("${1['a.b'][\"c]\"]}"))
                .isEqualTo(new Reference(1, List.of("a.b", "c]"), "${1['a.b'][\"c]\"]}"));
        assertThat(only("${007}")).isEqualTo(new Reference(7, List.of(), "${007}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$",
                "${",
                "${}",
                "$1",
                "{1}",
                "$ {1}",
                "${HOME}",
                "${ 1}",
                "${1 }",
                "${1",
                "${1.a",
                "${1[0]",
                "${1.a\n}",
                "${x1}",
                "${-1}",
                "${1:-default}",
                "${1%.*}",
                "${1,,}",
                "${#}",
                "${1a}",
                "${١}",
                "$100-$200",
                "$20-$30",
                "over $10,000",
                "$100,000 - $500,000",
                "$${HOME}",
                "$$",
                "$$$$",
                "${a${b}}",
                "#{1}",
                "%{1}",
                "${{1}}"
            })
    void everything_else_is_text_and_passes_unchanged(String text) {
        assertThat(inText(text).isEmpty()).isTrue();
        assertThat(resolved(text)).isEqualTo(TextNode.valueOf(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${1.}",
                "${1..a}",
                "${1.a.}",
                "${1[]}",
                "${1[-1]}",
                "${1[*].a}",
                "${1[a]}",
                "${1['a]}",
                "${1.a[0}",
                "${1[0]a}"
            })
    void a_path_that_cannot_be_read_is_noticed(String text) {
        assertThat(inText("x " + text + " y").malformed()).containsExactly(text);
        assertThat(inText(text).occurrences()).isEmpty();
        assertThat(resolved(text).textValue()).isEqualTo(text);
    }

    @Test
    void numbers_too_large_for_any_call_are_references_all_the_same() {
        assertThat(only("${99999999999999999999}")).extracting(Reference::call).isEqualTo(Integer.MAX_VALUE);
        assertThat(only("${1[99999999999999999999]}"))
                .extracting(Reference::path)
                .isEqualTo(List.of(Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "$${1}           | ${1}",
                "a $${1.b} c     | a ${1.b} c",
                "$$${1}          | $${1}",
                "$${1}${2}       | ${1}<2>",
                "${2}$${1}       | <2>${1}",
                "$${1}$${2}      | ${1}${2}",
                "$${1            | ${1",
                "$$${HOME}       | $$${HOME}",
                "${1}${2}        | <1><2>",
                "a${1}           | a<1>",
                "${1}}           | <1>}",
                "{${1}}          | {<1>}",
                "${${1}}         | ${<1>}",
                "${1.${2}}       | ${1.<2>}",
                "${HOME}/${1}    | ${HOME}/<1>",
                "$ ${1}          | $ <1>"
            })
    void dollars_before_it_and_neighbours_are_told_apart(String text, String expected) {
        assertThat(resolved(text).textValue()).isEqualTo(expected);
    }

    // Where.

    @Test
    void they_are_found_however_deep_but_not_in_names() {
        References found = in(json("{'a': ['${1}', {'b': 'x ${2} y', '${9}': 5}], 'c': {'d': '${3.e}'}, '${8}': 1}"));
        assertThat(found.occurrences())
                .extracting(Occurrence::parameter, o -> o.reference().text())
                .containsExactly(tuple("a", "${1}"), tuple("a", "${2}"), tuple("c", "${3.e}"));
        assertThat(found.resolved(NUMBERS))
                .isEqualTo(json("{'a': [1, {'b': 'x <2> y', '${9}': 5}], 'c': {'d': 3}, '${8}': 1}"));
    }

    @Test
    void parameters_that_are_not_looked_at_pass_unchanged_with_escapes_and_all() {
        JsonNode arguments = json("{'code': '${1} $${2} ${3[*]}', 'text': '${1}', 'deep': {'code': '${2}'}}");
        References found = References.in(arguments, parameter -> !parameter.equals("code"));
        assertThat(found.malformed()).isEmpty();
        assertThat(found.resolved(NUMBERS))
                .isEqualTo(json("{'code': '${1} $${2} ${3[*]}', 'text': 1, 'deep': {'code': 2}}"));
        assertThat(found.known())
                .isEqualTo(json("{'code': '${1} $${2} ${3[*]}', 'text': null, 'deep': {'code': null}}"));
    }

    @Test
    void only_a_value_that_is_an_argument_has_a_parameter() {
        List<String> parameters = new ArrayList<>();
        in(json("{'a': '${1}', 'b': ['${2}'], 'c': {'d': '${3}'}}")).resolved(new Resolver() {
            @Override
            public JsonNode value(Reference reference, @Nullable String parameter) {
                parameters.add(reference.call() + " " + parameter);
                return TextNode.valueOf("");
            }

            @Override
            public String text(Reference reference) {
                throw new AssertionError();
            }
        });
        assertThat(parameters).containsExactly("1 a", "2 null", "3 null");
    }

    @Test
    void what_is_put_in_is_never_looked_at() {
        Resolver hostile = new Resolver() {
            @Override
            public JsonNode value(Reference reference, @Nullable String parameter) {
                return TextNode.valueOf("${2} $${3}");
            }

            @Override
            public String text(Reference reference) {
                return "${2}$";
            }
        };
        assertThat(in(json("{'a': '${1}', 'b': 'x${1}{3}'}")).resolved(hostile))
                .isEqualTo(json("{'a': '${2} $${3}', 'b': 'x${2}${3}'}"));
    }

    // Before there are results.

    @Test
    void a_value_with_a_reference_is_unknown_and_so_is_an_array_with_one() {
        assertThat(in(json(
                                "{'a': 'x${1}', 'b': [1, ['${1}']], 'c': {'d': '${1}', 'e': 2}, 'f': '$${1}', 'g': ['$${1}'],"
                                        + " 'h': [{'i': '${1[*]}'}], 'k': [1, [2], {'l': 'm'}]}"))
                        .known())
                .isEqualTo(
                        json("{'a': null, 'b': null, 'c': {'d': null, 'e': 2}, 'f': '${1}', 'g': ['${1}'], 'h': null,"
                                + " 'k': [1, [2], {'l': 'm'}]}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'a': ['${1}']}", "{'a': 'x $${1}'}", "{'a': {'b': '${1[*]}'}}"})
    void what_is_to_be_replaced_or_refused_is_not_nothing(String arguments) {
        assertThat(in(json(arguments)).isEmpty()).isFalse();
        assertThat(in(json("{'a': ['$1'], 'b': 2}")).isEmpty()).isTrue();
    }

    @Test
    void arguments_that_are_no_object_hold_none() {
        for (String arguments : List.of("['${1}']", "'${1}'", "5", "null")) {
            References found = in(json(arguments));
            assertThat(found.isEmpty()).isTrue();
            assertThat(found.known()).isEqualTo(json(arguments));
            assertThat(found.resolved(NUMBERS)).isEqualTo(json(arguments));
        }
    }

    // Texts of JSON.

    @Test
    void text_of_json_may_hold_one_in_whatever_way_it_is_written() {
        assertThat(References.mayBeIn("{\"a\": \"${1}\"}")).isTrue();
        assertThat(References.mayBeIn("{\"a\": \"\\u0024{1}\"}")).isTrue();
        assertThat(References.mayBeIn("{\"a\": \"$\\u007b1}\"}")).isTrue();
        assertThat(References.mayBeIn("{\"a\": \"$1 {2}\"}")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"${1.", "${1[", "${1['", "$${1", "${1.a.a", "${", "$", "${111", "${1.a[0]"})
    void long_hostile_texts_take_linear_time(String part) {
        String text = part.repeat(300_000);
        assertThat(resolved(text).textValue()).hasSizeGreaterThanOrEqualTo(text.length() * 3 / 4);
    }

    @Test
    void a_path_may_be_long() {
        Reference reference = only("${1" + "[0]".repeat(100_000) + "}");
        assertThat(reference).isNotNull();
        assertThat(reference.path()).hasSize(100_000);
    }
}
