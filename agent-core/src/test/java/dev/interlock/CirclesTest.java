package dev.interlock;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** No class needs one that needs it, directly or not: each can be read, and tested, without those above it. */
class CirclesTest {

    private static final String ROOT = "dev.interlock.";

    /** A path, what reads it, and templates of paths: a parser knows what it makes, and that asks its parser. */
    private static final Set<String> PARSER_WITH_ITS_PARTS = Set.of(
            "effect.PathValue",
            "effect.PathBuilder",
            "effect.Resource",
            "effect.ResourceTemplate",
            "effect.TemplateParser",
            "effect.TemplateSegment");

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock");

    /** One slice a top-level class. */
    private static final SliceAssignment TOP_LEVEL_CLASSES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = nameOf(type);
            return PARSER_WITH_ITS_PARTS.contains(name) ? SliceIdentifier.ignore() : SliceIdentifier.of(name);
        }

        @Override
        public String getDescription() {
            return "top-level classes";
        }
    };

    private static String nameOf(JavaClass type) {
        String outermost = type.getName().split("\\$", 2)[0];
        return outermost.startsWith(ROOT) ? outermost.substring(ROOT.length()) : outermost;
    }

    @Test
    void no_circle_among_the_top_level_classes() {
        slices().assignedFrom(TOP_LEVEL_CLASSES)
                .namingSlices("$1")
                .should()
                .beFreeOfCycles()
                .check(CORE);
    }

    /** So that a class that has left its circle leaves the list too. */
    @Test
    void the_listed_classes_are_all_that_are_in_a_circle() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : CORE) {
            if (needed(nameOf(type)).contains(nameOf(type))) {
                found.add(nameOf(type));
            }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(PARSER_WITH_ITS_PARTS);
    }

    /** All that a top-level class needs, directly or not. */
    private static Set<String> needed(String name) {
        Set<String> needed = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(Set.of(name));
        while (!open.isEmpty()) {
            String next = open.remove();
            for (JavaClass type : CORE) {
                if (nameOf(type).equals(next)) {
                    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                        String target = nameOf(dependency.getTargetClass().getBaseComponentType());
                        if (!target.equals(next) && needed.add(target)) {
                            open.add(target);
                        }
                    }
                }
            }
        }
        return needed;
    }
}
