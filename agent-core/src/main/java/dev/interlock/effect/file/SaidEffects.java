package dev.interlock.effect.file;

import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The effects that an entry states. Immutable.
 *
 * @param reads templates; none if the entry does not mention reads
 * @param writes templates; none if the entry does not mention writes
 * @param exclusive templates, {@code /} for a barrier
 * @param pure whether the entry says that the tool touches nothing
 */
record SaidEffects(List<String> reads, List<String> writes, List<String> exclusive, boolean pure) {

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if the entry is pure but touches something
     */
    SaidEffects {
        reads = List.copyOf(reads);
        writes = List.copyOf(writes);
        exclusive = List.copyOf(exclusive);
        if (pure && !(reads.isEmpty() && writes.isEmpty() && exclusive.isEmpty())) {
            throw new IllegalArgumentException(
                    "'pure' cannot be combined with 'reads', 'writes' or 'exclusive': a pure tool touches nothing");
        }
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
        List<Effects> parts = new ArrayList<>();
        reads.forEach(template -> parts.add(Effects.reads(template)));
        writes.forEach(template -> parts.add(Effects.writes(template)));
        exclusive.forEach(template -> parts.add(Effects.exclusive(template)));
        return parts.stream().reduce(Effects::and);
    }

    /** Compares regardless of the templates' order, and treats written and exclusive resources alike. */
    boolean isTheSameAs(SaidEffects other) {
        return pure == other.pure
                && sorted(reads.stream()).equals(sorted(other.reads.stream()))
                && sorted(touchedAlone()).equals(sorted(other.touchedAlone()));
    }

    private Stream<String> touchedAlone() {
        return Stream.concat(writes.stream(), exclusive.stream());
    }

    private static List<String> sorted(Stream<String> templates) {
        return templates.distinct().sorted().toList();
    }
}
