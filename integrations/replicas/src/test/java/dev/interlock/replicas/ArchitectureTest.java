package dev.interlock.replicas;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock.replicas");

    /** Each package is for those who have its library. */
    @ParameterizedTest
    @CsvSource({"redis, org.redisson..", "postgres, java.sql..", "rates, io.github.bucket4j.."})
    void a_package_uses_its_own_library_and_no_other_package(String name, String library) {
        classes()
                .that()
                .resideInAPackage("dev.interlock.replicas." + name)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.sql..",
                        "com.fasterxml.jackson..",
                        "org.jspecify..",
                        "org.slf4j..",
                        "dev.interlock.call",
                        "dev.interlock.execution",
                        "dev.interlock.replicas",
                        "dev.interlock.replicas." + name,
                        library)
                .check(MAIN);
    }
}
