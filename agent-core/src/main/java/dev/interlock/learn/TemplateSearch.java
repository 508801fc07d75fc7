package dev.interlock.learn;

import dev.interlock.effect.Access;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the narrowest templates that cover what all calls of a tool read, or wrote. It goes from the outermost segment
 * inwards. A segment becomes an argument if one argument, or several together, explain it in every call. It stays
 * literal if it is the same in every call and looks like a name. Otherwise the template ends before it. Not reusable.
 *
 * <p>Invariant: the templates cover everything that the search got.
 */
final class TemplateSearch {

    /** Evidence for the outermost segment. It names the kind of thing, and a tool's object or table hardly changes. */
    private static final double FOR_OUTERMOST = 1;

    /** Evidence for other segments: two runs with nothing but the segment in common. */
    private static final double FOR_OTHERS = 2;

    /** More evidence if the segment also is an argument of some call, by chance or not. */
    private static final double FOR_VALUES = 3;

    /** Still more evidence if no call ever touched anything beside it. */
    private static final double FOR_ONLY_CHILDREN = 4;

    private static final int MOST_TEMPLATES = 12;

    private final Vocabulary vocabulary;
    private final Parents parents;
    private final Access.Kind kind;
    private final List<CounterExample> counterExamples = new ArrayList<>();

    TemplateSearch(Vocabulary vocabulary, Parents parents, Access.Kind kind) {
        this.vocabulary = vocabulary;
        this.parents = parents;
        this.kind = kind;
    }

    /** Returns no template if no call has this kind of access. */
    Set<String> search(Collection<Observation> observations) {
        List<Touch> touches = new ArrayList<>();
        for (Observation each : observations) {
            each.paths(kind).forEach(path -> touches.add(new Touch(each, path, 0)));
        }
        Set<String> templates = new LinkedHashSet<>();
        if (!touches.isEmpty()) {
            search("", Set.of(), 0, touches, templates);
        }
        return templates;
    }

    List<CounterExample> counterExamples() {
        return counterExamples;
    }

    /**
     * @param template the template of what all touches have in common
     * @param used the arguments in the template
     * @param depth how many segments and placeholders the template has
     */
    private void search(String template, Set<String> used, int depth, List<Touch> touches, Set<String> templates) {
        Explanations explanations = Explanations.of(touches, used);
        List<Touch> others = explanations.unexplained();
        Map<String, List<Touch>> names = new LinkedHashMap<>();
        others.forEach(touch -> names.computeIfAbsent(touch.isEnd() ? "" : touch.next(), name -> new ArrayList<>())
                .add(touch));
        Set<String> deeper = new LinkedHashSet<>();
        if (explanations.areAmbiguous() || !canStay(names, depth)) {
            note(template, explanations, touches);
        } else {
            explanations
                    .byArgument()
                    .forEach((argument, explained) -> search(
                            template + "/{" + argument + '}', with(used, argument), depth + 1, explained, deeper));
            names.forEach((name, same) -> searchBelow(template, used, name, depth, same, deeper));
        }
        if (deeper.isEmpty() || deeper.size() > MOST_TEMPLATES) {
            templates.add(template.isEmpty() ? "/" : template.substring(1));
        } else {
            templates.addAll(deeper);
        }
    }

    /** The only thing ever seen in a resource may be one of many, so a template that names it would gain nothing. */
    private void searchBelow(
            String template, Set<String> used, String name, int depth, List<Touch> touches, Set<String> templates) {
        String named = template + '/' + escaped(name);
        Set<String> deeper = new LinkedHashSet<>();
        search(
                named,
                used,
                depth + 1,
                touches.stream().map(touch -> touch.after(1)).toList(),
                deeper);
        boolean endsThere = deeper.equals(Set.of(named.substring(1)));
        templates.addAll(endsThere && depth > 0 && isOnlyChild(touches) ? Set.of(template.substring(1)) : deeper);
    }

    /**
     * Whether each of the names looks like a name, and every call that touches any of them touches it, unless the call
     * failed.
     */
    private boolean canStay(Map<String, List<Touch>> names, int depth) {
        if (names.containsKey("")) {
            return false;
        }
        Set<Observation> all = new LinkedHashSet<>();
        names.values().forEach(same -> all.addAll(observations(same)));
        for (Map.Entry<String, List<Touch>> each : names.entrySet()) {
            Set<Observation> same = observations(each.getValue());
            if (all.stream().anyMatch(other -> !other.isFailed() && !same.contains(other))
                    || Evidence.of(same) < needed(each.getKey(), each.getValue(), depth)
                    || each.getKey().chars().anyMatch(c -> "*?[".indexOf(c) >= 0)
                    || (depth > 0 && isData(each.getKey(), each.getValue()))) {
                return false;
            }
        }
        return true;
    }

    private static Set<Observation> observations(List<Touch> touches) {
        Set<Observation> observations = new LinkedHashSet<>();
        touches.forEach(touch -> observations.add(touch.observation()));
        return observations;
    }

    private double needed(String name, List<Touch> touches, int depth) {
        if (depth == 0) {
            return FOR_OUTERMOST;
        }
        return isOnlyChild(touches) ? FOR_ONLY_CHILDREN : vocabulary.isValue(name) ? FOR_VALUES : FOR_OTHERS;
    }

    private boolean isOnlyChild(List<Touch> touches) {
        return touches.stream().allMatch(touch -> parents.hasOneChild(touch.before()));
    }

    private boolean isData(String name, List<Touch> touches) {
        return Vocabulary.looksLikeData(name)
                || touches.stream().anyMatch(touch -> parents.isCollection(touch.before()));
    }

    /** Notes the template that a few calls contradict. */
    private void note(String template, Explanations explanations, List<Touch> touches) {
        explanations
                .nearly(touches)
                .ifPresent(nearly -> counterExamples.add(new CounterExample(
                        template.substring(Math.min(1, template.length())) + "/{" + nearly.argument() + "}",
                        nearly.against().observation().call(),
                        String.join("/", nearly.against().path()))));
    }

    private static Set<String> with(Set<String> used, String argument) {
        Set<String> all = new LinkedHashSet<>(used);
        all.add(argument);
        return all;
    }

    private static String escaped(String segment) {
        return segment.replace("{", "{{").replace("}", "}}");
    }
}
