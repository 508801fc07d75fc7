package dev.interlock.spring;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock.spring");

    /**
     * What LangChain4j keeps to itself may change with any version, and so may what the adapter does. What modules
     * share is for the starter too.
     */
    @Test
    void only_what_users_get_of_interlock_and_what_modules_share_is_used() {
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
                        "dev.interlock.support",
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
}
