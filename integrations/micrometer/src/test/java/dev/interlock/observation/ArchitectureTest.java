package dev.interlock.observation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock.observation");

    @Test
    void only_the_meters_need_what_is_optional() {
        noClasses()
                .that()
                .doNotHaveSimpleName("RoundMeters")
                .and()
                .haveNameNotMatching(".*RoundMeters\\$.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer.core..")
                .check(MAIN);
    }

    /** Of the adapter, of tracing and of OpenTelemetry nothing is needed. */
    @Test
    void it_stands_on_the_core_and_on_micrometer_alone() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "org.slf4j..",
                        "io.micrometer.common..",
                        "io.micrometer.observation..",
                        "io.micrometer.core..",
                        "dev.interlock.call",
                        "dev.interlock.event",
                        "dev.interlock.plan",
                        "dev.interlock.report",
                        "dev.interlock.execution",
                        "dev.interlock.observation")
                .check(MAIN);
    }
}
