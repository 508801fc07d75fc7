package dev.interlock.samples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What users can do without the packages that are not for them, all of this does. */
class InternalPackagesTest {

    @Test
    void packages_that_are_not_for_users_are_not_used() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.interlock.langchain4j.*..",
                        "dev.interlock.reference..",
                        "dev.interlock.share..",
                        "dev.interlock.schedule..",
                        "dev.interlock.support..",
                        "dev.interlock.board..")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.interlock.samples"));
    }
}
