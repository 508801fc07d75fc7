package dev.interlock.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolCallTest {

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "{}",
                "{\"a\":1}",
                " {\"a\":[1,{\"b\":null}]} ",
                "[]",
                "1",
                "\"x\"",
                "true",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1]",
                "{\"a\":[1}",
                "{a:1}",
                "{\"a\":1}}",
                "{} {}",
                "nul",
                "{\"a\":01}",
                "{\"a\":\"\n\"}"
            })
    void telling_whether_arguments_are_an_object_agrees_with_parsing_them(String arguments) {
        assertThat(ToolCall.isObject(arguments))
                .isEqualTo(ToolCall.parse(null, "t", arguments).hasObjectArguments());
    }

    @Test
    void telling_whether_mangled_arguments_are_an_object_agrees_with_parsing_them() {
        long seed = 20261122;
        SplittableRandom random = new SplittableRandom(seed);
        String sound = "{\"a\": [1, 2.5e3, {\"b\": \"x\\u00e9\"}], \"c\": {\"d\": null, \"e\": [true, false]}}";
        String alphabet = "{}[]\",:0 9aetnul\\-.";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder mangled = new StringBuilder(sound);
            for (int change = random.nextInt(3); change >= 0 && !mangled.isEmpty(); change--) {
                int at = random.nextInt(mangled.length());
                switch (random.nextInt(3)) {
                    case 0 -> mangled.deleteCharAt(at);
                    case 1 -> mangled.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
                    default -> mangled.setLength(at + 1);
                }
            }
            String arguments = mangled.toString();
            assertThat(ToolCall.isObject(arguments))
                    .as("seed %d, arguments %s", seed, arguments)
                    .isEqualTo(ToolCall.parse(null, "t", arguments).hasObjectArguments());
        }
    }
}
