package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.langchain4j.ParallelTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/settings.md has each setting of the builders once, and names properties that exist. */
class SettingsGuideTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| ([^|]*) \\| ([^|]*) \\| ([^|]*)\\|$");
    private static final Pattern PROPERTY = Pattern.compile("`(interlock\\.[\\w.-]+)`");
    private static final String POLICY = "\n## A tool's policy\n";

    private static String guide() throws IOException {
        return Files.readString(Path.of("..", "..", "docs", "settings.md"));
    }

    private static List<String> settings(Class<?> builder) {
        return MetadataTest.setters(builder).stream()
                .filter(setting -> !setting.equals("build"))
                .toList();
    }

    private static List<String> rows(String text) {
        return ROW.matcher(text).results().map(row -> row.group(1)).toList();
    }

    @Test
    void has_each_setting_once_with_its_default_and_meaning() throws IOException {
        String[] parts = guide().split(POLICY, -1);
        assertThat(parts).hasSize(2);
        assertThat(rows(parts[0])).containsExactlyInAnyOrderElementsOf(settings(ParallelTools.Builder.class));
        assertThat(rows(parts[1])).containsExactlyInAnyOrderElementsOf(settings(ToolPolicy.Builder.class));
        assertThat(settings(RetryPolicy.Builder.class))
                .hasSizeGreaterThan(5)
                .allSatisfy(setting -> assertThat(parts[1]).contains("`" + setting + "`"));
        assertThat(ROW.matcher(guide()).results()).allSatisfy(row -> {
            assertThat(row.group(2)).as("default of %s", row.group(1)).isNotBlank();
            assertThat(row.group(3)).as("meaning of %s", row.group(1)).isNotBlank();
        });
    }

    @Test
    void names_properties_that_exist() throws IOException {
        List<String> named = PROPERTY.matcher(guide())
                .results()
                .map(property -> property.group(1))
                .toList();
        assertThat(named).hasSizeGreaterThan(25);
        assertThat(MetadataTest.names()).containsAll(named);
    }

    @Test
    void a_setting_with_a_property_of_its_name_names_it() throws IOException {
        for (MatchResult row :
                ROW.matcher(guide().split(POLICY, -1)[0]).results().toList()) {
            String property = "interlock." + MetadataTest.kebab(row.group(1));
            if (MetadataTest.names().contains(property)) {
                assertThat(row.group(4)).as(row.group(1)).contains("`" + property + "`");
            }
        }
    }
}
