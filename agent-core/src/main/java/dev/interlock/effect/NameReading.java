package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Kind;
import dev.interlock.effect.Lexicon.Word;
import java.util.List;
import java.util.Set;

/** What a tool's name alone says. */
enum NameReading {
    /** A reading verb, and nothing against it: {@code list_cities}. */
    READS,
    /** A reading verb that needs a description to agree: {@code check_build}, {@code get_update}. */
    NEEDS_AGREEMENT,
    /** No verb at all: {@code stock_price}. */
    SILENT,
    /** A verb that changes something, or runs what it is given. */
    NEVER;

    /** Words that are no verbs in descriptions but tell against reading in a name. */
    private static final Set<String> TELLTALE = Lexicon.set("next nextval poll oauth otp unsafe dryrun allow");

    private static final Set<String> CONNECTIVES = Lexicon.set("and or then with");

    /** Verbs that end the name of a tool that takes free text to run: {@code read_query}. */
    private static final Set<String> FREE_FORM = Lexicon.set("query sql graphql shell bash cypher eval exec rpc repl");

    /** Those of them that are things to look at before a reading verb: {@code code_search}. */
    private static final Set<String> THINGS = Lexicon.set("sql graphql code script command request statement terminal");

    private static final Set<String> PHRASAL = Lexicon.set("in out off box");

    static NameReading of(List<String> words, boolean described) {
        int verb = readingVerb(words);
        boolean doubtful = verb > 0 && !described;
        boolean connected = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            Word known = Lexicon.verb(word);
            if (TELLTALE.contains(word) || (i == words.size() - 1 && word.equals("token"))) {
                return NEVER;
            }
            if (CONNECTIVES.contains(word)) {
                connected = true;
                continue;
            }
            if (known == null || i == verb) {
                continue;
            }
            if (changes(known, connected, i, verb, words)) {
                return NEVER;
            }
            doubtful |= !known.kind().reads();
        }
        if (verb < 0) {
            return SILENT;
        }
        Word head = Lexicon.verb(words.get(verb));
        if (phrasal(words, verb)) {
            return NEVER;
        }
        boolean sure = head != null && head.kind() == Kind.READ && words.size() > 1 && !doubtful;
        return sure ? READS : NEEDS_AGREEMENT;
    }

    private static boolean changes(Word word, boolean connected, int i, int verb, List<String> words) {
        if (word.form() != Form.BASE) {
            return false;
        }
        boolean afterVerb = verb >= 0 && i > verb;
        return switch (word.kind()) {
            case READ, WEAK, COMPUTE -> isReturn(words.get(i)) && !afterVerb;
            case MUTATE -> true;
            case ACT -> connected || verb < 0 || i == verb - 1;
            case NOUN -> connected;
            case PASS -> connected || verb < 0 || passesThrough(words, i, verb);
        };
    }

    /** A word such as {@code query} is a thing to look at only after a sure verb, and not as its whole object. */
    private static boolean passesThrough(List<String> words, int i, int verb) {
        String word = words.get(i);
        if (i == words.size() - 1 && FREE_FORM.contains(word)) {
            return true;
        }
        if (THINGS.contains(word)) {
            return i == verb - 1 && word.equals("sql");
        }
        return i < verb || !isRead(words.get(verb));
    }

    /** A tool is not named for what it returns to the model, but may take goods back: {@code return_order}. */
    private static boolean isReturn(String word) {
        return word.equals("return");
    }

    private static boolean isRead(String word) {
        Word known = Lexicon.verb(word);
        return known != null && known.kind() == Kind.READ;
    }

    /** The first verb that surely reads, else the first that probably does, else -1. */
    private static int readingVerb(List<String> words) {
        int weak = -1;
        for (int i = 0; i < words.size(); i++) {
            Word word = Lexicon.verb(words.get(i));
            if (word == null || word.form() != Form.BASE || !word.kind().reads() || isReturn(words.get(i))) {
                continue;
            }
            if (word.kind() == Kind.READ) {
                return i;
            }
            weak = weak < 0 ? i : weak;
        }
        return weak;
    }

    /** {@code check_in} and {@code check_out} are no checks. */
    private static boolean phrasal(List<String> words, int verb) {
        String next = ToolName.at(words, verb + 1);
        return words.get(verb).equals("check") && next != null && PHRASAL.contains(next);
    }
}
