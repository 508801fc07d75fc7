package dev.interlock.task;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.Test;

/** No class needs one that needs it, directly or not: each can be read, and tested, without those above it. */
class CirclesTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock.task");

    /** One slice a top-level class. */
    private static final SliceAssignment TOP_LEVEL_CLASSES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getName().split("\\$", 2)[0];
            return SliceIdentifier.of(name);
        }

        @Override
        public String getDescription() {
            return "top-level classes";
        }
    };

    @Test
    void no_circle_among_the_top_level_classes() {
        assertThat(CLASSES).isNotEmpty();
        slices().assignedFrom(TOP_LEVEL_CLASSES)
                .namingSlices("$1")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
