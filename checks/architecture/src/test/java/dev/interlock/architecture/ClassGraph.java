package dev.interlock.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which top-level class of a module needs which others of it. */
final class ClassGraph {

    private final Map<String, Set<String>> needs = new HashMap<>();

    /** Reads which classes name which others. */
    static ClassGraph of(JavaClasses code) {
        ClassGraph graph = new ClassGraph();
        for (JavaClass type : code) {
            graph.needs.computeIfAbsent(topLevelClass(type), name -> new HashSet<>());
        }
        for (JavaClass type : code) {
            type.getDirectDependenciesFromSelf()
                    .forEach(dependency -> graph.add(
                            topLevelClass(type),
                            topLevelClass(dependency.getTargetClass().getBaseComponentType())));
        }
        return graph;
    }

    /**
     * Lets each internal interface with exactly one implementation need that too, as if it were that class: an
     * interface with a single implementation hides a circle, but does not cut it. A public one does not count, since
     * others may implement it, nor does one that only lambdas implement.
     */
    ClassGraph withOnlyImplementations(JavaClasses code) {
        for (JavaClass type : code) {
            if (type.isInterface() && !type.getModifiers().contains(JavaModifier.PUBLIC)) {
                List<JavaClass> implementations = type.getAllSubclasses().stream()
                        .filter(each -> !each.isInterface())
                        .toList();
                if (implementations.size() == 1) {
                    add(topLevelClass(type), topLevelClass(implementations.get(0)));
                }
            }
        }
        return this;
    }

    private void add(String from, String to) {
        Set<String> needed = needs.get(from);
        if (needed != null && needs.containsKey(to) && !from.equals(to)) {
            needed.add(to);
        }
    }

    /** Returns the largest set of classes each of which needs each other one, directly or not; one class if none. */
    Set<String> largestCircle() {
        Map<String, Set<String>> reached = new HashMap<>();
        needs.keySet().forEach(name -> reached.put(name, neededBy(name)));
        Set<String> largest = Set.of();
        for (String name : needs.keySet()) {
            Set<String> circle = new TreeSet<>(Set.of(name));
            reached.get(name).stream()
                    .filter(other -> reached.get(other).contains(name))
                    .forEach(circle::add);
            largest = circle.size() > largest.size() ? circle : largest;
        }
        return largest;
    }

    private Set<String> neededBy(String name) {
        Set<String> needed = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(Set.of(name));
        while (!open.isEmpty()) {
            for (String next : needs.get(open.remove())) {
                if (needed.add(next)) {
                    open.add(next);
                }
            }
        }
        return needed;
    }

    static String topLevelClass(JavaClass type) {
        return type.getName().split("\\$", 2)[0];
    }
}
