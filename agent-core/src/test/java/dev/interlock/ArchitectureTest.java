package dev.interlock;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ArchitectureTest {

    /** From the ground up: each may use those before it. */
    static final List<String> FLOORS = List.of("call", "effect", "plan", "reference", "event", "share", "execution");

    /** Above all floors, beside each other; each for a library that may be absent. */
    private static final List<String> INTEGRATIONS = List.of("resilience4j", "micrometer");

    private static final List<String> FOUNDATIONS =
            List.of("java..", "com.fasterxml.jackson..", "org.jspecify..", "org.slf4j..");

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock");

    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("dev.interlock");

    @ParameterizedTest
    @FieldSource("FLOORS")
    void a_floor_uses_only_those_below(String floor) {
        List<String> allowed = new ArrayList<>(FOUNDATIONS);
        for (String below : FLOORS.subList(0, FLOORS.indexOf(floor) + 1)) {
            allowed.add("dev.interlock." + below);
        }
        classes()
                .that()
                .resideInAPackage("dev.interlock." + floor)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.toArray(String[]::new))
                .check(CORE);
    }

    @ParameterizedTest
    @CsvSource({"resilience4j, io.github.resilience4j..", "micrometer, io.micrometer.context.."})
    void an_integration_uses_only_execution_and_its_library_and_nobody_needs_it(String integration, String library) {
        classes()
                .that()
                .resideInAPackage("dev.interlock." + integration)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "dev.interlock.call",
                        "dev.interlock.execution",
                        "dev.interlock." + integration,
                        library)
                .check(CORE);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.interlock." + integration)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.interlock." + integration, library)
                .check(CORE);
    }

    @Test
    void every_class_is_on_a_floor_or_an_integration() {
        classes()
                .should()
                .resideInAnyPackage(Stream.concat(FLOORS.stream(), INTEGRATIONS.stream())
                        .map(place -> "dev.interlock." + place)
                        .toArray(String[]::new))
                .check(CORE);
    }

    @Test
    void core_knows_no_langchain4j() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.langchain4j..", "dev.interlock.langchain4j..")
                .check(CORE);
    }

    @Test
    void no_package_has_a_name_that_says_nothing() {
        noClasses()
                .should()
                .resideInAnyPackage("..internal..", "..util..", "..impl..", "..common..")
                .check(CORE);
    }

    @Test
    void no_public_static_field_is_mutable() {
        fields().that()
                .areStatic()
                .and()
                .arePublic()
                .should()
                .beFinal()
                .allowEmptyShould(true)
                .check(CORE);
        noFields()
                .that()
                .areStatic()
                .and()
                .arePublic()
                .should()
                .haveRawType(describe("arrays, collections or maps", ArchitectureTest::holdsElements))
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void no_test_sleeps() {
        noClasses()
                .should()
                .callMethodWhere(describe("the target is a sleep", ArchitectureTest::sleeps))
                .check(TESTS);
    }

    private static boolean holdsElements(JavaClass type) {
        return type.isArray() || type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
    }

    private static boolean sleeps(JavaMethodCall call) {
        JavaClass owner = call.getTargetOwner();
        return call.getName().equals("sleep")
                && (owner.isAssignableTo(Thread.class) || owner.isEquivalentTo(TimeUnit.class));
    }
}
