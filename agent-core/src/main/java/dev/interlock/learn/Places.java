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
 * What calls of all tools touched below each place, to tell a record with named fields ({@code car/fuel},
 * {@code car/doors}) from a collection of things that come and go ({@code user/alice}, {@code user/bob}).
 *
 * <p>A place is <em>open</em>, a collection, if
 *
 * <ul>
 *   <li>two calls of one tool touched something else altogether there; or
 *   <li>in one run several tools touched one thing only, and in another run something else altogether was touched: so it is
 *       the current user or folder of the run.
 * </ul>
 *
 * <p>Where only one thing was ever seen, nobody can tell. The outermost place is never open: tools that have nothing in
 * common meet there.
 */
final class Places {

    private final Map<List<String>, Place> places = new HashMap<>();

    /** Takes in all calls of one tool. */
    void add(String tool, Collection<Observation> observations) {
        for (Access.Kind kind : Access.Kind.values()) {
            Map<List<String>, List<Set<String>>> earlier = new HashMap<>();
            for (Observation each : observations) {
                children(each, kind).forEach((path, names) -> {
                    Place place = places.computeIfAbsent(path, p -> new Place());
                    place.add(tool, each, names);
                    place.compare(names, earlier.computeIfAbsent(path, p -> new ArrayList<>()));
                });
            }
        }
    }

    private static Map<List<String>, Set<String>> children(Observation observation, Access.Kind kind) {
        Map<List<String>, Set<String>> children = new HashMap<>();
        for (List<String> path : observation.paths(kind)) {
            for (int depth = 1; depth < path.size(); depth++) {
                children.computeIfAbsent(List.copyOf(path.subList(0, depth)), place -> new HashSet<>())
                        .add(path.get(depth));
            }
        }
        return children;
    }

    boolean isOpen(List<String> path) {
        Place place = places.get(path);
        return place != null && place.isOpen();
    }

    /** Whether no call of any tool was seen to touch more than one thing there. */
    boolean hasOneChild(List<String> path) {
        Place place = places.get(path);
        return place == null || place.children.size() < 2;
    }

    private static final class Place {
        private final Set<String> children = new HashSet<>();
        private final Map<String, RunAtPlace> runs = new HashMap<>();
        private boolean variesByCall;

        /** Null until it is asked for, when all is taken in. */
        private @Nullable Boolean open;

        void add(String tool, Observation observation, Set<String> names) {
            children.addAll(names);
            for (String run : observation.runs()) {
                RunAtPlace at = runs.computeIfAbsent(run, r -> new RunAtPlace(new HashSet<>(), new HashSet<>()));
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

        boolean isOpen() {
            if (open == null) {
                open = variesByCall || variesByRun();
            }
            return open;
        }

        private boolean variesByRun() {
            Set<Set<String>> all = new HashSet<>();
            Set<Set<String>> ones = new HashSet<>();
            for (RunAtPlace run : runs.values()) {
                all.add(run.children());
                if (run.tools().size() > 1 && run.children().size() == 1) {
                    ones.add(run.children());
                }
            }
            return ones.stream().anyMatch(one -> all.stream().anyMatch(other -> Collections.disjoint(one, other)));
        }
    }

    private record RunAtPlace(Set<String> tools, Set<String> children) {}
}
