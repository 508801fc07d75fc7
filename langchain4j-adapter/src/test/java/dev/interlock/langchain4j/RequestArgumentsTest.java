package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments are what LangChain4j's own tools read, and what the tool is handed reads the same for every parser. */
class RequestArgumentsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private static final List<String> VALUES = List.of(
            "1",
            "-7",
            "0.1",
            "1e3",
            "1E-2",
            "-0.0",
            "9007199254740993",
            "9007199254740993.0",
            "123456789012345678901234567890",
            "0.1000000000000000055511151231257827021181583404541015625",
            "1e400",
            "-1e400",
            "1e-400",
            "null",
            "true",
            "[]",
            "{}",
            "[1, {\"a\": 2}, \"x\"]",
            "{\"a\": {\"b\": [1.5, null]}}",
            "\"\"",
            "\"x\"",
            "\"/etc/passwd\"",
            "\"a,}b\"",
            "\"say \\\"hi\\\"\"",
            "\"back\\\\slash\"",
            "\"\\u00e4\\n\"",
            "\"\\ud800\"",
            "\"\uD83D\uDE00\"",
            "\"${1}\"",
            "NaN",
            "Infinity",
            "'x'",
            "01",
            "+1",
            "1.",
            ".5",
            "TRUE",
            "undefined",
            "1" + "0".repeat(1_200));
    private static final List<String> NAMES = List.of("path", "path", "id", "to", "", "a.b", "ä", "'q'");

    private static final List<UnaryOperator<String>> MUTATIONS = List.of(
            text -> text,
            text -> text.replace("}", ",}"),
            text -> text.replace("}", ", \n}").replace("]", ",]"),
            text -> text.replace("}", ",,}"),
            text -> "\"" + text + "\"",
            text -> "\"" + text.replace("\"", "\\\"") + "\"",
            text -> "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"",
            text -> "\"" + text.replace("\"", "\\\"") + "\"\n",
            text -> " \"" + text.replace("\"", "\\\"") + "\" ",
            text -> text + "\"",
            text -> "\"" + text,
            text -> text + " and so on",
            text -> text + text,
            text -> text + "}}",
            text -> "null " + text,
            text -> "```json\n" + text + "\n```",
            text -> "// why\n" + text,
            text -> text.replace(":", ": /* why */"),
            text -> text.replace('"', '\''),
            text -> "[" + text + "]",
            text -> "\uFEFF" + text,
            text -> "\n\t " + text + " \r\n",
            text -> text.substring(0, text.length() / 2),
            text -> text.replace("\"", ""),
            text -> "arguments = " + text,
            text -> "\u0000",
            text -> "\u2003",
            text -> " ",
            text -> "null",
            text -> "\"null\"",
            text -> "\"\"",
            text -> "42",
            text -> "{\"path\": " + "[".repeat(1_100) + "]".repeat(1_100) + "}");

    private static String object(SplittableRandom random) {
        StringBuilder text = new StringBuilder("{");
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            text.append(i == 0 ? "" : random.nextBoolean() ? "," : ", ")
                    .append('"')
                    .append(NAMES.get(random.nextInt(NAMES.size())))
                    .append("\":")
                    .append(random.nextBoolean() ? " " : "")
                    .append(VALUES.get(random.nextInt(VALUES.size())));
        }
        return text.append('}').toString();
    }

    /** Each mutation alone, then two on top of each other, then a few characters changed. */
    private static String written(SplittableRandom random, int number) {
        String text = MUTATIONS.get(number % MUTATIONS.size()).apply(object(random));
        if (number % 3 == 1) {
            text = MUTATIONS.get(random.nextInt(MUTATIONS.size())).apply(text);
        }
        if (number % 3 == 2 && text.length() > 1 && text.length() < 500) {
            StringBuilder changed = new StringBuilder(text);
            for (int i = random.nextInt(3); i >= 0; i--) {
                int at = random.nextInt(changed.length());
                changed.setCharAt(at, "{}[],:\"'\\ 01eEa\n".charAt(random.nextInt(16)));
            }
            text = changed.toString();
        }
        return text;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20_260_729, 77})
    void wherever_langchain4j_reads_an_object_the_guard_and_the_tool_get_that_object(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Integer> kinds = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            String written = written(random, i);
            kinds.merge(compare(written, "seed " + seed + ", text " + i + ": " + written), 1, Integer::sum);
        }
        assertThat(kinds.keySet()).containsExactlyInAnyOrder("as written", "mended", "unreadable", "null");
        assertThat(kinds.values()).allMatch(count -> count > 100);
    }

    private static String compare(String written, String what) throws Exception {
        RequestArguments read = RequestArguments.read(written, false);
        if (PlainArguments.isObject(written)) {
            assertThat(read.problem()).as(what).isNull();
            assertThat(read.text()).as(what).isNull();
        }
        Map<String, Object> expected;
        try {
            expected = langChain4js(written);
        } catch (IllegalStateException e) {
            assertThat(read.problem()).as(what).isNotNull();
            assertThat(read.failInLangChain4j()).as(what).isTrue();
            assertThat(read.json().isMissingNode()).as(what).isTrue();
            return "unreadable";
        }
        if (expected == null) {
            assertThat(read.failInLangChain4j()).as(what).isFalse();
            assertThat(read.problem() == null).as(what).isEqualTo("{}".equals(read.text()));
            return "null";
        }
        assertThat(read.problem()).as(what).isNull();
        String handedOver = read.text() == null ? written : read.text();
        assertThat(langChain4js(handedOver)).as(what).isEqualTo(expected);
        assertThat(JSON.convertValue(read.json(), MAP)).as(what).isEqualTo(expected);
        if (!handedOver.trim().isEmpty()) {
            JsonNode strictly = JSON.reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .readTree(handedOver);
            assertThat(strictly).as(what).isEqualTo(read.json());
        }
        return read.text() == null ? "as written" : "mended";
    }

    /** LangChain4j's own function, which it keeps to itself. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> langChain4js(String written) throws ReflectiveOperationException {
        Method method = Class.forName("dev.langchain4j.service.tool.ToolExecutionRequestUtil")
                .getDeclaredMethod("argumentsAsMap", String.class);
        method.setAccessible(true);
        try {
            return (Map<String, Object>) method.invoke(null, written);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " \n", "{}", "{\"path\" : \"a\"}", " {\"n\": 0.10}\n", "{\"n\": 1e400}"})
    void what_every_parser_reads_alike_stays_as_the_model_wrote_it(String written) {
        RequestArguments read = RequestArguments.read(written, false);

        assertThat(read.text()).isNull();
        assertThat(read.problem()).isNull();
        assertThat(read.json().isObject()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " { } ",
                "{\"path\":\"/home/ann\"}",
                " {\"a\" : 1 ,\n\"b\":-20,\t\"c\": null, \"d\":true,\"e\":false,\"ab\":\"\",\"\":0}\r",
                "{\"n\":123456789012345678}"
            })
    void usual_arguments_are_recognised_without_parsing_them(String written) {
        assertThat(PlainArguments.isObject(written)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"a\":1}x",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":01}",
                "{\"a\":1.5}",
                "{\"a\":1e3}",
                "{\"a\":1234567890123456789}",
                "{\"a\":\"\\u0041\"}",
                "{\"a\":\"\t\"}",
                "{\"a\":[]}",
                "{\"a\":{}}",
                "{\"a\":nul}",
                "{\"a\":-}",
                "{\"a\"}",
                "{\"a",
                "null",
                "\"{}\"",
                "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1}"
            })
    void nothing_is_said_of_other_arguments(String written) {
        assertThat(PlainArguments.isObject(written)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"path\":\"/etc/passwd\",}            | {\"path\":\"/etc/passwd\"}",
                "\"{\\\"path\\\":\\\"/etc/passwd\\\"}\" | {\"path\":\"/etc/passwd\"}",
                "{\"path\":\"/etc/passwd\"} {\"path\":1} | {\"path\":\"/etc/passwd\"}",
                "{\"path\":\"a\",\"path\":\"b\"}         | {\"path\":\"b\"}",
                "{\"a\":{\"b\":1,\"b\":2}}               | {\"a\":{\"b\":2}}",
                "null                                    | {}",
                "{\"n\":1e400,}                          | {\"n\":1e999}",
                "{\"n\":-1e400,}                         | {\"n\":-1e999}",
            })
    void what_parsers_read_differently_becomes_json_that_they_do_not(String written, String canonical) {
        assertThat(RequestArguments.read(written, false).text()).isEqualTo(canonical);
        assertThat(RequestArguments.read(written, true).text()).isEqualTo(canonical);
    }

    @Test
    void tool_that_may_see_every_digit_has_every_digit_checked() {
        String written = "{\"id\": 9007199254740993.0, \"share\": 0.1, \"whole\": 2.0, \"huge\": 1e400}";

        JsonNode exact = RequestArguments.read(written, true).json();
        JsonNode rounded = RequestArguments.read(written, false).json();

        assertThat(exact.get("id").decimalValue()).isEqualByComparingTo("9007199254740993");
        assertThat(exact.get("huge").decimalValue()).isEqualByComparingTo(new BigDecimal("1e400"));
        assertThat(exact.get("share")).isEqualTo(rounded.get("share"));
        assertThat(exact.get("whole")).isEqualTo(rounded.get("whole"));
        assertThat(rounded.get("id").isDouble()).isTrue();
        assertThat(rounded.get("huge").doubleValue()).isInfinite();
    }

    @Test
    void what_an_interceptor_has_changed_is_written_so_that_it_is_read_again() {
        ObjectNode changed = JsonNodeFactory.instance.objectNode().put("n", Double.NEGATIVE_INFINITY);
        changed.put("f", Float.POSITIVE_INFINITY).put("s", 1.5f);

        assertThat(RequestArguments.of(changed).text()).isEqualTo("{\"n\":-1e999,\"f\":1e999,\"s\":1.5}");
        assertThat(RequestArguments.of(changed.put("n", Double.NaN)).problem()).hasMessageContaining("NaN");
        assertThat(RequestArguments.of(JsonNodeFactory.instance.arrayNode()).problem())
                .isNotNull();
    }

    @Test
    void langchain4js_own_function_fails_as_expected_here() {
        assertThatThrownBy(() -> langChain4js("[1]")).isInstanceOf(IllegalStateException.class);
    }
}
