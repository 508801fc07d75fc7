package dev.interlock.learn;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The arguments that explain the next segments of the touched paths.
 *
 * <p>An argument explains touches if its value stands at this place in all of them, with different values; a single
 * value may be there by chance. If a call lacks the argument, a template with it ends before this place, and so covers
 * all that the call touched here. If two arguments explain the same touches, both stay, since either may be the right
 * one. More than two are {@linkplain #areAmbiguous() ambiguous}.
 */
final class Explanations {

    record Nearly(String argument, Touch against) {}

    private static final int SHORT = 3;
    private static final Set<List<String>> TRUTH = Set.of(List.of("true"), List.of("false"));

    private final Map<String, List<Touch>> byArgument = new LinkedHashMap<>();
    private List<Touch> unexplained = List.of();
    private boolean ambiguous;

    private final Set<String> used;

    private Explanations(Set<String> used) {
        this.used = used;
    }

    /**
     * @param used arguments already in the template; a second use of a list would stand for the same element twice
     */
    static Explanations of(List<Touch> touches, Set<String> used) {
        Explanations explanations = new Explanations(used);
        explanations.find(touches);
        return explanations;
    }

    /** For each argument, the touches that it explains, from behind its value on. */
    Map<String, List<Touch>> byArgument() {
        return byArgument;
    }

    List<Touch> unexplained() {
        return unexplained;
    }

    boolean areAmbiguous() {
        return ambiguous;
    }

    private void find(List<Touch> touches) {
        Set<String> candidates = candidates(touches);
        List<Touch> rest = new ArrayList<>(touches);
        while (!rest.isEmpty() && !ambiguous) {
            String best = best(candidates, rest);
            List<Touch> explained = explained(best, rest);
            if (explained.isEmpty()) {
                break;
            }
            if (isByChance(best, explained)) {
                candidates.remove(best);
                continue;
            }
            keep(best, explained, candidates);
            rest.removeIf(touch -> touch.explainedBy(best) > 0);
            candidates.remove(best);
        }
        rest.removeIf(this::isCoveredByAbsence);
        unexplained = rest;
    }

    private Set<String> candidates(List<Touch> touches) {
        Set<String> candidates = new TreeSet<>();
        touches.forEach(touch -> candidates.addAll(touch.observation().values().keySet()));
        candidates.removeAll(used);
        return candidates;
    }

    private static String best(Set<String> candidates, List<Touch> rest) {
        String best = "";
        int most = 0;
        for (String each : candidates) {
            int count = explained(each, rest).size();
            if (count > most) {
                best = each;
                most = count;
            }
        }
        return best;
    }

    private static List<Touch> explained(String argument, List<Touch> touches) {
        return touches.stream().filter(touch -> touch.explainedBy(argument) > 0).toList();
    }

    /** Short values often equal others by chance, so they count half. Truth values name nothing. */
    private static boolean isByChance(String argument, List<Touch> explained) {
        Set<List<String>> values = new HashSet<>();
        double certainty = 0;
        for (Touch touch : explained) {
            int length = touch.explainedBy(argument);
            List<String> value = touch.path().subList(touch.depth(), touch.depth() + length);
            if (!TRUTH.contains(value) && values.add(value)) {
                certainty += String.join("/", value).length() < SHORT ? 0.5 : 1;
            }
        }
        return certainty < 2;
    }

    private void keep(String best, List<Touch> explained, Set<String> candidates) {
        Set<String> same = new LinkedHashSet<>();
        same.add(best);
        for (String each : candidates) {
            if (explained.stream().allMatch(touch -> touch.explainedBy(each) > 0)) {
                same.add(each);
            }
        }
        ambiguous = same.size() > 2;
        for (String each : same) {
            byArgument.put(
                    each,
                    explained.stream()
                            .map(touch -> touch.after(touch.explainedBy(each)))
                            .toList());
        }
    }

    private boolean isCoveredByAbsence(Touch touch) {
        return byArgument.keySet().stream().anyMatch(each -> !touch.hasValueOf(each));
    }

    /**
     * The argument that explains most of the touches, if it explains more than half, with one touch that it does not
     * explain.
     */
    Optional<Nearly> nearly(List<Touch> touches) {
        Set<String> candidates = candidates(touches);
        String best = best(candidates, touches);
        List<Touch> explained = explained(best, touches);
        if (explained.size() * 2 <= touches.size() || isByChance(best, explained)) {
            return Optional.empty();
        }
        return touches.stream()
                .filter(touch -> !explained.contains(touch))
                .findFirst()
                .map(against -> new Nearly(best, against));
    }
}
