package dev.interlock.effect.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolPatternTest {

    @ParameterizedTest
    @CsvSource({
        "search, search, true",
        "search, Search, false",
        "search, searches, false",
        "*, search, true",
        "files_*, files_read, true",
        "files_*, files_, true",
        "files_*, my_files_read, false",
        "*_read_file, files_read_file, true",
        "*read*, files_read_file, true",
        "a?c, abc, true",
        "a?c, ac, false",
        "*a*b, xaab, true",
        "*a*b, xaba, false",
        "get.*, getX, false"
    })
    void a_glob_matches_whole_names(String pattern, String tool, boolean matches) {
        assertThat(new ToolPattern(pattern).matches(tool)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", " search", "search ", "[ab]*", "get_{x}", "x}"})
    void a_pattern_that_names_no_tool_is_rejected(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ToolPattern(pattern));
    }

    @Test
    void a_rejected_glob_is_named_with_the_place() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ToolPattern("get_[ab]"))
                .withMessageContainingAll("get_[ab]", "'['", "at index 4");
    }

    @ParameterizedTest
    @CsvSource({"get_*, *_all, get__all", "a*, b*, ", "a?, ?b, ab", "a?, ab?, ", "*, **, ''", "x*y, xy*z, "})
    void rivals_have_a_name_in_common(String one, String other, String common) {
        String found = new ToolPattern(one).commonName(new ToolPattern(other));
        if (common == null) {
            assertThat(found).isNull();
        } else {
            assertThat(found).isNotNull();
            assertThat(new ToolPattern(one).matches(found)).isTrue();
            assertThat(new ToolPattern(other).matches(found)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void globs_match_what_the_same_regular_expressions_match(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> names = words(List.of("a", "b"), 6);
        for (int i = 0; i < 300; i++) {
            ToolPattern pattern = new ToolPattern(glob(random));
            ToolPattern other = new ToolPattern(glob(random));
            boolean anyInBoth = false;
            for (String name : names) {
                assertThat(pattern.matches(name))
                        .as("%s matches %s, seed %d", pattern, name, seed)
                        .isEqualTo(regex(pattern).matcher(name).matches());
                anyInBoth |= pattern.matches(name) && other.matches(name);
            }
            // Globs of at most three characters that have a name in common have one of at most six.
            assertThat(pattern.commonName(other) != null)
                    .as("%s and %s, seed %d", pattern, other, seed)
                    .isEqualTo(anyInBoth);
        }
    }

    private static String glob(SplittableRandom random) {
        StringBuilder glob = new StringBuilder();
        for (int length = random.nextInt(1, 4); length > 0; length--) {
            glob.append("ab*?".charAt(random.nextInt(4)));
        }
        return glob.toString();
    }

    private static Pattern regex(ToolPattern pattern) {
        return Pattern.compile(pattern.text().replace("*", ".*").replace("?", "."));
    }

    private static List<String> words(List<String> letters, int longest) {
        List<String> words = new ArrayList<>(List.of(""));
        for (int i = 0; i < words.size() && words.get(i).length() < longest; i++) {
            for (String letter : letters) {
                words.add(words.get(i) + letter);
            }
        }
        return words;
    }
}
