package dev.interlock.effect.file;

import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an entry says of the effects. Immutable.
 *
 * @param reads templates, none if nothing is said of reading
 * @param writes templates, none if nothing is said of writing
 * @param exclusive templates, {@code /} for a barrier
 * @param pure whether it is said that nothing is touched
 */
record SaidEffects(List<String> reads, List<String> writes, List<String> exclusive, boolean pure) {

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if it is pure and touches something all the same
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
     * An empty template is not the root, here as in code: nobody writes a gap and means everything.
     *
     * @throws IllegalArgumentException if it is blank or malformed
     */
    static void check(String template) {
        if (template.isBlank()) {
            throw new IllegalArgumentException("template '" + template + "' is blank; write '/' for everything");
        }
        Effects.reads(template);
    }

    /** Empty if nothing is said. */
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

    /** The order of templates makes no difference, nor whether a resource is written or exclusive. */
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
