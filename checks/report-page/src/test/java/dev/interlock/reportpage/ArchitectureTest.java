package dev.interlock.reportpage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

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
}
