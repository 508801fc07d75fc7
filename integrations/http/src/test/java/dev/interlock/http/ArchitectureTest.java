package dev.interlock.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
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
            .importPackages("dev.interlock.http");

    /** One slice a top-level class. */
    private static final SliceAssignment TOP_LEVEL_CLASSES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().equals("dev.interlock.http")
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

    /** A file that is longer is two things. */
    @Test
    void no_file_is_over_400_lines() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of("src"))) {
            files = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        for (Path file : files) {
            assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(400);
        }
    }

    @Test
    void what_is_for_one_library_needs_no_other() {
        classes()
                .that()
                .haveSimpleName("HttpFootprint")
                .or()
                .haveSimpleName("ObservedHttpClient")
                .or()
                .haveSimpleName("IdempotencyKeys")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "javax.net..", "dev.interlock..", "org.jspecify..")
                .check(MAIN);
        classes()
                .that()
                .haveSimpleName("SpringHttpObserver")
                .or()
                .haveSimpleName("IdempotencyKeyInterceptor")
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackage("dev.langchain4j..")
                .check(MAIN);
        classes()
                .that()
                .haveSimpleNameStartingWith("LangChain4jHttpObserver")
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackage("org.springframework..")
                .check(MAIN);
    }
}
