package dev.interlock.effect;

import static dev.interlock.effect.ParameterType.OTHER;
import static dev.interlock.effect.ParameterType.STRING;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.interlock.call.ToolCall;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The invariant of {@link ArgumentKeys} over all pairs of types. */
class ArgumentReadingsTest {

    /** Ways in which a tool may read an argument, independent of {@link ArgumentKeys}. */
    private enum Reading {
        TEXT,
        NUMBER,
        TRUTH,
        NAME,
        /** The text that names the constant which LangChain4j makes of a name. */
        CONSTANT,
        UUID;

        /** What a tool makes of the text in this way; null if it cannot read it. */
        @Nullable
        Object of(String text) {
            try {
                return switch (this) {
                    case TEXT -> text;
                    case NUMBER -> new BigDecimal(text.trim()).stripTrailingZeros();
                    case TRUTH ->
                        List.of("true", "false").contains(text.strip().toLowerCase(Locale.ROOT))
                                ? (Object) Boolean.valueOf(text.strip())
                                : null;
                    case NAME -> text.toUpperCase(Locale.ROOT);
                    case CONSTANT -> text.strip().toUpperCase(Locale.ROOT);
                    case UUID -> java.util.UUID.fromString(text);
                };
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
    }

    private static Set<Reading> readings(ParameterType type) {
        return switch (type) {
            case STRING -> EnumSet.of(Reading.TEXT, Reading.UUID);
            case ENUM -> EnumSet.of(Reading.TEXT, Reading.NAME, Reading.CONSTANT);
            case INTEGER, NUMBER -> EnumSet.of(Reading.NUMBER);
            case BOOLEAN -> EnumSet.of(Reading.TRUTH);
            case OTHER -> EnumSet.complementOf(EnumSet.of(Reading.CONSTANT));
        };
    }

    /** What the tool may make of the text, each with its reading. A constant is named by a text. */
    private static Set<List<Object>> things(String text, ParameterType type) {
        Set<List<Object>> things = new HashSet<>();
        for (Reading reading : readings(type)) {
            Object thing = reading.of(text);
            if (thing != null) {
                things.add(List.of(reading == Reading.CONSTANT ? Reading.TEXT : reading, thing));
            }
        }
        return things;
    }

    private static final List<String> TEXTS = List.of(
            "high",
            "HIGH",
            "High",
            "in-progress",
            "IN-Progress",
            "text/plain",
            "Text/Plain",
            "stra\u00dfe",
            "STRASSE",
            "true",
            "TRUE",
            " True ",
            "false",
            "42",
            "042",
            "42.0",
            "4.2e1",
            "4.2E1",
            " 42",
            "0",
            "-0",
            "1b4e28ba-2fa1-11d2-083f-00160000000f",
            "1B4E28BA-2FA1-11D2-083F-00160000000F",
            "1B4E28BA-2FA1-11D2-83F-00160000000F",
            "deadbeef",
            "DEADBEEF",
            "123456789012345678",
            "9007199254740993",
            "9007199254740993.0",
            "Docs/A.md",
            "docs/a.md",
            "Stra\u00dfe",
            "in_progress",
            "IN_PROGRESS",
            " High ");

    /** The invariant of {@link ArgumentKeys}, for all pairs of types and of these texts. */
    @Test
    void what_is_the_same_in_a_reading_that_both_types_allow_shares_a_key() {
        for (ParameterType first : ParameterType.values()) {
            for (ParameterType second : ParameterType.values()) {
                for (String one : TEXTS) {
                    for (String other : TEXTS) {
                        boolean same = things(one, first).stream().anyMatch(things(other, second)::contains);
                        List<String> keys = ArgumentKeys.of(TextNode.valueOf(one), first);
                        List<String> others = ArgumentKeys.of(TextNode.valueOf(other), second);
                        assertThat(!same || share(keys, others))
                                .as("%s '%s' and %s '%s'", first, one, second, other)
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void name_from_a_list_is_the_text_that_names_its_constant() {
        for (ParameterType type : ParameterType.values()) {
            boolean text = type == STRING || type == ParameterType.ENUM || type == OTHER;
            for (String name : List.of("open", "Open", " open ", "OPEN")) {
                assertThat(share(
                                ArgumentKeys.of(TextNode.valueOf(name), ParameterType.ENUM),
                                ArgumentKeys.of(TextNode.valueOf("OPEN"), type)))
                        .as("'%s' and OPEN as %s", name, type)
                        .isTrue();
                assertThat(share(
                                ArgumentKeys.of(TextNode.valueOf(name), ParameterType.ENUM),
                                ArgumentKeys.of(TextNode.valueOf("CLOSED"), type)))
                        .as("'%s' and CLOSED as %s", name, type)
                        .isEqualTo(!text);
            }
        }
        assertThat(share(
                        ArgumentKeys.of(TextNode.valueOf("open"), ParameterType.ENUM),
                        ArgumentKeys.of(TextNode.valueOf("Open"), STRING)))
                .isFalse();
    }

    /** To be unsure of everything would keep the invariant, too. */
    @Test
    void texts_that_are_the_same_in_no_reading_share_no_key() {
        for (ParameterType type : List.of(STRING, ParameterType.ENUM, OTHER)) {
            for (String one : List.of("high", "docs/a.md", "42", "true", "1b4e28ba-2fa1-11d2-083f-00160000000f")) {
                for (String other :
                        List.of("low", "docs/b.md", "43", "false", "1b4e28ba-2fa1-11d2-083f-00160000000e")) {
                    assertThat(share(
                                    ArgumentKeys.of(TextNode.valueOf(one), OTHER),
                                    ArgumentKeys.of(TextNode.valueOf(other), type)))
                            .as("%s and %s as %s", one, other, type)
                            .isFalse();
                }
            }
        }
        assertThat(share(
                        ArgumentKeys.of(TextNode.valueOf("high"), STRING),
                        ArgumentKeys.of(TextNode.valueOf("HIGH"), STRING)))
                .isFalse();
    }

    /** Most texts cost one key and one place in the index, whatever their type is. */
    @ParameterizedTest
    @ValueSource(strings = {"alice", "acc-17", "docs/notes.md", "42", "true", "https://example.org/a?b=c"})
    void text_in_lower_case_has_one_key_of_any_type(String text) {
        assertThat(ArgumentKeys.of(TextNode.valueOf(text), OTHER)).containsExactly(text);
    }

    /** Elements of arrays, fields of objects and arguments without a schema have no type. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ids\": [\"1B4E28BA-2FA1-11D2-083F-00160000000F\"]}",
                "{\"order\": {\"id\": \"1B4E28BA-2FA1-11D2-083F-00160000000F\"}}",
                "{\"any\": \"1B4E28BA-2FA1-11D2-083F-00160000000F\"}",
                "{\"ids\": [\"HIGH\", \"x\"]}",
                "{\"order\": {\"id\": \"High\"}}",
                "{\"any\": \"high\"}",
            })
    void argument_without_a_type_conflicts_with_one_that_has_it(String json) throws Exception {
        Effects close = Effects.writes("order/{ids}")
                .and(Effects.writes("order/{order.id}"))
                .and(Effects.writes("order/{any}"));
        ObjectMapper mapper = new ObjectMapper();
        ToolCall call = new ToolCall(null, "close", mapper.readTree(json));
        List<Access> writes = close.accesses(call).stream()
                .filter(access -> access.resource().depth() > 1)
                .toList();
        boolean uuid = json.contains("1B4E");
        String id = uuid ? "1b4e28ba-2fa1-11d2-083f-00160000000f" : "HIGH";
        ToolCall get = new ToolCall(null, "get", mapper.createObjectNode().put("id", id));
        List<Access> reads =
                Effects.reads("order/{id}").accesses(get, Map.of("id", uuid ? STRING : ParameterType.ENUM));
        assertThat(writes).isNotEmpty().anyMatch(write -> reads.stream().anyMatch(write::conflictsWith));
    }

    private static boolean share(List<String> keys, List<String> others) {
        return keys.contains(ArgumentKeys.WIDE)
                || others.contains(ArgumentKeys.WIDE)
                || keys.stream().anyMatch(others::contains);
    }
}
