package dev.interlock.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.interlock.architecture.ClassGraph.topLevelClass;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No class needs one that needs it, directly or not: each can be read, and tested, without those above it. */
class CirclesTest {

    /**
     * The exceptions: classes that are one thing in several files.
     *
     * @param module that they are in
     * @param name for messages
     * @param classes without their module's package
     */
    record OneThing(String module, String name, String root, Set<String> classes) {
        boolean has(String className) {
            return className.startsWith(root) && classes.contains(className.substring(root.length()));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static final List<OneThing> EXCEPTIONS = List.of(
            // A path, what reads it, and templates of paths: a parser knows what it makes, and that asks its parser.
            new OneThing(
                    "agent-core",
                    "the parser of paths with its parts",
                    "dev.interlock.effect.",
                    Set.of(
                            "PathValue",
                            "PathBuilder",
                            "Resource",
                            "ResourceTemplate",
                            "TemplateParser",
                            "TemplateSegment")),
            // People start the main method of a benchmark, which starts what runs it, and that names the benchmark.
            new OneThing(
                    "benchmarks",
                    "a benchmark of overhead with what runs it",
                    "dev.interlock.benchmarks.",
                    Set.of("OverheadRun", "OverheadBenchmark")),
            new OneThing(
                    "benchmarks",
                    "a benchmark of planning with what runs it",
                    "dev.interlock.benchmarks.",
                    Set.of("PlanningRun", "PlanningBenchmark")),
            new OneThing(
                    "benchmarks",
                    "a batch with its calls and their bodies",
                    "dev.interlock.benchmarks.faults.",
                    Set.of("ScriptedBatch", "ScriptedCall", "BodyRun")));

    private static JavaClasses codeOf(String module) {
        return new ClassFileImporter()
                .withImportOption(location -> !location.contains("jmh_generated"))
                .importPath(Modules.compiled(module, "classes"));
    }

    /** One slice a top-level class, or one for what is one thing. */
    private static SliceAssignment topLevelClassesOf(String module) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = topLevelClass(type);
                return SliceIdentifier.of(EXCEPTIONS.stream()
                        .filter(exception -> exception.module().equals(module) && exception.has(name))
                        .map(OneThing::name)
                        .findFirst()
                        .orElse(name));
            }

            @Override
            public String getDescription() {
                return "top-level classes of " + module;
            }
        };
    }

    static List<String> modules() throws IOException {
        return Modules.withCode();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void no_circle_among_the_top_level_classes(String module) {
        JavaClasses code = codeOf(module);
        assertThat(code).isNotEmpty();
        slices().assignedFrom(topLevelClassesOf(module))
                .namingSlices("$1")
                .should()
                .beFreeOfCycles()
                .check(code);
    }

    /**
     * The largest circle of a module in which an internal interface counts as its only implementation, see
     * {@link ClassGraph#withOnlyImplementations}: such an interface is there for a low class to call a high one back.
     * A bound may only fall. Modules that are not listed have no such circle.
     */
    static final Map<String, Integer> LARGEST_THROUGH_INTERFACES = Map.of(
            // By CallControl, by which a call tells its round something, see ADR 19.
            "agent-core", 24,
            "langchain4j-adapter", 2,
            "testing", 2,
            // The fault harness, by ScriptedBatch.Conversation.
            "benchmarks", 15);

    @ParameterizedTest
    @MethodSource("modules")
    void no_larger_circle_than_known_through_interfaces_with_one_implementation(String module) {
        JavaClasses code = codeOf(module);
        assertThat(code).isNotEmpty();
        assertThat(ClassGraph.of(code).withOnlyImplementations(code).largestCircle())
                .hasSizeLessThanOrEqualTo(LARGEST_THROUGH_INTERFACES.getOrDefault(module, 1));
    }

    /** So that a class that has left its circle leaves the list too. */
    @ParameterizedTest
    @FieldSource("EXCEPTIONS")
    void each_class_of_an_exception_is_in_its_circle(OneThing exception) {
        JavaClasses code = codeOf(exception.module());
        for (String simple : exception.classes()) {
            assertThat(neededBy(exception.root() + simple, code, exception))
                    .as(simple)
                    .contains(exception.root() + simple);
        }
    }

    /** All of one thing that a top-level class of it needs, directly or not. */
    private static Set<String> neededBy(String name, JavaClasses code, OneThing within) {
        Set<String> needed = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(Set.of(name));
        while (!open.isEmpty()) {
            String next = open.remove();
            for (JavaClass type : code) {
                if (topLevelClass(type).equals(next)) {
                    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                        String target =
                                topLevelClass(dependency.getTargetClass().getBaseComponentType());
                        if (!target.equals(next) && within.has(target) && needed.add(target)) {
                            open.add(target);
                        }
                    }
                }
            }
        }
        return needed;
    }
}
