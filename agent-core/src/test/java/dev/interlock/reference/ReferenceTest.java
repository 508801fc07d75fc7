package dev.interlock.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parts of results, and what is said of those that are not there. */
class ReferenceTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static Reference only(String text) {
        ReferenceParser parser = new ReferenceParser(text);
        assertThat(parser.next()).isEqualTo(ReferenceParser.Kind.REFERENCE);
        assertThat(parser.end()).isEqualTo(text.length());
        return parser.reference();
    }

    private static @Nullable JsonNode find(String reference, String result) {
        return only(reference).find(json(result));
    }

    @Test
    void a_path_leads_to_a_part() {
        String result = "{'results': [{'title': 'T', 'n': null}, 5], 'a.b': {'': 1}}";
        assertThat(find("${1.results[0].title}", result)).isEqualTo(TextNode.valueOf("T"));
        assertThat(find("${1.results.0.title}", result)).isEqualTo(TextNode.valueOf("T"));
        assertThat(find("${1.results[1]}", result)).isEqualTo(IntNode.valueOf(5));
        assertThat(find("${1['a.b']['']}", result)).isEqualTo(IntNode.valueOf(1));
        assertThat(find("${1.results[0].n}", result)).isEqualTo(json("null"));
        assertThat(find("${1}", result)).isEqualTo(json(result));
    }

    @Test
    void an_index_may_be_written_as_a_name_in_decimal_digits() {
        String result = "['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k']";
        assertThat(find("${1.0}", result)).isEqualTo(TextNode.valueOf("a"));
        assertThat(find("${1.9}", result)).isEqualTo(TextNode.valueOf("j"));
        assertThat(find("${1.10}", result)).isEqualTo(TextNode.valueOf("k"));
        assertThat(find("${1.99999999999}", result)).isNull();
        assertThat(find("${1.+1}", result)).isNull();
        assertThat(find("${1.\u0661}", result)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "${1.title}              | the result is an object with the fields [results, n, s, b, z]",
                "${1.results[2]}         | results is an array of 1 element",
                "${1.results[2147483647].title} | results is an array of 1 element",
                "${1.results.2}          | results is an array of 1 element",
                "${1.results.title}      | results is an array of 1 element",
                "${1.results[0].title}   | results[0] is an object without fields",
                "${1[0]}                 | the result is an object with the fields [results, n, s, b, z]",
                "${1.n.x}                | n is a number",
                "${1.s[0]}               | s is text",
                "${1.b.x}                | b is a truth value",
                "${1.z.x.y}              | z is null"
            })
    void a_part_that_is_not_there_is_described(String text, String expected) {
        String result = "{'results': [{}], 'n': 1, 's': 'x', 'b': true, 'z': null}";
        assertThat(find(text, result)).isNull();
        Reference reference = only(text);
        assertThat(reference.missing(json(result))).isEqualTo(expected);
    }

    @Test
    void a_description_is_short_however_large_the_result_is() {
        var result = JSON.createObjectNode();
        for (int i = 0; i < 1000; i++) {
            result.put("f" + i + "x".repeat(1000), i);
        }
        Reference reference = only("${1.a}");
        assertThat(reference.missing(result)).hasSizeLessThan(1600).endsWith(", ...]");
    }
}
