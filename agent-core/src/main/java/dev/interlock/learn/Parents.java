package dev.interlock.learn;

import dev.interlock.effect.Access;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of all tools touched below each resource. It tells a record with named fields ({@code car/fuel},
 * {@code car/doors}) from a collection, whose things come and go ({@code user/alice}, {@code user/bob}).
 *
 * <p>A resource is a <em>collection</em> if
 *
 * <ul>
 *   <li>two calls of one tool touched entirely different things in it; or
 *   <li>in one run several tools touched only one thing in it, and in another run calls touched entirely different
 *       things: the one thing is then the run's current user or folder.
 * </ul>
 *
 * <p>With only one thing ever seen in it, the kind stays unknown. The root is neither kind, since unrelated tools meet
 * there.
 */
final class Parents {

    private final Map<List<String>, Parent> parents = new HashMap<>();

    /** Adds all calls of one tool. */
    void add(String tool, Collection<Observation> observations) {
        for (Access.Kind kind : Access.Kind.values()) {
            Map<List<String>, List<Set<String>>> earlier = new HashMap<>();
            for (Observation each : observations) {
                children(each, kind).forEach((path, names) -> {
                    Parent parent = parents.computeIfAbsent(path, p -> new Parent());
                    parent.add(tool, each, names);
                    parent.compare(names, earlier.computeIfAbsent(path, p -> new ArrayList<>()));
                });
            }
        }
    }

    private static Map<List<String>, Set<String>> children(Observation observation, Access.Kind kind) {
        Map<List<String>, Set<String>> children = new HashMap<>();
        for (List<String> path : observation.paths(kind)) {
            for (int depth = 1; depth < path.size(); depth++) {
                children.computeIfAbsent(List.copyOf(path.subList(0, depth)), parent -> new HashSet<>())
                        .add(path.get(depth));
            }
        }
        return children;
    }

    boolean isCollection(List<String> path) {
        Parent parent = parents.get(path);
        return parent != null && parent.isCollection();
    }

    /** Whether all calls of all tools touched only one thing in the resource. */
    boolean hasOneChild(List<String> path) {
        Parent parent = parents.get(path);
        return parent == null || parent.children.size() < 2;
    }

    private static final class Parent {
        private final Set<String> children = new HashSet<>();
        private final Map<String, OneRun> runs = new HashMap<>();
        private boolean variesByCall;

        /** Null until the first question, which comes after all calls were added. */
        private @Nullable Boolean collection;

        void add(String tool, Observation observation, Set<String> names) {
            children.addAll(names);
            for (String run : observation.runs()) {
                OneRun at = runs.computeIfAbsent(run, r -> new OneRun(new HashSet<>(), new HashSet<>()));
                at.tools().add(tool);
                at.children().addAll(names);
            }
        }

        void compare(Set<String> names, List<Set<String>> earlier) {
            if (variesByCall || earlier.contains(names)) {
                return;
            }
            variesByCall = earlier.stream().anyMatch(other -> Collections.disjoint(other, names));
            earlier.add(names);
        }

        boolean isCollection() {
            if (collection == null) {
                collection = variesByCall || variesByRun();
            }
            return collection;
        }

        private boolean variesByRun() {
            Set<Set<String>> all = new HashSet<>();
            Set<Set<String>> ones = new HashSet<>();
            for (OneRun run : runs.values()) {
                all.add(run.children());
                if (run.tools().size() > 1 && run.children().size() == 1) {
                    ones.add(run.children());
                }
            }
            return ones.stream().anyMatch(one -> all.stream().anyMatch(other -> Collections.disjoint(one, other)));
        }
    }

    private record OneRun(Set<String> tools, Set<String> children) {}
}
