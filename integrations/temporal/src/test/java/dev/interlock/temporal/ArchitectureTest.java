package dev.interlock.temporal;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock.temporal");

    /** A workflow is replayed: it is to know no tool, no setting, no thread, no clock and no chance. */
    @Test
    void what_runs_in_a_workflow_knows_nothing_of_workers() {
        classes()
                .that(describe(
                        "run in a workflow",
                        type -> WORKFLOW.contains(
                                type.getName().split("\\$", 2)[0].substring(PACKAGE.length() + 1))))
                .should()
                .onlyDependOnClassesThat(describe("are deterministic", ArchitectureTest::isDeterministic))
                .check(MAIN);
    }

    private static final String PACKAGE = "dev.interlock.temporal";

    private static final Set<String> WORKFLOW = Set.of(
            "DurableRound",
            "RoundRun",
            "RoundCalls",
            "JobReports",
            "RoundStop",
            "RoundTurns",
            "Decisions",
            "Losses",
            "Words",
            "CallActivity",
            "PayloadLimit",
            "StartedBytes",
            "RoundPlan");

    private static final Set<String> DATA =
            Set.of("Activities", "CallDecision", "CallProgress", "CallReport", "RoundRequest", "RoundWorkflow");

    private static final Set<String> FOUNDATIONS = Set.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.runtime",
            "java.nio.charset",
            "java.util",
            "java.util.function",
            "java.util.stream",
            "com.fasterxml.jackson.annotation",
            "com.fasterxml.jackson.databind",
            "com.fasterxml.jackson.databind.node",
            "dev.interlock.board",
            "dev.interlock.call",
            "dev.interlock.durable",
            "dev.interlock.effect",
            "io.temporal.activity",
            "io.temporal.api.enums.v1",
            "io.temporal.common",
            "io.temporal.failure",
            "io.temporal.workflow",
            "org.jspecify.annotations",
            "org.slf4j");

    private static boolean isDeterministic(JavaClass part) {
        JavaClass type = part.getBaseComponentType();
        String name = type.getName().split("\\$", 2)[0];
        if (type.getPackageName().equals(PACKAGE)) {
            String simple = name.substring(PACKAGE.length() + 1);
            return WORKFLOW.contains(simple) || DATA.contains(simple);
        }
        boolean foundation = type.isPrimitive() || FOUNDATIONS.contains(type.getPackageName());
        return name.equals("java.time.Duration")
                || name.equals("dev.interlock.execution.CallRefusedException")
                || (foundation
                        && !Set.of("java.lang.Thread", "java.util.Random").contains(name));
    }
}
