package dev.interlock.guides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What README and guides say of the build is so. */
class GuidesTest {

    private static final int MOST_LINES_OF_README = 180;

    private static final Pattern COORDINATES = Pattern.compile(
            "<groupId>dev\\.interlock</groupId>\\s*<artifactId>([^<]*)</artifactId>(?:\\s*<version>([^<]*)</version>)?");

    private static final Pattern PROFILE = Pattern.compile("mvn (?:-[a-zA-Z] )*-P([\\w.-]+)");
    private static final Pattern MODULES = Pattern.compile("(?m)mvn .*-pl ([\\w./,-]+)");
    private static final Pattern MAIN = Pattern.compile("-Dmain=(dev\\.interlock\\.[\\w.]+)");

    private static List<String> pages() throws IOException {
        try (Stream<Path> guides = Files.list(Guide.root().resolve("docs"))) {
            return Stream.concat(
                            Stream.of("README.md", "CONTRIBUTING.md"),
                            guides.map(file -> "docs/" + file.getFileName()).filter(file -> file.endsWith(".md")))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void readme_is_short() {
        assertThat(Guide.text("README.md").lines()).hasSizeLessThanOrEqualTo(MOST_LINES_OF_README);
    }

    @Test
    void coordinates_are_those_of_modules_and_their_version_is_that_of_the_build() throws IOException {
        Matcher project = COORDINATES.matcher(Guide.text("pom.xml"));
        assertThat(project.find()).isTrue();
        String version = project.group(2);
        List<String> managed = COORDINATES
                .matcher(Guide.text("integrations/bom/pom.xml"))
                .results()
                .map(result -> result.group(1))
                .toList();
        int found = 0;
        for (String page : pages()) {
            for (MatchResult coordinates :
                    COORDINATES.matcher(Guide.text(page)).results().toList()) {
                found++;
                assertThat(coordinates.group(1))
                        .as(page)
                        .isIn(Stream.concat(managed.stream(), Stream.of("interlock-bom"))
                                .toList());
                if (coordinates.group(2) != null) {
                    assertThat(coordinates.group(2)).as(page).isEqualTo(version);
                }
            }
        }
        assertThat(found).isGreaterThan(6);
    }

    @Test
    void commands_name_profiles_and_programs_that_are_there() throws IOException {
        String build = Guide.text("pom.xml");
        for (String page : pages()) {
            String text = Guide.text(page);
            for (MatchResult profile : PROFILE.matcher(text).results().toList()) {
                if (!profile.group(1).endsWith("-")) {
                    assertThat(build).as(page).contains("<id>" + profile.group(1) + "</id>");
                }
            }
            for (MatchResult modules : MODULES.matcher(text).results().toList()) {
                assertThat(modules.group(1).split(","))
                        .as(page)
                        .allSatisfy(module -> assertThat(build).contains("<module>" + module + "</module>"));
            }
            for (MatchResult main : MAIN.matcher(text).results().toList()) {
                String file = "src/main/java/" + main.group(1).replace('.', '/') + ".java";
                if (!main.group(1).endsWith(".X")) {
                    assertThat(Stream.of("samples", "benchmarks", "integrations/task-cli")
                                    .map(module -> Guide.root().resolve(module).resolve(file)))
                            .as("%s: %s", page, main.group(1))
                            .anyMatch(Files::exists);
                }
            }
        }
    }
}
