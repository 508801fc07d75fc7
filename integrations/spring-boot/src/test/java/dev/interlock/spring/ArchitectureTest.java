package dev.interlock.spring;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock.spring");

    /** One slice a top-level class. */
    private static final SliceAssignment TOP_LEVEL_CLASSES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().equals("dev.interlock.spring")
                    ? SliceIdentifier.of(type.getName().split("\\$", 2)[0])
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "top-level classes";
        }
    };

    @Test
    void no_circle_among_the_top_level_classes() {
        slices().assignedFrom(TOP_LEVEL_CLASSES)
                .namingSlices("$1")
                .should()
                .beFreeOfCycles()
                .check(MAIN);
    }

    /** What LangChain4j keeps to itself may change with any version, and so may what the adapter does. */
    @Test
    void only_what_users_get_of_interlock_is_used() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "org.slf4j",
                        "org.springframework..",
                        "io.micrometer..",
                        "io.github.resilience4j..",
                        "dev.langchain4j.spi.services",
                        "dev.langchain4j.service..",
                        "dev.interlock.call",
                        "dev.interlock.durable.journal",
                        "dev.interlock.replicas",
                        "dev.interlock.effect..",
                        "dev.interlock.event",
                        "dev.interlock.plan",
                        "dev.interlock.footprint",
                        "dev.interlock.execution",
                        "dev.interlock.report",
                        "dev.interlock.micrometer",
                        "dev.interlock.observation",
                        "dev.interlock.resilience4j",
                        "dev.interlock.langchain4j",
                        "dev.interlock.spring")
                .check(MAIN);
    }

    /** Spring Boot has moved its health types with version 4: one class may name them. */
    @Test
    void what_only_one_version_of_spring_boot_has_stays_in_one_place() {
        noClasses()
                .that(describe(
                        "are not the configurations of health",
                        type -> !type.getName().startsWith(HealthConfiguration.class.getName())))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework.boot.actuate.health..",
                        "org.springframework.boot.actuate.autoconfigure.health..",
                        "org.springframework.boot.health..")
                .check(MAIN);
    }

    /** A file that is longer is two things. */
    @Test
    void no_file_is_over_400_lines() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of("src"))) {
            files = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(400);
        }
    }
}
