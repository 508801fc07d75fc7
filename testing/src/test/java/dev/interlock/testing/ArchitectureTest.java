package dev.interlock.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses KIT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock.testing");

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
    void the_kit_does_not_sleep() {
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
