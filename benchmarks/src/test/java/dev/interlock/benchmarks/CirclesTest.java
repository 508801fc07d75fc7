package dev.interlock.benchmarks;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** No class needs one that needs it, directly or not: each can be read, and tested, without those above it. */
class CirclesTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("jmh_generated"))
            .importPackages("dev.interlock.benchmarks");

    /**
     * What is one thing in at most three files: a batch with its calls and their bodies, and a benchmark with what runs it,
     * since its {@code main} is what people start.
     */
    private static final Map<String, String> ONE_THING = Map.of(
            "dev.interlock.benchmarks.OverheadRun", "dev.interlock.benchmarks.OverheadBenchmark",
            "dev.interlock.benchmarks.PlanningRun", "dev.interlock.benchmarks.PlanningBenchmark",
            "dev.interlock.benchmarks.faults.ScriptedCall", "dev.interlock.benchmarks.faults.ScriptedBatch",
            "dev.interlock.benchmarks.faults.BodyRun", "dev.interlock.benchmarks.faults.ScriptedBatch");

    /** One slice a top-level class, or one for what is one thing. */
    private static final SliceAssignment TOP_LEVEL_CLASSES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getName().split("\\$", 2)[0];
            return SliceIdentifier.of(ONE_THING.getOrDefault(name, name));
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
