package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Word;
import java.util.Set;

/**
 * Tells which clause a word of a sentence is in. A negation or a condition reaches no further than its clause: in "if
 * it does not exist, creates it" nothing denies "creates".
 */
final class Clauses {

    private static final Set<String> CONDITIONS = WordList.of("if when unless where whenever while although");

    /** Words that, at the start of a clause, make it one beside the main clause: "instead of failing, creates it". */
    private static final Set<String> ASIDES = WordList.of("instead without never not no rather");

    /** Negations that deny a verb in the third person. "Does not" takes the base form: "does not fail, creates it". */
    private static final Set<String> OF_THIRD = WordList.of("never no nothing non");

    private static final Set<String> OR = WordList.of("or nor");
    private static final Set<String> ONLY = WordList.of("only just merely");
    private static final Set<String> SUBJECT_RELATIVES = WordList.of("that which who");
    private static final Set<String> VERBS_OF_RELATIVES = WordList.of("""
            do does did is are was were has have had match matches exist exists don't doesn't aren't isn't weren't""");

    private static final Set<String> OPEN = WordList.of("be been being");

    private Clauses() {}

    /** Whether a negation in the same clause denies the verb at {@code i}. */
    static boolean negates(Sentence s, int i) {
        if (s.at(i - 1).equals("non")) {
            return true;
        }
        boolean participle = Lexicon.isParticiple(s.at(i));
        Word word = s.verb(i);
        boolean third = !participle && word != null && word.form() == Form.THIRD;
        Set<String> negations = third ? OF_THIRD : Grammar.NEGATIONS;
        int from = Math.max(Math.max(i - (participle ? 3 : 5), 0), start(s, i, third));
        for (int j = from; j < i; j++) {
            boolean counts = negations.contains(s.at(j)) && !ONLY.contains(s.at(j + 1));
            if (counts && !(participle && isInClosedRelative(s, j, i))) {
                return true;
            }
        }
        return false;
    }

    /** The index at which the clause of the word at {@code i} starts, for a negation that may reach it. */
    private static int start(Sentence s, int i, boolean third) {
        for (int j = i - 1; j > Math.max(i - 7, 0); j--) {
            String token = s.at(j);
            if (token.equals(":")
                    || token.equals("but")
                    || token.equals("then")
                    || (token.equals(",") && closes(s, j, third))) {
                return j + 1;
            }
        }
        return 0;
    }

    /** Whether the comma ends a clause and is none of a list: "does not create, modify or delete". */
    private static boolean closes(Sentence s, int comma, boolean third) {
        int from = comma;
        while (from > 0 && !s.at(from - 1).equals(",") && !s.at(from - 1).equals(":")) {
            from--;
        }
        if (s.has(CONDITIONS, from, comma)) {
            return true;
        }
        boolean list = s.has(OR, comma + 1, s.size());
        return (third || ASIDES.contains(s.at(from))) && !list;
    }

    /**
     * Whether the auxiliary at {@code be} is that of the main clause, since the clause of the relative word before it
     * has a verb of its own: "users that do not exist are created".
     */
    static boolean isBehindRelative(Sentence s, int be) {
        int relative = relativeBefore(s, be);
        return relative > 0
                && !OPEN.contains(s.at(be))
                && be > relative + 2
                && VERBS_OF_RELATIVES.contains(s.at(relative + 1));
    }

    /** "Users that do not exist". */
    static boolean isOfAbsent(Sentence s, int be) {
        return isBehindRelative(s, be) && s.has(Grammar.NEGATIONS, relativeBefore(s, be), be);
    }

    private static boolean isInClosedRelative(Sentence s, int negation, int participle) {
        for (int j = negation + 1; j < participle; j++) {
            if (Grammar.BE.contains(s.at(j)) && relativeBefore(s, j) < negation && isBehindRelative(s, j)) {
                return true;
            }
        }
        return false;
    }

    private static int relativeBefore(Sentence s, int i) {
        for (int j = i - 1; j > Math.max(i - 9, 0); j--) {
            if (SUBJECT_RELATIVES.contains(s.at(j))) {
                return j;
            }
        }
        return -1;
    }
}
