package dev.interlock.effect;

import static dev.interlock.effect.ParameterType.BOOLEAN;
import static dev.interlock.effect.ParameterType.INTEGER;
import static dev.interlock.effect.ParameterType.NUMBER;
import static dev.interlock.effect.ParameterType.OTHER;
import static dev.interlock.effect.ParameterType.STRING;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentKeysTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WIDE = ArgumentKeys.WIDE;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "42",
                "42.0",
                "4.2e1",
                "420E-1",
                "\"42\"",
                "\"42.0\"",
                "\" 42 \"",
                "\"+42\"",
                "\"042\"",
                "\"42.\"",
                "\"4.2e+1\"",
                "\"00042.000\""
            })
    void spellings_of_a_number_are_one_key(String json) {
        assertThat(keys(json, INTEGER)).containsExactly("42");
        assertThat(keys(json, NUMBER)).containsExactly("42");
        assertThat(keys(json, OTHER)).contains("42");
    }

    @ParameterizedTest
    @CsvSource({
        "1e3, 1000",
        "1000.0, 1000",
        "'\"1E3\"', 1000",
        "0.5, 0.5",
        "'\"0.50\"', 0.5",
        "'\".5\"', 0.5",
        "5e-1, 0.5",
        "-0.0, 0",
        "'\"-0\"', 0",
        "'\"-000\"', 0",
        "0, 0",
        "'\"-007\"', -7",
        "-7, -7",
        "1e-7, 0.0000001",
        "'\"1e-400\"', 0",
        "9007199254740991, 9007199254740991",
        "9007199254740991.0, 9007199254740991",
        "-900719925474099, -900719925474099",
    })
    void a_number_has_one_spelling(String json, String expected) {
        assertThat(keys(json, NUMBER)).containsExactly(expected);
        assertThat(keys(json, INTEGER)).containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e999999999",
                "-1e999999999",
                "\"1e999999999\"",
                "\"-1e99999999999999999999\"",
                "9007199254740992.0",
                "1e20",
                "\"1e20\""
            })
    void a_number_beyond_the_precision_of_a_double_widens(String json) {
        assertThat(keys(json, NUMBER)).containsExactly(WIDE);
        assertThat(keys(json, INTEGER)).containsExactly(WIDE);
        assertThat(keys(json, OTHER)).containsExactly(WIDE);
    }

    @Test
    void whole_numbers_are_exact_unless_the_parameter_can_be_a_double() {
        for (String number : List.of("9007199254740993", "123456789012345678901234567890", "-9007199254740993")) {
            assertThat(keys(number, INTEGER)).containsExactly(number);
            assertThat(keys('"' + number + '"', INTEGER)).containsExactly(number);
            assertThat(keys(number, OTHER)).containsExactly(number);
            assertThat(keys(number, STRING)).containsExactly(number);
            assertThat(keys(number, NUMBER)).containsExactly(WIDE);
            assertThat(keys('"' + number + '"', NUMBER)).containsExactly(WIDE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "abc",
                "42d",
                "0x2A",
                "NaN",
                "Infinity",
                "1_000",
                "4 2",
                "--1",
                "+",
                ".",
                "e5",
                "1e",
                "٤٢"
            })
    void text_that_is_no_plain_decimal_number_widens_for_a_number(String text) {
        assertThat(ArgumentKeys.of(TextNode.valueOf(text), INTEGER)).containsExactly(WIDE);
        assertThat(ArgumentKeys.of(TextNode.valueOf(text), NUMBER)).containsExactly(WIDE);
        assertThat(ArgumentKeys.of(TextNode.valueOf(text), OTHER))
                .startsWith(text)
                .doesNotContain("42");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "042", "42.0", " 42 ", "1e999999999", "True", "", " "})
    void text_for_a_text_parameter_stays_as_it_is(String text) {
        assertThat(ArgumentKeys.of(TextNode.valueOf(text), STRING)).containsExactly(text);
    }

    @ParameterizedTest
    @CsvSource({"042, 42", "42.0, 42", "' 42', 42", "True, true", "' FALSE ', false", "+1, 1", "High, high"})
    void what_may_be_text_or_not_has_both_keys(String text, String canonical) {
        assertThat(ArgumentKeys.of(TextNode.valueOf(text), OTHER)).containsExactly(text, canonical);
    }

    @Test
    void a_fraction_for_a_text_parameter_has_the_key_of_its_text_and_of_its_value() {
        assertThat(keys("42", STRING)).containsExactly("42");
        assertThat(keys("42.0", STRING)).containsExactly("42.0", "42");
        assertThat(keys("42.0", OTHER)).containsExactly("42.0", "42");
        assertThat(keys("0.5", STRING)).containsExactly("0.5");
        assertThat(keys("true", STRING)).containsExactly("true");
    }

    @Test
    void truth_values_are_one_key_however_they_are_spelt() {
        for (String json : List.of("true", "\"true\"", "\"TRUE\"", "\" True \"")) {
            assertThat(keys(json, BOOLEAN)).containsExactly("true");
            assertThat(keys(json, OTHER)).contains("true");
        }
        assertThat(keys("false", BOOLEAN)).containsExactly("false");
        assertThat(keys("\"yes\"", BOOLEAN)).containsExactly(WIDE);
        assertThat(keys("\"" + " ".repeat(40) + "true\"", BOOLEAN)).containsExactly(WIDE);
        assertThat(keys("1", BOOLEAN)).containsExactly(WIDE);
        assertThat(keys("true", INTEGER)).containsExactly(WIDE);
        assertThat(keys("true", NUMBER)).containsExactly(WIDE);
    }

    @ParameterizedTest
    @EnumSource
    void values_without_a_key_widen(ParameterType type) {
        assertThat(ArgumentKeys.of(null, type)).containsExactly(WIDE);
        assertThat(keys("null", type)).containsExactly(WIDE);
        assertThat(keys("{}", type)).containsExactly(WIDE);
        assertThat(keys("[]", type)).containsExactly(WIDE);
        assertThat(keys("[\"true\",[]]", type)).contains(WIDE);
        assertThat(ArgumentKeys.of(MissingNode.getInstance(), type)).containsExactly(WIDE);
        assertThat(ArgumentKeys.of(BinaryNode.valueOf(new byte[] {1}), type)).containsExactly(WIDE);
        assertThat(ArgumentKeys.of(new POJONode(new Object()), type)).containsExactly(WIDE);
    }

    @Test
    void numbers_of_any_node_type_are_one_key() {
        assertThat(ArgumentKeys.of(FloatNode.valueOf(0.1f), NUMBER)).containsExactly("0.1");
        assertThat(ArgumentKeys.of(DecimalNode.valueOf(new BigDecimal("0.100")), NUMBER))
                .containsExactly("0.1");
        assertThat(ArgumentKeys.of(DecimalNode.valueOf(new BigDecimal("1e999999999")), NUMBER))
                .containsExactly(WIDE);
        assertThat(ArgumentKeys.of(DecimalNode.valueOf(new BigDecimal("1e-999999999")), NUMBER))
                .containsExactly("0");
        assertThat(ArgumentKeys.of(DoubleNode.valueOf(Double.NaN), NUMBER)).containsExactly(WIDE);
        assertThat(ArgumentKeys.of(DoubleNode.valueOf(Double.NEGATIVE_INFINITY), OTHER))
                .containsExactly(WIDE);
    }

    /** Each text took minutes when the time grew with the square of its length. */
    @Test
    @Timeout(30)
    void long_texts_and_numbers_are_read_in_one_pass() {
        int length = 1_000_000;
        String digits = "1".repeat(length);
        for (String text : List.of(
                digits + "x",
                digits + "." + digits + "x",
                "." + digits + "x",
                digits + "e" + digits + "x",
                "0".repeat(length) + "x",
                " ".repeat(length) + "x",
                "-".repeat(length))) {
            for (ParameterType type : List.of(INTEGER, NUMBER, BOOLEAN)) {
                assertThat(ArgumentKeys.of(TextNode.valueOf(text), type)).containsExactly(WIDE);
            }
            assertThat(ArgumentKeys.of(TextNode.valueOf(text), OTHER)).contains(text);
        }
        assertThat(ArgumentKeys.of(TextNode.valueOf(digits), INTEGER)).containsExactly(digits);
        assertThat(ArgumentKeys.of(TextNode.valueOf("0".repeat(length) + "7"), INTEGER))
                .containsExactly("7");
        for (String large : List.of(digits, digits + ".5", digits + "e5", "1e" + digits)) {
            assertThat(ArgumentKeys.of(TextNode.valueOf(large), NUMBER)).containsExactly(WIDE);
        }
        assertThat(ArgumentKeys.of(TextNode.valueOf("0." + "0".repeat(length) + "1"), NUMBER))
                .containsExactly("0");
        BigInteger number = BigInteger.ONE.shiftLeft(10_000_000);
        for (ParameterType type : ParameterType.values()) {
            assertThat(ArgumentKeys.of(BigIntegerNode.valueOf(number), type)).containsExactly(WIDE);
        }
    }

    @Test
    @Timeout(30)
    void text_with_countless_accents_is_read_in_one_pass() {
        String accents = "\u0301\u0323".repeat(200_000);
        assertThat(ArgumentKeys.of(TextNode.valueOf("E" + accents), OTHER)).containsExactly("E" + accents, "e");
        for (int more = 0; more < 60; more++) {
            String marks = "\u0301".repeat(more);
            assertThat(Spelling.fold("a\u00c9" + marks + "b"))
                    .as("%s accents", more)
                    .isEqualTo(Spelling.fold("ae\u0301" + marks + "b"));
        }
        assertThat(Spelling.fold("\u00c9")).isEqualTo("\u00e9");
        String host = "http://" + "\u0301\u0323".repeat(200_000) + "/";
        assertThat(PathValue.of(host).isRelative()).isFalse();
    }

    @Test
    void an_array_has_the_keys_of_its_elements() {
        assertThat(keys("[1, \"2\", 1.0, \"a\"]", INTEGER)).containsExactlyInAnyOrder("1", "2", WIDE);
        assertThat(keys("[1, \"2\", 1.0]", INTEGER)).containsExactlyInAnyOrder("1", "2");
        assertThat(keys("[\"b\", \"a\", \"b\"]", STRING)).containsExactlyInAnyOrder("b", "a");
    }

    /** What a tool with an int, double or String parameter takes for the same must have a key in common. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void equal_numbers_share_a_key_however_they_are_spelt(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            BigDecimal number = BigDecimal.valueOf(random.nextLong(-2000, 2000), random.nextInt(-3, 4));
            JsonNode first = spelling(number, random);
            JsonNode second = spelling(number, random);
            for (ParameterType type : List.of(NUMBER, OTHER)) {
                assertThat(share(ArgumentKeys.of(first, type), ArgumentKeys.of(second, type)))
                        .as("seed %s: %s and %s as %s", seed, first, second, type)
                        .isTrue();
            }
            if (first.asText().equals(second.asText())) {
                assertThat(share(ArgumentKeys.of(first, STRING), ArgumentKeys.of(second, STRING)))
                        .as("seed %s: %s and %s", seed, first, second)
                        .isTrue();
            }
            if (first.isTextual() && second.isTextual() && first.equals(second)) {
                assertThat(share(ArgumentKeys.of(first, STRING), ArgumentKeys.of(second, OTHER)))
                        .isTrue();
            }
        }
    }

    private static JsonNode spelling(BigDecimal number, SplittableRandom random) {
        String text =
                switch (random.nextInt(4)) {
                    case 0 -> number.toPlainString();
                    case 1 -> number.toString();
                    case 2 -> number.toEngineeringString();
                    default -> number.setScale(Math.max(0, number.scale()) + 2).toPlainString();
                };
        return random.nextBoolean() ? TextNode.valueOf(text) : parse(text);
    }

    private static boolean share(List<String> first, List<String> second) {
        Set<String> common = new HashSet<>(first);
        common.retainAll(second);
        return !common.isEmpty() || first.contains(WIDE) || second.contains(WIDE);
    }

    private static List<String> keys(String json, ParameterType type) {
        return ArgumentKeys.of(parse(json), type);
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    @Test
    void a_name_from_a_list_is_one_key_in_any_letter_case_that_can_name_the_same_constant() {
        assertThat(ArgumentKeys.of(TextNode.valueOf("open"), ParameterType.ENUM))
                .containsExactly("open", "OPEN");
        assertThat(ArgumentKeys.of(TextNode.valueOf("open"), OTHER)).containsExactly("open");
        assertThat(ArgumentKeys.of(TextNode.valueOf(" Open "), ParameterType.ENUM))
                .containsExactly(" Open ", "open", "OPEN");
        assertThat(ArgumentKeys.of(TextNode.valueOf(" Open "), OTHER)).containsExactly(" Open ", "open");
        for (ParameterType type : List.of(ParameterType.ENUM, OTHER)) {
            assertThat(ArgumentKeys.of(TextNode.valueOf("OPEN"), type)).containsExactly("OPEN", "open");
            assertThat(ArgumentKeys.of(TextNode.valueOf("STRASSE"), type)).contains("strasse");
            assertThat(ArgumentKeys.of(TextNode.valueOf("stra\u00dfe"), type)).contains("strasse");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1b4e28ba-2fa1-11d2-083f-00160000000f",
                "1B4E28BA-2FA1-11D2-083F-00160000000F",
                "1B4E28BA-2FA1-11D2-83F-00160000000F",
                "1b4e28ba2fa111d2083f00160000000f",
                "1b4e-28ba-2fa1-11d2-083f-0016-0000-000f",
                "{1B4E28BA-2FA1-11D2-083F-00160000000F}",
                "urn:uuid:1b4e28ba-2fa1-11d2-083f-00160000000f",
                "uuid:1b4e28ba-2fa1-11d2-083f-00160000000f",
                "UUID:{{1b4e28ba2fa111d2083f00160000000f}}",
                "{{1B4E28BA-2FA1-11D2-083F-00160000000F}}",
                "{urn:uuid:1b4e28ba-2fa1-11d2-083f-00160000000f}",
                "urn:1b4e28ba-2fa1-11d2-083f-00160000000f",
                "URN:UUID:{1b4e28ba2fa111d2083f00160000000f}",
                " 1b4e28ba-2fa1-11d2-083f-00160000000f\n"
            })
    void text_that_may_be_a_uuid_is_one_key_in_each_spelling(String text) {
        assertThat(ArgumentKeys.of(TextNode.valueOf(text), STRING))
                .contains(text, "1b4e28ba-2fa1-11d2-083f-00160000000f");
        assertThat(ArgumentKeys.of(TextNode.valueOf(text), OTHER))
                .contains(text, "1b4e28ba-2fa1-11d2-083f-00160000000f");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1b4e28ba-2fa1-11d2-083f-00160000000g",
                "1b4e28ba_2fa1_11d2_083f_00160000000f",
                "1b4e28ba2fa111d2083f00160000000",
                "2026-01-31",
                "deadbeef",
                "----",
                "1--2-3-4--5",
                "1-2-3-4-11111111111111111",
                "{}"
            })
    void other_text_has_one_key(String text) {
        assertThat(ArgumentKeys.of(TextNode.valueOf(text), STRING)).containsExactly(text);
    }

    @Test
    void groups_that_programs_read_as_different_uuids_have_the_keys_of_both() {
        assertThat(ArgumentKeys.of(TextNode.valueOf("1b4e28b-a2fa1-11d2-083f-00160000000f"), STRING))
                .contains("1b4e28ba-2fa1-11d2-083f-00160000000f", "01b4e28b-2fa1-11d2-083f-00160000000f");
        assertThat(ArgumentKeys.of(TextNode.valueOf("1-2-3-4-5"), STRING))
                .containsExactly("1-2-3-4-5", "00000001-0002-0003-0004-000000000005");
    }
}
