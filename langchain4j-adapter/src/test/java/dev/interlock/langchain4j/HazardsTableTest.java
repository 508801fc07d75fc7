package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The table of hazards in the docs names tests that exist; a dash stands where plain LangChain4j gets it right. */
class HazardsTableTest {

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (\\d+) \\|[^|]*\\| `(\\w+)` \\| (?:`(\\w+)`|-) \\| `(\\w+)` \\|$");

    @Test
    void every_hazard_has_a_test_that_shows_it_and_one_that_shows_it_gone() throws Exception {
        Matcher row = ROW.matcher(Files.readString(Path.of("../docs/hazards.md")));
        List<Integer> hazards = new ArrayList<>();
        while (row.find()) {
            hazards.add(Integer.valueOf(row.group(1)));
            Class<?> tests = Class.forName("dev.interlock.langchain4j." + row.group(2));
            assertThat(tests.getSimpleName()).startsWith("Hazard%02d".formatted(hazards.getLast()));
            String shown = row.group(3);
            if (shown != null) {
                assertThat(shown).startsWith("plain_langchain4j_");
                assertThat(testsOf(tests)).contains(shown);
            }
            assertThat(testsOf(tests)).contains(row.group(4));
        }
        assertThat(hazards).hasSizeGreaterThanOrEqualTo(13).isSorted().doesNotHaveDuplicates();
    }

    private static List<String> testsOf(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method ->
                        method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))
                .map(Method::getName)
                .toList();
    }
}
