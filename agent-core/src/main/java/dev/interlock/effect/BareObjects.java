package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Kind;
import dev.interlock.effect.Lexicon.Word;
import java.util.List;
import java.util.Set;

/**
 * Tells whether an object without a determiner follows a verb: "archives outdated ones", "closes pull requests". What
 * makes an object is its last word, a plural. In "archives and links available" or "archives of a project" nothing
 * follows, so these are nouns.
 */
final class BareObjects {

    /** Words that stand for an object although they are no plurals. */
    private static final Set<String> MASS = WordList.of("data people children everything anything something");

    private static final Set<String> POSSESSIVES = WordList.of("our my his her");
    private static final Set<String> PREPOSITIONS = WordList.of("past over from off to behind into onto with");
    private static final Set<String> PRONOUNS = WordList.of("it them");
    private static final Set<String> OPENERS = WordList.of("the a an each every our this");

    /** Adjectives that no ending gives away. */
    private static final Set<String> SHORT = WordList.of("""
            old new stale broken large small big unused obsolete invalid missing corrupt idle open dead duplicate own other \
            empty unread overdue excess older newer such""");

    private static final List<String> ADJECTIVE_ENDS =
            List.of("ed", "al", "ive", "ous", "able", "ible", "less", "ic", "ary", "ing", "est", "ant", "ent");

    private static final int LONGEST = 4;

    private BareObjects() {}

    /** Whether such an object follows the verb at {@code i}, of which another clause shows that it is a verb. */
    static boolean follows(Sentence s, int i, Kind kind) {
        if (POSSESSIVES.contains(s.at(i + 1))) {
            return true;
        }
        int end = end(s, i + 1);
        boolean noun = kind == Kind.NOUN;
        // "Lists users and groups matching a pattern".
        boolean participial = noun && s.at(i + 1).endsWith("ing");
        return end > i + 1
                && end <= i + 1 + LONGEST
                && isObject(s.at(end - 1))
                && !participial
                && !(noun && Nouns.isAttribute(s.at(end - 1)));
    }

    /** "Email new ones": no noun stands before "ones", so the word before is a verb. */
    static boolean areOnes(Sentence s, int i) {
        int last = end(s, i + 1) - 1;
        return last > i && s.at(last).equals("ones");
    }

    /** Whether such an object follows a word that may be the subject: "archives old items", "orders need items". */
    static boolean followsSurely(Sentence s, int i, Kind kind) {
        boolean described = end(s, i + 1) > i + 2 && isAdjective(s.at(i + 1));
        boolean alone = end(s, i + 1) == i + 2 && s.verb(i + 1) == null && kind != Kind.NOUN;
        return follows(s, i, kind) && (described || alone || POSSESSIVES.contains(s.at(i + 1)));
    }

    /** "The server deletes outdated items", "the server flags them", in a sentence of its own. */
    static boolean followSubject(Sentence s, int i, Word word) {
        return word.form() == Form.THIRD
                && i >= 2
                && i <= 3
                && OPENERS.contains(s.at(0))
                && !Grammar.OTHERS.contains(s.at(i - 1))
                && !Nouns.isPerson(s.at(i - 1))
                && (PRONOUNS.contains(s.at(i + 1))
                        || (word.kind() == Kind.MUTATE
                                ? follows(s, i, word.kind())
                                : followsSurely(s, i, word.kind())));
    }

    /** ", deleting outdated ones", "while restarting failed ones"; but ", shipping costs". */
    static boolean followGerund(Sentence s, int i, Word word) {
        boolean plain = word.kind() == Kind.MUTATE && !Lexicon.isThing(s.at(i).replaceFirst("ing$", ""));
        boolean sure = plain || end(s, i + 1) > i + 2;
        return word.form() == Form.GERUND
                && sure
                && !s.at(i - 2).endsWith("ing")
                && !Nouns.isAttribute(s.at(end(s, i + 1) - 1))
                && (plain ? follows(s, i, word.kind()) : followsSurely(s, i, word.kind()));
    }

    /** ", advancing past them". */
    static boolean isPronounBehindPreposition(Sentence s, int i) {
        return PREPOSITIONS.contains(s.at(i + 1)) && PRONOUNS.contains(s.at(i + 2));
    }

    private static int end(Sentence s, int from) {
        int end = from;
        while (end < s.size()
                && !Grammar.NO_OBJECT.contains(s.at(end))
                && !Grammar.RELATIVES.contains(s.at(end))
                && !Grammar.BOUNDS.contains(s.at(end))) {
            end++;
        }
        return end;
    }

    private static boolean isObject(String noun) {
        return MASS.contains(noun) || !Nouns.singular(noun).equals(noun);
    }

    private static boolean isAdjective(String word) {
        return !word.endsWith("eed")
                && (SHORT.contains(word) || ADJECTIVE_ENDS.stream().anyMatch(word::endsWith));
    }
}
