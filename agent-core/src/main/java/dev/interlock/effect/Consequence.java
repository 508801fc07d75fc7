package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Kind;
import dev.interlock.effect.Lexicon.Word;
import java.util.Set;

/**
 * Finds clauses that tell what a call brings about, although they stand apart from the main verb or have another
 * subject than the tool: ", which sends a receipt", "and locks it if not", "items become identified", "no longer
 * remain", "overdue ones get a reminder".
 */
final class Consequence {

    private static final Set<String> BECOME =
            WordList.of("become becomes becoming turns disappear disappears vanishes");
    private static final Set<String> SEEN = WordList.of("visible available clear obvious known");
    private static final Set<String> STAY =
            WordList.of("supported available maintained needed required recommended used");
    private static final Set<String> AND = WordList.of("and then");
    private static final Set<String> PRONOUNS = WordList.of("it them those");
    private static final Set<String> WITH = WordList.of("with to into onto");
    private static final Set<String> OTHERS = WordList.of("it them those each");
    private static final Set<String> BLAND = WordList.of("makes accepts completes takes loads performs does");
    private static final Set<String> ON_A_PAGE =
            WordList.of("scrolling clicking navigating hovering typing tapping swiping");
    private static final Set<String> MADE =
            WordList.of("generated created started opened stored saved written built cached");
    private static final Set<String> OCCASIONS = WordList.of("first if when unless demand needed necessary");
    private static final Set<String> GOES = WordList.of("moves jumps advances shifts");
    private static final Set<String> WHERE = WordList.of("to forward on");

    private static final Set<String> GETTING = WordList.of("get gets receive receives");
    private static final Set<String> GETTERS = WordList.of("ones they those each");
    private static final Set<String> MARKED = WordList.of("a an another");
    private static final Set<String> AHEAD = WordList.of("will then also automatically");

    /** All words that {@link #in} looks at, apart from verbs. It skips all others quickly. */
    private static final Set<String> TELLTALES =
            WordList.of("no used generated created started opened stored saved written built cached");

    private Consequence() {}

    /** Whether the word at {@code i} opens such a clause, in the description's first sentence or in a later one. */
    static boolean in(Sentence s, int i, boolean first) {
        String token = s.at(i);
        if (GETTING.contains(token) && isGiven(s, i)) {
            return true;
        }
        if (BECOME.contains(token) || ON_A_PAGE.contains(token) || TELLTALES.contains(token)) {
            return happens(s, i, token, first);
        }
        Word word = s.verb(i);
        if (word == null) {
            return false;
        }
        return word.form() == Form.THIRD
                ? deedOf(s, i, word, first) || goes(s, i, first)
                : deedOnThem(s, i, word, first);
    }

    /** "Overdue ones get a reminder": the tool gives it. "Users that get a reminder" have it from elsewhere. */
    private static boolean isGiven(Sentence s, int i) {
        int before = i - 1;
        while (AHEAD.contains(s.at(before))) {
            before--;
        }
        return GETTERS.contains(s.at(before)) && MARKED.contains(s.at(i + 1)) && !s.isSubordinate(before);
    }

    private static boolean happens(Sentence s, int i, String token, boolean first) {
        if (token.equals("no")) {
            return s.at(i + 1).equals("longer") && !STAY.contains(s.at(i + 2)) && !s.has(Grammar.RELATIVES, 0, i);
        }
        if (MADE.contains(token)) {
            return s.at(i - 1).equals(",") && s.has(OCCASIONS, i + 1, i + 8) && !s.isSubordinate(i);
        }
        if (ON_A_PAGE.contains(token)) {
            return s.at(i - 1).equals(",");
        }
        if (token.equals("used")) {
            return s.at(i + 1).equals("up") && !s.isSubordinate(i);
        }
        boolean turns = token.equals("turns") && !s.at(i + 1).equals("into");
        boolean own = !s.isSubordinate(i) || s.at(i - 2).equals(",");
        return !turns && (i > s.head() || !first) && !SEEN.contains(s.at(i + 1)) && own;
    }

    /** "Gets a message, which sends a receipt", "checks whether it is locked, and locks it if not". */
    private static boolean deedOf(Sentence s, int i, Word word, boolean first) {
        boolean object = Grammar.DETERMINERS.contains(s.at(i + 1));
        boolean changes = !word.kind().reads();
        if (s.at(i - 1).equals("which") && s.at(i - 2).equals(",")) {
            return changes && (word.kind() == Kind.MUTATE || object);
        }
        if (!AND.contains(s.at(i - 1)) || (!first && !s.aboutTool()) || s.headForm() != Form.THIRD) {
            return false;
        }
        boolean joins = WITH.contains(s.at(i + 1)) && OTHERS.contains(s.at(i + 2));
        boolean bland = BLAND.contains(s.at(i));
        boolean pronoun = PRONOUNS.contains(s.at(i + 1));
        return changes && !isLookup(s, i) && (pronoun || joins || (object && !bland));
    }

    /** "Find files that match a pattern and delete them", where "them" leads back to what was found. */
    private static boolean deedOnThem(Sentence s, int i, Word word, boolean first) {
        int before = i - 1;
        while (Grammar.isAdverb(s.at(before))) {
            before--;
        }
        return AND.contains(s.at(before))
                && (first || s.aboutTool())
                && s.headForm() == word.form()
                && !word.kind().reads()
                && !isLookup(s, i)
                && s.has(PRONOUNS, i + 1, i + 5);
    }

    /** "Lists links and resolves them". */
    private static boolean isLookup(Sentence s, int i) {
        boolean names = false;
        for (int j = s.head() + 1; j < s.objectEnd(); j++) {
            names |= Nouns.isResolved(s.at(j));
        }
        return names && s.at(i).startsWith("resolv");
    }

    /** "The marker moves to the end". */
    private static boolean goes(Sentence s, int i, boolean first) {
        return !first && GOES.contains(s.at(i)) && WHERE.contains(s.at(i + 1)) && !s.isSubordinate(i);
    }
}
