package dev.interlock.springai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The table of hazards in the guide names tests that exist; a dash stands where plain Spring AI gets it right. */
class HazardsTableTest {

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| [^|`]+ \\| `(\\w+)` \\| (?:`(\\w+)`|-) \\| `(\\w+)` \\|$");

    @Test
    void every_hazard_has_a_test_that_shows_it_and_one_that_shows_it_gone() throws Exception {
        Matcher row = ROW.matcher(Files.readString(Path.of("../../docs/spring-ai.md")));
        int rows = 0;
        for (; row.find(); rows++) {
            Class<?> tests = Class.forName("dev.interlock.springai." + row.group(1));
            if (row.group(2) != null) {
                assertThat(row.group(2)).startsWith("plain_spring_ai_");
                assertThat(testsOf(tests)).contains(row.group(2));
            }
            assertThat(testsOf(tests)).contains(row.group(3));
        }
        assertThat(rows).isGreaterThanOrEqualTo(12);
    }

    private static List<String> testsOf(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method ->
                        method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))
                .map(method -> method.getName())
                .toList();
    }
}
