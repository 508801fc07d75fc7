package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Kind;
import dev.interlock.effect.Lexicon.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a description without a verb. It names what the tool returns ("Balance of an account", "Members of a channel")
 * or the question that the tool answers ("How many jobs are waiting"). Nothing in it says that the tool returns the
 * thing and does not take or set it. So the tool's name must name the thing too, and no parameter may be a value to set
 * it to.
 */
final class NounPhrase {

    private static final Set<String> ASKING = WordList.of("how which who whether where what");

    /** Words that follow a question word in advice on the tool itself: "How to use". */
    private static final Set<String> ADVISING = WordList.of("to it this you");

    /** Words that follow "when" in advice on using the tool: "When the user wants it". */
    private static final Set<String> ADVISED = WordList.of("user user's you your model agent tool , call use using");

    /** Words that end the phrase. */
    private static final Set<String> ENDS = WordList.of("""
            above under over around near within during through across behind at it you they used taken given known a an the that \
            which who where each""");

    private static final Set<String> OPENERS = WordList.of("the all any a an some current latest last");

    /** Adjectives that look like a verb's form: "opening hours". */
    private static final Set<String> ADJECTIVES =
            WordList.of("failing pending upcoming remaining trending missing existing matching opening");

    /** Adjectives that no ending gives away. */
    private static final Set<String> SHORT = WordList.of("""
            top best full foreign relative average known other own free popular custom similar available main primary \
            past recent live daily hourly weekly monthly yearly""");

    private static final List<String> ADJECTIVE_ENDS =
            List.of("est", "al", "ive", "ous", "able", "ible", "ful", "less", "ic", "ary");

    /** Words for things that do not exist yet. */
    private static final Set<String> NOVEL = WordList.of("new fresh bulk batch mass automatic automated quick instant");

    private static final Set<String> QUANTITIES = WordList.of("number amount count list total");

    private static final Set<String> CONNECTIVES = WordList.of("of for by at in on");

    private static final Set<String> BELONGING = WordList.of("of under");

    private NounPhrase() {}

    /** Whether a sentence has no verb, or is a question. */
    static boolean names(Sentence s) {
        return asks(s) || !phrase(s).isEmpty();
    }

    /** Whether a sentence names what the tool with this name and these parameters returns. */
    static boolean gives(List<String> name, Sentence s, Map<String, ParameterType> parameters) {
        List<String> words =
                name.stream().filter(word -> !CONNECTIVES.contains(word)).toList();
        if (words.isEmpty() || !Identifying.areAll(words, s, noun(s), parameters)) {
            return false;
        }
        Word opening = Lexicon.verb(words.get(0));
        boolean deed =
                words.size() > 1 && opening != null && opening.kind() == Kind.NOUN && opening.form() == Form.BASE;
        String noun = noun(s);
        String last = words.get(words.size() - 1);
        if (deed && !Nouns.isInformation(last) && !Nouns.areAlike(noun, last)) {
            return false;
        }
        if (asks(s)) {
            return true;
        }
        boolean told = Nouns.isInformation(last);
        // "Annihilates", of "annihilate", is no plural.
        boolean deedOfName = phrase(s).size() == 1 && words.contains(Nouns.singular(noun));
        boolean known = told || Nouns.isInformation(noun) || (isPlural(noun) && !deedOfName);
        boolean counted = QUANTITIES.contains(noun) && s.has(BELONGING, s.head() + 1, s.size());
        boolean named = words.stream().anyMatch(word -> word.length() > 2 && s.speaksOf(word));
        return counted || (known && (named || (told && isThing(noun))));
    }

    /** The noun for what the tool returns, empty for a question. */
    static String noun(Sentence s) {
        List<String> phrase = phrase(s);
        return phrase.isEmpty() || asks(s) ? "" : phrase.get(phrase.size() - 1);
    }

    private static boolean asks(Sentence s) {
        String word = s.at(s.head());
        boolean asks = ASKING.contains(word) || (word.equals("when") && !s.has(ADVISED) && s.size() < 9);
        return asks && s.size() > s.head() + 2 && !ADVISING.contains(s.at(s.head() + 1));
    }

    /** The words up to the noun for what the tool returns; none if the sentence may open with a verb. */
    private static List<String> phrase(Sentence s) {
        List<String> phrase = new ArrayList<>();
        if (s.head() > 0) {
            return phrase;
        }
        int i = 0;
        while (OPENERS.contains(s.at(i))) {
            i++;
        }
        boolean opened = i > 0;
        while (i < s.size()
                && !Grammar.NO_OBJECT.contains(s.at(i))
                && !ENDS.contains(s.at(i))
                && !(SHORT.contains(s.at(i)) && !phrase.isEmpty())) {
            phrase.add(s.at(i));
            i++;
        }
        if (phrase.isEmpty() || phrase.size() > 4 || phrase.stream().anyMatch(NOVEL::contains)) {
            return List.of();
        }
        boolean verb = phrase.stream().anyMatch(NounPhrase::isDeed)
                || (!opened && mayBeVerb(phrase.get(0), phrase.size() == 1, s.at(i)))
                || (!opened && phrase.size() > 1 && !isAdjective(phrase.get(0)) && !tells(phrase));
        return verb ? List.of() : phrase;
    }

    private static boolean tells(List<String> phrase) {
        return Nouns.isInformation(phrase.get(phrase.size() - 1));
    }

    /** "Foreign keys", "slowest queries"; but "mention users" may be a deed that the lexicon does not know. */
    private static boolean isAdjective(String word) {
        return ADJECTIVES.contains(word)
                || SHORT.contains(word)
                || ADJECTIVE_ENDS.stream().anyMatch(word::endsWith);
    }

    private static boolean isDeed(String word) {
        Word known = Lexicon.verb(word);
        return known != null && known.form() == Form.BASE && !known.kind().reads() && !Lexicon.isThing(word);
    }

    /**
     * "Comments on an issue", "Rate an article", "Sending messages"; but "Comments of an issue", "Rate of exchange".
     */
    private static boolean mayBeVerb(String word, boolean alone, String next) {
        Word known = Lexicon.verb(word);
        if (ADJECTIVES.contains(word)) {
            return alone;
        }
        if (word.endsWith("ing") && !Nouns.isInformation(word)) {
            return true;
        }
        if (known == null) {
            return false;
        }
        boolean noun = known.kind() == Kind.NOUN || Nouns.isInformation(word);
        boolean plain = alone && (BELONGING.contains(next) || next.equals("at") || next.equals("near"));
        return known.form() == Form.GERUND || !(noun && plain);
    }

    private static boolean isPlural(String noun) {
        return !Nouns.singular(noun).equals(noun);
    }

    private static boolean isThing(String noun) {
        return isPlural(noun) || Nouns.isInformation(noun);
    }
}
