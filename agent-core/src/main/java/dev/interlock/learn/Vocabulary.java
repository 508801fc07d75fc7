package dev.interlock.learn;

import dev.interlock.effect.Access;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which segments of keys are names that a program gives ({@code orders}, {@code balance}), and which are data that happens to
 * be the same in all calls that were seen ({@code 12446}, {@code alice}). All tools' calls together tell:
 *
 * <ul>
 *   <li>data is what an argument of some call holds, and what looks like a number, a date or a generated id;
 *   <li>data is what lies at an <em>open place</em>: one at which two calls of one tool touched something else altogether.
 * </ul>
 *
 * <p>To take a name for data costs time, to take data for a name would be an error.
 */
final class Vocabulary {

    private static final Pattern WORD_BREAK = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final Pattern VERSION = Pattern.compile("[vV]\\d{1,3}");

    private final Set<String> values = new HashSet<>();
    private final Set<List<String>> openPlaces = new HashSet<>();

    /** Takes in all that is known of one tool. */
    void add(Collection<Observation> observations) {
        for (Observation each : observations) {
            each.values().values().forEach(named -> named.forEach(way -> way.forEach(this::addValue)));
        }
        for (Access.Kind kind : Access.Kind.values()) {
            addPlaces(observations, kind);
        }
    }

    private void addValue(String segment) {
        String bare = bare(segment);
        if (!bare.isEmpty()) {
            values.add(bare);
        }
    }

    private void addPlaces(Collection<Observation> observations, Access.Kind kind) {
        Map<List<String>, List<Set<String>>> seenAt = new HashMap<>();
        for (Observation each : observations) {
            Map<List<String>, Set<String>> children = new HashMap<>();
            for (List<String> path : each.paths(kind)) {
                for (int depth = 1; depth < path.size(); depth++) {
                    children.computeIfAbsent(path.subList(0, depth), place -> new HashSet<>())
                            .add(path.get(depth));
                }
            }
            children.forEach((place, names) -> {
                if (!openPlaces.contains(place)) {
                    note(place, names, seenAt.computeIfAbsent(place, p -> new ArrayList<>()));
                }
            });
        }
    }

    private void note(List<String> place, Set<String> names, List<Set<String>> earlier) {
        if (earlier.contains(names)) {
            return;
        }
        if (earlier.stream().anyMatch(other -> Collections.disjoint(other, names))) {
            openPlaces.add(List.copyOf(place));
        } else {
            earlier.add(names);
        }
    }

    /** Whether a segment may be something else in calls that were not seen. */
    boolean isData(List<String> place, String segment) {
        return openPlaces.contains(place) || values.contains(bare(segment)) || looksLikeData(segment);
    }

    private static String bare(String segment) {
        return WORD_BREAK.matcher(segment.toLowerCase(Locale.ROOT)).replaceAll("");
    }

    private static boolean looksLikeData(String segment) {
        return bare(segment).isEmpty()
                || WORD_BREAK
                        .splitAsStream(segment)
                        .anyMatch(word -> word.chars().anyMatch(Character::isDigit)
                                && !VERSION.matcher(word).matches());
    }
}
