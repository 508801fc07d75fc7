package dev.interlock.effect;

import java.util.List;
import java.util.Set;

/**
 * The noun in a parameter's name that says what its value is. Letters, digits and numerals behind it only tell two
 * parameters apart, and a unit only says how the value is measured: {@code node} in {@code node_a}, {@code node1} and
 * {@code first_node}, {@code mass} in {@code mass_of_star} and {@code mass_kg}.
 */
final class ParameterNoun {

    /** Words that, behind the noun, say nothing about what the value is. */
    private static final Set<String> TAGS = WordList.of("""
            one two three first second third left right old new before after kg mg lb lbs oz cm mm km ft mi mph kmh ms sec \
            min hr hrs pa kpa hz kwh usd eur""");

    private ParameterNoun() {}

    /** The noun, without digits behind it; a letter only if the name is nothing else: {@code x}, {@code x1}. */
    static String of(List<String> words) {
        int of = words.indexOf("of");
        return of > 0 ? withoutDigits(words.get(of - 1)) : withoutDigits(lastWord(words));
    }

    /** The last word that is no tag, with digits behind it. Empty if the name has no words. */
    static String lastWord(List<String> words) {
        int end = words.size();
        while (end > 1 && isTag(words.get(end - 1))) {
            end--;
        }
        return end == 0 ? "" : words.get(end - 1);
    }

    private static boolean isTag(String word) {
        return withoutDigits(word).length() <= 1 || TAGS.contains(word);
    }

    static String withoutDigits(String word) {
        int end = word.length();
        while (end > 0 && word.charAt(end - 1) >= '0' && word.charAt(end - 1) <= '9') {
            end--;
        }
        return word.substring(0, end);
    }
}
