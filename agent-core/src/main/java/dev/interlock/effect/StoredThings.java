package dev.interlock.effect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The stored things that the sentence of a computation speaks of: two nodes in "the distance between two nodes". An
 * argument that stands for one of them is its key and no value. Immutable.
 */
final class StoredThings {

    /** Names of coordinates. Fractions with these names are no keys. */
    private static final Set<String> AXES = WordList.of("x y z");

    private static final Set<String> APART = WordList.of("between two both");
    private static final Set<String> COUNTING = WordList.of("two both the a an given");
    private static final Set<String> PAIR = WordList.of("pair");
    private static final Set<String> OF = WordList.of("of");
    private static final Set<String> OWNING = WordList.of("of for by");
    private static final Set<String> MARKED = WordList.of("a an");

    /** Whether the sentence computes with stored things: "two nodes". Then a letter is the key of one. */
    private final boolean ofThings;

    /** The nouns of these things, and of those that own what is computed: "of a movie". */
    private final NounSet things;

    private final Set<String> letters;

    StoredThings(Sentence s) {
        List<String> two = twoThings(s);
        List<String> named = new ArrayList<>(two);
        named.addAll(owners(s));
        this.ofThings = !two.isEmpty();
        this.things = new NounSet(named);
        this.letters = Set.copyOf(lettersOfThings(s));
    }

    /**
     * Whether a parameter with this noun may be the key of what the sentence speaks of: an integer {@code movie} in
     * "the rating of a movie", {@code node} or {@code a} in "the distance between two nodes", {@code a} in
     * "from node a".
     */
    boolean isKey(String noun, ParameterType type) {
        if (ValueNouns.isLetter(noun)) {
            boolean coordinate = type == ParameterType.NUMBER && AXES.contains(noun);
            return (ofThings && !coordinate) || letters.contains(noun);
        }
        boolean owned = type == ParameterType.INTEGER || ofThings;
        return owned && !ValueNouns.isValueNoun(noun) && things.has(noun);
    }

    /** The letters behind a noun: "node a". The article "a" stands behind a noun nowhere. */
    private static Set<String> lettersOfThings(Sentence s) {
        Set<String> letters = new HashSet<>();
        for (int i = s.head() + 2; i < s.size(); i++) {
            String word = ParameterNoun.withoutDigits(s.at(i));
            if (ValueNouns.isLetter(word) && isThing(s.at(i - 1))) {
                letters.add(word);
            }
        }
        return letters;
    }

    private static boolean isThing(String word) {
        boolean closed = Grammar.NO_OBJECT.contains(word)
                || Grammar.DETERMINERS.contains(word)
                || Grammar.RELATIVES.contains(word)
                || Grammar.BOUNDS.contains(word);
        return word.length() > 1 && !closed && !word.endsWith("ed") && !ValueNouns.isValueNoun(word);
    }

    /** The nouns behind "two", "both" and "between" if they stand for things. */
    private static List<String> twoThings(Sentence s) {
        List<String> nouns = new ArrayList<>();
        for (int i = s.head() + 1; i < s.size(); i++) {
            if (!APART.contains(s.at(i))) {
                continue;
            }
            String noun = "";
            // "Between a pair of users".
            int from = s.has(PAIR, i + 1, i + 3) && s.has(OF, i + 2, i + 4) ? i + 4 : i + 1;
            for (int j = from; j < s.size() && !Grammar.NO_OBJECT.contains(s.at(j)); j++) {
                boolean counts = s.at(j).length() > 1 && !COUNTING.contains(s.at(j));
                noun = counts ? s.at(j) : noun;
            }
            if (isThing(noun)) {
                nouns.add(noun);
            }
        }
        return nouns;
    }

    private static List<String> owners(Sentence s) {
        List<String> nouns = new ArrayList<>();
        for (int i = s.head() + 1; i + 2 < s.size(); i++) {
            if (OWNING.contains(s.at(i)) && MARKED.contains(s.at(i + 1))) {
                nouns.add(s.at(i + 2));
            }
        }
        return nouns;
    }
}
