package dev.interlock.effect.file;

import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The effects that an entry states. Immutable.
 *
 * @param reads templates; none if the entry does not mention reads
 * @param writes templates; none if the entry does not mention writes
 * @param exclusive templates, {@code /} for a barrier
 * @param pure whether the entry says that the tool touches nothing
 * @param paths the bases of relative paths, by parameter
 * @param ignoringCase parameters in which letter case does not matter
 * @param followingLinks parameters whose links count
 */
record SaidEffects(
        List<String> reads,
        List<String> writes,
        List<String> exclusive,
        boolean pure,
        Map<String, String> paths,
        List<String> ignoringCase,
        List<String> followingLinks) {

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if the entry is pure but touches something, or says something about a parameter
     *     that no template takes
     */
    SaidEffects {
        reads = List.copyOf(reads);
        writes = List.copyOf(writes);
        exclusive = List.copyOf(exclusive);
        if (pure && !(reads.isEmpty() && writes.isEmpty() && exclusive.isEmpty())) {
            throw new IllegalArgumentException(
                    "'pure' cannot be combined with 'reads', 'writes' or 'exclusive': a pure tool touches nothing");
        }
        paths = Collections.unmodifiableMap(new LinkedHashMap<>(paths));
        ignoringCase = List.copyOf(ignoringCase);
        followingLinks = List.copyOf(followingLinks);
        changed(touched(reads, writes, exclusive), paths, ignoringCase, followingLinks);
    }

    /**
     * An empty template is not the root, neither here nor in code: an author who leaves a gap does not mean everything.
     *
     * @throws IllegalArgumentException if the template is blank or malformed
     */
    static void check(String template) {
        if (template.isBlank()) {
            throw new IllegalArgumentException("template '" + template + "' is blank; write '/' for everything");
        }
        Effects.reads(template);
    }

    /** The effects; empty if the entry states none. */
    Optional<Effects> effects() {
        if (pure) {
            return Optional.of(Effects.pure());
        }
        return touched(reads, writes, exclusive)
                .map(effects -> changed(Optional.of(effects), paths, ignoringCase, followingLinks));
    }

    private static Optional<Effects> touched(List<String> reads, List<String> writes, List<String> exclusive) {
        List<Effects> parts = new ArrayList<>();
        reads.forEach(template -> parts.add(Effects.reads(template)));
        writes.forEach(template -> parts.add(Effects.writes(template)));
        exclusive.forEach(template -> parts.add(Effects.exclusive(template)));
        return parts.stream().reduce(Effects::and);
    }

    /**
     * @throws IllegalArgumentException if no template takes a parameter so
     */
    private static Effects changed(
            Optional<Effects> touched,
            Map<String, String> paths,
            List<String> ignoringCase,
            List<String> followingLinks) {
        Effects effects = touched.orElse(Effects.pure());
        for (Map.Entry<String, String> path : paths.entrySet()) {
            effects = changed("paths", effects, each -> each.path(path.getKey(), path.getValue()));
        }
        for (String parameter : ignoringCase) {
            effects = changed("ignoringCase", effects, each -> each.ignoringCase(parameter));
        }
        for (String parameter : followingLinks) {
            effects = changed("followingLinks", effects, each -> each.followingLinks(parameter));
        }
        return effects;
    }

    private static Effects changed(String key, Effects effects, UnaryOperator<Effects> change) {
        try {
            return change.apply(effects);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + key + "': " + e.getMessage(), e);
        }
    }

    /** Compares regardless of the templates' order, and treats written and exclusive resources alike. */
    boolean isTheSameAs(SaidEffects other) {
        return pure == other.pure
                && sorted(reads.stream()).equals(sorted(other.reads.stream()))
                && sorted(touchedAlone()).equals(sorted(other.touchedAlone()))
                && paths.equals(other.paths)
                && sorted(ignoringCase.stream()).equals(sorted(other.ignoringCase.stream()))
                && sorted(followingLinks.stream()).equals(sorted(other.followingLinks.stream()));
    }

    private Stream<String> touchedAlone() {
        return Stream.concat(writes.stream(), exclusive.stream());
    }

    private static List<String> sorted(Stream<String> templates) {
        return templates.distinct().sorted().toList();
    }
}
