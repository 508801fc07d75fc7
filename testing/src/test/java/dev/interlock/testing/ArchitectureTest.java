package dev.interlock.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final int MAX_LINES = 400;

    private static final JavaClasses KIT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock.testing");

    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("dev.interlock.testing");

    /** One slice a top-level class. */
    private static final SliceAssignment TOP_LEVEL_CLASSES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getName().split("\\$", 2)[0]);
        }

        @Override
        public String getDescription() {
            return "top-level classes";
        }
    };

    @Test
    void no_circle_among_the_top_level_classes() {
        assertThat(KIT).isNotEmpty();
        slices().assignedFrom(TOP_LEVEL_CLASSES)
                .namingSlices("$1")
                .should()
                .beFreeOfCycles()
                .check(KIT);
    }

    /** So the kit works for those who test with something else. */
    @Test
    void only_the_extension_needs_junit() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.CheckToolEffects(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.junit..")
                .check(KIT);
    }

    /** What LangChain4j keeps to itself may change with any version. */
    @Test
    void the_kit_uses_nothing_internal_of_langchain4j_and_only_what_users_get_of_interlock() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.langchain4j.internal..", "dev.interlock.langchain4j.mcp..")
                .check(KIT);
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "org.junit..",
                        "com.fasterxml.jackson..",
                        "dev.langchain4j..",
                        "dev.interlock.call",
                        "dev.interlock.effect",
                        "dev.interlock.plan",
                        "dev.interlock.event",
                        "dev.interlock.footprint",
                        "dev.interlock.execution",
                        "dev.interlock.langchain4j",
                        "dev.interlock.testing")
                .check(KIT);
    }

    @Test
    void no_file_is_longer_than_one_reads_at_once() throws IOException {
        List<Path> sources;
        try (Stream<Path> found = Files.walk(Path.of("src"))) {
            sources = found.filter(file -> file.toString().endsWith(".java")).toList();
        }
        assertThat(sources).isNotEmpty();
        for (Path source : sources) {
            assertThat(Files.readAllLines(source)).as(source.toString()).hasSizeLessThanOrEqualTo(MAX_LINES);
        }
    }

    @Test
    void no_test_sleeps() {
        noClasses()
                .should()
                .callMethodWhere(describe("the target is a sleep", ArchitectureTest::sleeps))
                .check(TESTS);
        noClasses()
                .should()
                .callMethodWhere(describe("the target is a sleep", ArchitectureTest::sleeps))
                .check(KIT);
    }

    private static boolean sleeps(JavaMethodCall call) {
        JavaClass owner = call.getTargetOwner();
        return call.getName().equals("sleep")
                && (owner.isAssignableTo(Thread.class) || owner.isEquivalentTo(TimeUnit.class));
    }
}
