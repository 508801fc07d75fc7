package dev.interlock.effect.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EffectsFileErrorsTest {

    static List<Arguments> structure() {
        return WrongFiles.STRUCTURE;
    }

    static List<Arguments> meaning() {
        return WrongFiles.MEANING;
    }

    @ParameterizedTest
    @MethodSource({"structure", "meaning"})
    void a_mistake_is_told_with_file_line_tool_and_key(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EffectsFile.parse("e", text))
                .withMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({"get_*, list_*", "a*b, a*c", "x*, xy*", "get_?, get_??"})
    void globs_that_match_no_name_in_common_or_differ_in_length_are_no_rivals(String one, String other) {
        String text = "{\"tools\": {\"%s\": {\"pure\": true}, \"%s\": {\"pure\": true}}}".formatted(one, other);
        assertThat(EffectsFile.parse("e", text).entries()).hasSize(2);
    }

    @Test
    void all_mistakes_are_told_at_once() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EffectsFile.parse("e", """
                        {"tools": {
                          "a": {"reads": [""], "pure": 1},
                          "b": {"writs": ["x"]}
                        }}
                        """))
                .withMessage("""
                        e has 3 errors:
                        e:2: tool 'a': 'reads': template '' is blank; write '/' for everything
                        e:2: tool 'a': 'pure' must be true or false, was 1
                        e:3: tool 'b': unknown key 'writs'; the known keys are [reads, writes, pure, exclusive, paths, ignoringCase, followingLinks, idempotent, by, calls, against, note, schema, proposals]""");
    }

    @Test
    void of_very_many_mistakes_the_first_are_told() {
        String tools = String.join(",\n", Collections.nCopies(30, "\"a\": {\"pure\": true}"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EffectsFile.parse("e", "{\"tools\": {" + tools + "}}"))
                .withMessageStartingWith("e has 29 errors:\ne:2: ")
                .withMessageContaining("e:21: ")
                .withMessageNotContaining("e:22: ")
                .withMessageEndingWith("\n... and 9 more");
    }
}
