package dev.interlock;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ArchitectureTest {

    /** From the ground up, with those that each may use; they stand before it. */
    private static final Map<String, Set<String>> BELOW = Map.ofEntries(
            Map.entry("support", Set.of()),
            Map.entry("text", Set.of()),
            Map.entry("call", Set.of()),
            Map.entry("durable", Set.of("support", "call")),
            Map.entry("durable.journal", Set.of("support", "call", "durable")),
            Map.entry("effect", Set.of("call")),
            Map.entry("effect.file", Set.of("effect")),
            Map.entry("learn", Set.of("call", "effect", "effect.file")),
            Map.entry("recording", Set.of("effect")),
            Map.entry("footprint", Set.of("call", "effect", "recording")),
            Map.entry("audit", Set.of("call", "effect", "footprint")),
            Map.entry("board", Set.of("effect")),
            Map.entry("plan", Set.of("call", "effect", "board")),
            Map.entry("reference", Set.of("call", "effect")),
            Map.entry("event", Set.of("text", "call", "durable", "effect", "plan")),
            Map.entry("jfr", Set.of("text", "call", "plan", "event")),
            Map.entry("share", Set.of("call", "effect", "board")),
            Map.entry("schedule", Set.of("call", "durable", "effect", "board", "event", "share")),
            Map.entry("report", Set.of("text", "call", "durable", "effect", "board", "plan", "event")),
            Map.entry("replicas", Set.of("effect")),
            Map.entry(
                    "execution",
                    Set.of(
                            "call",
                            "durable",
                            "durable.journal",
                            "effect",
                            "effect.file",
                            "recording",
                            "footprint",
                            "audit",
                            "board",
                            "plan",
                            "reference",
                            "event",
                            "jfr",
                            "share",
                            "replicas",
                            "schedule")));

    static final List<String> FLOORS = List.of(
            "support",
            "text",
            "call",
            "durable",
            "durable.journal",
            "effect",
            "effect.file",
            "learn",
            "recording",
            "footprint",
            "audit",
            "board",
            "plan",
            "reference",
            "event",
            "jfr",
            "share",
            "replicas",
            "schedule",
            "report",
            "execution");

    /** Driven by those named, and not exported, or only to other modules of Interlock: users do not meet them. */
    private static final Map<String, Set<String>> DRIVERS = Map.of(
            "support", Set.of("durable", "durable.journal"),
            "text", Set.of("event", "jfr", "report"),
            "jfr", Set.of("execution"),
            "recording", Set.of("footprint", "execution", "micrometer"),
            "audit", Set.of("execution"),
            "board", Set.of("plan", "share", "schedule", "report", "execution"),
            "reference", Set.of("execution"),
            "share", Set.of("schedule", "execution"),
            "schedule", Set.of("execution"));

    static final List<String> INNER_FLOORS = DRIVERS.keySet().stream().sorted().toList();

    /** Above all floors, beside each other; each for a library that may be absent. */
    private static final List<String> INTEGRATIONS = List.of("resilience4j", "micrometer");

    private static final List<String> FOUNDATIONS =
            List.of("java..", "com.fasterxml.jackson..", "org.jspecify..", "org.slf4j..");

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock");

    @ParameterizedTest
    @FieldSource("FLOORS")
    void a_floor_uses_only_those_below(String floor) {
        List<String> allowed = new ArrayList<>(FOUNDATIONS);
        allowed.add("dev.interlock." + floor);
        if (floor.equals("jfr")) {
            allowed.add("jdk.jfr..");
        }
        for (String below : Objects.requireNonNull(BELOW.get(floor))) {
            assertThat(FLOORS.indexOf(below)).isLessThan(FLOORS.indexOf(floor));
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
    @FieldSource("INNER_FLOORS")
    void an_inner_floor_is_driven_by_few_and_not_exported(String floor) {
        String[] users = Stream.concat(Stream.of(floor), Objects.requireNonNull(DRIVERS.get(floor)).stream())
                .map(place -> "dev.interlock." + place)
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage("dev.interlock." + floor)
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage(users)
                .check(CORE);
        assertThat(exportedPackages()).contains("dev.interlock.execution").doesNotContain("dev.interlock." + floor);
    }

    private static Set<String> exportedPackages() {
        return exports()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
    }

    private static Stream<ModuleDescriptor.Exports> exports() {
        return ModuleFinder.of(Path.of("target", "classes")).findAll().stream()
                .flatMap(module -> module.descriptor().exports().stream());
    }

    /** The modules that get each package, with their folders; see ADR 42. */
    private static final Map<String, Map<String, String>> FOR_SOME_MODULES = Map.of(
            "dev.interlock.support",
                    Map.of(
                            "dev.interlock.jdbc", "integrations/jdbc",
                            "dev.interlock.langchain4j", "langchain4j-adapter",
                            "dev.interlock.spring", "integrations/spring-boot",
                            "dev.interlock.springai", "integrations/spring-ai"),
            "dev.interlock.board", Map.of("dev.interlock.temporal", "integrations/temporal"));

    @Test
    void only_two_floors_are_for_some_modules() {
        assertThat(exports().filter(ModuleDescriptor.Exports::isQualified))
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrderElementsOf(FOR_SOME_MODULES.keySet());
    }

    /** The compiler does not check the names of modules that are not there. */
    @Test
    void the_modules_that_get_a_floor_have_their_names_in_their_poms() {
        exports().filter(ModuleDescriptor.Exports::isQualified).forEach(exports -> {
            Map<String, String> folders = Objects.requireNonNull(FOR_SOME_MODULES.get(exports.source()));
            assertThat(exports.targets()).isEqualTo(folders.keySet());
            folders.forEach((module, folder) -> assertThat(Path.of("..", folder, "pom.xml"))
                    .content()
                    .contains("<Automatic-Module-Name>" + module + "</Automatic-Module-Name>"));
        });
    }

    /** By itself it shows each package that is exported, to however few. */
    @Test
    void javadoc_leaves_out_what_only_some_modules_get() throws IOException {
        Matcher left = Pattern.compile("<excludePackageNames>(.*)</excludePackageNames>")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertThat(left.find()).isTrue();
        assertThat(left.group(1).split(":")).containsExactlyInAnyOrderElementsOf(FOR_SOME_MODULES.keySet());
    }

    @ParameterizedTest
    @CsvSource({"resilience4j, io.github.resilience4j..", "micrometer, io.micrometer.."})
    void an_integration_uses_only_its_library_beside_the_engine_and_nobody_needs_it(
            String integration, String library) {
        classes()
                .that()
                .resideInAPackage("dev.interlock." + integration)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "dev.interlock.call",
                        "dev.interlock.durable",
                        "dev.interlock.effect",
                        "dev.interlock.event",
                        "dev.interlock.execution",
                        "dev.interlock.recording",
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
                        .map(name -> "dev.interlock." + name)
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

    private static boolean holdsElements(JavaClass type) {
        return type.isArray() || type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
    }
}
