package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Kind;
import dev.interlock.effect.Lexicon.Word;
import java.util.List;
import java.util.Set;

/**
 * Tells whether a parameter orders a deed beside the one in the tool's name. A truth value named after a deed turns it
 * on: {@code delete}, {@code fix}, {@code start_if_missing}. A value or a list named after nothing but a deed is what
 * the deed is done with: {@code add}, {@code assign}. A truth value that says how to look or how the answer looks
 * ({@code follow_links}, {@code hide_empty}) orders nothing.
 */
final class ParameterDeeds {

    /** Words before the deed. */
    private static final Set<String> LEADING = WordList.of("auto automatically should also then do must will and or");

    /** Deeds on the answer, or on the way to it, if an object follows: {@code omit_empty}, {@code use_cache}. */
    private static final Set<String> LOOKING = WordList.of("""
            hide omit normalize normalise truncate sanitize sanitise minify compress format group order wrap use skip \
            render load scan embed""");

    /** Words that are no object of such a verb, but say when: {@code hide_after_read}. */
    private static final Set<String> OCCASIONS =
            WordList.of("if when after on once now it them this me us all as at to upon immediately");

    private static final Set<String> LINKS =
            WordList.of("link links symlink symlinks redirect redirects rename renames");

    /** Verbs that as a value choose from what is there, or name a date or a person: {@code take}, {@code checkin}. */
    private static final Set<String> VALUES = WordList.of("""
            select choose take join embed wait await follow listen checkin checkout login logout signin signup""");

    /** Nouns that describe, as in "a draft" or "in bulk". A truth value of such a name is a filter or an option. */
    private static final Set<String> DESCRIBING = WordList.of("draft bulk batch text format group order");

    private static final Set<String> LIMITING = WordList.of("only by as of in");

    private ParameterDeeds() {}

    /** Whether a parameter with these words and this type orders a deed. */
    static boolean orders(List<String> words, ParameterType type) {
        for (int i = 0; i < words.size(); i++) {
            boolean leads = i == 0 || LEADING.contains(words.get(i - 1));
            if (leads && isDeed(words, i, type)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDeed(List<String> words, int i, ParameterType type) {
        String word = words.get(i);
        String next = i + 1 < words.size() ? words.get(i + 1) : "";
        Word known = Lexicon.verb(word);
        if (known == null || known.form() != Form.BASE || known.kind().reads() || looks(word, next)) {
            return false;
        }
        boolean alone = next.isEmpty();
        boolean sure = known.kind() == Kind.MUTATE && !Lexicon.isThing(word) && !VALUES.contains(word);
        return switch (type) {
            case BOOLEAN -> known.kind() == Kind.NOUN ? isDeedOfNoun(word, next, i == 0) : !isAdjective(word, next);
            // An array or an object, and any optional value whose schema names two types.
            case OTHER -> sure && !isAttribute(next);
            case STRING, ENUM, INTEGER, NUMBER -> sure && alone;
        };
    }

    /** {@code update_time}; but {@code add_labels}. */
    private static boolean isAttribute(String word) {
        return Nouns.isAttribute(word) && Nouns.singular(word).equals(word);
    }

    /** {@code hide_closed}, {@code follow_redirects}, {@code resolve_names}, {@code generate_summary}. */
    private static boolean looks(String word, String next) {
        boolean object = !next.isEmpty() && !OCCASIONS.contains(next);
        return (object && LOOKING.contains(word))
                || (word.equals("follow") && LINKS.contains(next))
                || (word.equals("resolve") && Nouns.isResolved(next))
                || (word.equals("generate") && Nouns.isMade(next));
    }

    /** {@code book}, {@code email_owner}, {@code auto_format}; but {@code email_verified}, {@code index_only}. */
    private static boolean isDeedOfNoun(String word, String next, boolean opens) {
        if (opens && DESCRIBING.contains(word)) {
            return OCCASIONS.contains(next) && !LIMITING.contains(next);
        }
        return !LIMITING.contains(next) && !next.endsWith("ed") && !Nouns.isAttribute(next);
    }

    /** {@code open_now}, {@code empty_only}. */
    private static boolean isAdjective(String word, String next) {
        return next.equals("only") || (word.equals("open") && next.equals("now"));
    }
}
