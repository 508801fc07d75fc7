package dev.interlock.langchain4j;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.interlock.langchain4j.task.AgentSettings;
import dev.interlock.langchain4j.task.TaskRunner;
import dev.interlock.langchain4j.task.TaskTimer;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The package of the adapter that is for users, and those behind it. */
class ArchitectureTest {

    private static final String ROOT = "dev.interlock.langchain4j";
    private static final String LOOP = ROOT + ".loop";
    private static final String MCP = ROOT + ".mcp";
    private static final String TASK = ROOT + ".task";

    private static final Set<String> INTERNAL = Set.of(LOOP, MCP, TASK);

    private static final JavaClasses ADAPTER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void every_class_is_in_a_known_package() {
        classes().should().resideInAnyPackage(ROOT, LOOP, MCP, TASK).check(ADAPTER);
    }

    @ParameterizedTest
    @ValueSource(strings = {LOOP, MCP})
    void a_package_that_others_build_on_needs_no_other_of_the_adapter(String own) {
        noClasses()
                .that()
                .resideInAPackage(own)
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..")
                        .and(describe(
                                "are elsewhere", type -> !type.getPackageName().equals(own))))
                .check(ADAPTER);
    }

    @Test
    void tasks_know_nothing_of_mcp_servers() {
        noClasses()
                .that()
                .resideInAPackage(TASK)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(MCP)
                .check(ADAPTER);
    }

    @Test
    void tasks_are_carried_out_through_one_class() {
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat(resideInAPackage(TASK).and(describe("are no way in", type -> !isTheWayIn(type))))
                .check(ADAPTER);
    }

    private static boolean isTheWayIn(JavaClass type) {
        return type.isEquivalentTo(TaskRunner.class)
                || type.isEquivalentTo(AgentSettings.class)
                || type.isEquivalentTo(TaskTimer.class);
    }

    /** What is public behind, since packages of the adapter share it, is not in users' way. */
    @Test
    void nothing_that_users_see_has_an_internal_type() {
        List<JavaClass> seen = ADAPTER.stream()
                .filter(type -> type.getPackageName().equals(ROOT))
                .filter(ArchitectureTest::isSeen)
                .toList();
        assertThat(seen).isNotEmpty();
        for (JavaClass type : seen) {
            assertThat(type.getAllRawSuperclasses()).as(type.getName()).noneMatch(ArchitectureTest::isInternal);
            assertThat(type.getAllRawInterfaces()).as(type.getName()).noneMatch(ArchitectureTest::isInternal);
            assertThat(type.getAllMembers().stream().filter(ArchitectureTest::isSeen))
                    .as(type.getName())
                    .noneMatch(member -> types(member).anyMatch(ArchitectureTest::isInternal));
        }
    }

    private static boolean isSeen(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isSeen).orElse(true);
    }

    private static boolean isSeen(JavaMember member) {
        Set<JavaModifier> modifiers = member.getModifiers();
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaClass> types(JavaMember member) {
        if (member instanceof JavaCodeUnit code) {
            return Stream.concat(Stream.of(code.getRawReturnType()), code.getRawParameterTypes().stream());
        }
        return member instanceof JavaField field ? Stream.of(field.getRawType()) : Stream.of();
    }

    private static boolean isInternal(JavaClass type) {
        return INTERNAL.contains(type.getPackageName());
    }
}
