package dev.interlock.reportpage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final int MAX_LINES = 400;
    private static final Path PAGE = Path.of("../../agent-core/src/main/resources/dev/interlock/report");

    /** As a user, who knows what is exported, and a browser. */
    @Test
    void a_reader_of_reports_needs_what_is_public() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.interlock.reportpage..",
                        "dev.interlock.call..",
                        "dev.interlock.effect..",
                        "dev.interlock.plan..",
                        "dev.interlock.event..",
                        "dev.interlock.report..",
                        "com.fasterxml.jackson..",
                        "org.openqa.selenium..",
                        "org.junit..",
                        "org.assertj..",
                        "com.tngtech.archunit..",
                        "org.jspecify..",
                        "javax.imageio..",
                        "java..")
                .check(new ClassFileImporter().importPackages("dev.interlock.reportpage"));
    }

    /** A file over 400 lines is two: it is no longer read at once. */
    @Test
    void no_file_of_the_page_or_its_tests_is_longer_than_one_reads_at_once() throws IOException {
        List<Path> files;
        try (Stream<Path> tests = Files.walk(Path.of("src"));
                Stream<Path> page = Files.list(PAGE)) {
            files = Stream.concat(tests, page).filter(Files::isRegularFile).toList();
        }
        assertThat(files).hasSizeGreaterThan(10).allSatisfy(file -> {
            try (Stream<String> lines = Files.lines(file)) {
                assertThat(lines.count()).isLessThanOrEqualTo(MAX_LINES);
            }
        });
    }
}
