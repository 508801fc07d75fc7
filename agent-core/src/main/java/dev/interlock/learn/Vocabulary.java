package dev.interlock.learn;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells names that a program gives ({@code balance}) from data ({@code 12446}, {@code alice}). Data looks like a
 * number, a date or a generated id, or is a value of an argument in some call.
 */
final class Vocabulary {

    private static final Pattern WORD_BREAK = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final Pattern VERSION = Pattern.compile("[vV]\\d{1,3}");

    private final Set<String> values = new HashSet<>();

    void add(Collection<Observation> observations) {
        for (Observation each : observations) {
            each.values().values().forEach(named -> named.forEach(way -> way.forEach(this::add)));
        }
    }

    private void add(String segment) {
        String bare = bare(segment);
        if (!bare.isEmpty()) {
            values.add(bare);
        }
    }

    /** Whether an argument of some call holds the segment. */
    boolean isValue(String segment) {
        return values.contains(bare(segment));
    }

    private static String bare(String segment) {
        return WORD_BREAK.matcher(segment.toLowerCase(Locale.ROOT)).replaceAll("");
    }

    /** Whether the text has digits that are not a version's. */
    static boolean looksLikeData(String segment) {
        return bare(segment).isEmpty()
                || WORD_BREAK
                        .splitAsStream(segment)
                        .anyMatch(word -> word.chars().anyMatch(Character::isDigit)
                                && !VERSION.matcher(word).matches());
    }
}
