package dev.interlock.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock.http");

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
