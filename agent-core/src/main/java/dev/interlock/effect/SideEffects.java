package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Kind;
import dev.interlock.effect.Lexicon.Word;
import java.util.Set;

/** Finds clauses that say a tool changes something, or must not overlap with others, apart from its main verb. */
final class SideEffects {

    private static final Set<String> DEEDS = WordList.of("""
            create update delete add remove set edit insert write rename archive start stop enable disable cancel send \
            close move install modify""");

    /** Words before the list of what a tool can do: "Actions: list, delete". */
    private static final Set<String> MENU =
            WordList.of("action actions operation operations command commands mode modes");

    /** Things that a tool may send or execute without a change: reading works that way. */
    private static final Set<String> REQUESTS =
            WordList.of("query queries request requests search searches call lookup");

    private static final Set<String> HARMLESS = WordList.of("sent executed");
    private static final Set<String> OUTCOMES = WordList.of(
            "result results scan report call calls request requests query queries search searches access lookup visit");

    private static final Set<String> PRESENT = WordList.of("is are gets get");
    private static final Set<String> BECOMING = WordList.of("get gets");
    private static final Set<String> THEREUPON =
            WordList.of("then also automatically immediately subsequently thereby afterwards");

    private static final Set<String> THEREAFTER = WordList.of("afterwards afterward thereafter subsequently");
    private static final Set<String> RECORDED = WordList.of("logged recorded");

    private static final Set<String> CODE = Set.of(DescriptionTokens.OPAQUE);
    private static final Set<String> SETTING = WordList.of("set pass specify");
    private static final Set<String> DENIALS = WordList.of("not non isn't never");
    private static final Set<String> PROMISES = WordList.of("read-only readonly idempotent");
    private static final Set<String> NOUN_FOLLOWS = WordList.of("of the a an all these those");
    private static final Set<String> AND = WordList.of("and then");
    private static final Set<String> OBJECTS =
            WordList.of("the it them its their our my a an each all every there away back");
    private static final Set<String> THAT = WordList.of("that which");
    private static final Set<String> CONDITIONS = WordList.of("if when unless");
    private static final Set<String> ABSENCE =
            WordList.of("none missing absent not no needed necessary doesn't isn't empty nothing outdated stale");

    private static final Set<String> MISSING = WordList.of("missing absent");
    private static final Set<String> TO = WordList.of("to");
    private static final Set<String> EACH = WordList.of("each every some");
    private static final Set<String> USEFUL = WordList.of("useful use used");
    /** Verbs that in a later sentence mostly say how a tool works, seldom what it changes. */
    private static final Set<String> BLAND = WordList.of("""
            handle handles resolve resolves scan scans query queries process processes do does make makes use uses load \
            loads render renders format formats group groups batch batches request requests type types ask asks \
            wait waits take takes accept accepts perform performs complete completes resolving \
            handling scanning querying processing using loading""");

    private static final Set<String> RAISING = WordList.of("raise raises return returns");
    private static final Set<String> ERRORS = WordList.of("error errors exception exceptions");

    private static final Set<String> MODALS = WordList.of("will may might can could must");
    private static final Set<String> RUNNERS = WordList.of("execute eval invoke exec");
    private static final Set<String> PLURALS = WordList.of("writes moves");
    private static final Set<String> POSTS = WordList.of("post put");

    /** Nouns that turn the word before them into a noun: "by post id", "and update time". */
    private static final Set<String> ATTRIBUTES = WordList.of("""
            id ids name names type types status statuses time times date dates count counts url urls options settings \
            history details info information configuration number numbers state states""");

    private static final Set<String> IN_PASSING = WordList.of(", by and -");

    /** Words that, like adverbs, may stand between a verb and the word it belongs to. */
    private static final Set<String> IN_BETWEEN = WordList.of("also then");

    /** "Cannot be undone": the one warning that contains a negation. */
    private static final String UNDONE = "undone";

    private static final Set<String> GRAVE = WordList.of("irreversible undone side-effect side-effects destructive");

    /** All words that {@link #warns} looks at. It skips all others quickly. */
    private static final Set<String> WARNERS = WordList.of("""
            action actions operation operations command commands mode modes post put side irreversible undone side-effect \
            side-effects destructive read-only readonly idempotent""");

    private SideEffects() {}

    /**
     * Tells whether {@code sentence}, the description's first or a later one, speaks of a change that the tool makes.
     */
    static boolean in(Sentence sentence, boolean first) {
        for (int i = 0; i < sentence.size(); i++) {
            if (Restriction.in(sentence, i, first)) {
                return true;
            }
            boolean change = warns(sentence, i)
                    || Aftermath.in(sentence, i, first)
                    || Allowance.in(sentence, i, first)
                    || Consequence.in(sentence, i, first)
                    || (i >= sentence.head() && isChange(sentence, i, first));
            boolean denied = UNDONE.equals(sentence.at(i)) || PROMISES.contains(sentence.at(i));
            if (change && (denied || !Clauses.negates(sentence, i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean warns(Sentence s, int i) {
        String token = s.at(i);
        if (!WARNERS.contains(token)) {
            return false;
        }
        if (PROMISES.contains(token) && DENIALS.contains(s.at(i - 1))) {
            return true;
        }
        if (GRAVE.contains(token) || (token.equals("side") && s.at(i + 1).startsWith("effect"))) {
            return true;
        }
        boolean menu =
                MENU.contains(token) && (s.at(i + 1).equals(":") || s.at(i + 1).equals("="));
        if (menu && s.has(DEEDS, i + 2, i + 40)) {
            return true;
        }
        return POSTS.contains(token)
                && Grammar.CONJUNCTIONS.contains(s.at(i - 1))
                && s.at(i - 2).equals("get");
    }

    private static boolean isChange(Sentence s, int i, boolean first) {
        String token = s.at(i);
        if (passive(s, i)) {
            return true;
        }
        Word word = s.verb(i);
        if (word == null) {
            return first && isUnknownDeed(s, i);
        }
        if (word.kind().reads() || BLAND.contains(token) || isHarmless(s, i)) {
            return false;
        }
        return inPassing(s, i, word, first) || asserted(s, i, word, first);
    }

    /** "Finds a contact and frobnicates the record": a deed that the lexicon does not know. */
    private static boolean isUnknownDeed(Sentence s, int i) {
        String token = s.at(i);
        return s.headForm() == Form.THIRD
                && (s.at(i - 1).equals("then") || AND.contains(s.at(skipAdverbs(s, i - 1))))
                && token.length() > 4
                && token.endsWith("s")
                && !token.endsWith("ss")
                && OBJECTS.contains(s.at(i + 1))
                && !s.isSubordinate(i);
    }

    /** "Raises an error", "generates a summary", "enables you to look". */
    private static boolean isHarmless(Sentence s, int i) {
        String token = s.at(i);
        return (RAISING.contains(token) && s.has(ERRORS, i + 1, i + 4))
                || s.makesAt(i)
                || (token.equals("enables") && s.has(TO, i + 1, i + 7))
                || (s.at(i - 1).equals("-") && s.verb(i) != null && token.endsWith("ing") && s.has(USEFUL, 0, i));
    }

    /** "Reads messages, removing them from the queue". */
    private static boolean inPassing(Sentence s, int i, Word word, boolean first) {
        boolean deed = word.kind() == Kind.MUTATE
                || (word.kind() == Kind.ACT && s.at(i - 1).equals(","));
        if (isMeanwhile(s, i, word)) {
            return true;
        }
        boolean bare = s.at(i - 1).equals(",") && BareObjects.followGerund(s, i, word);
        // "Falls back to writing the defaults".
        boolean fallsBack = !first && s.at(i - 1).equals("to") && s.at(i - 2).equals("back");
        boolean onThem = deed && BareObjects.isPronounBehindPreposition(s, i);
        boolean object = (deed && Grammar.DETERMINERS.contains(s.at(i + 1))) || onThem;
        return word.form() == Form.GERUND
                && (bare || object)
                && (fallsBack || IN_PASSING.contains(s.at(skipAdverbs(s, i - 1))))
                && !s.isSubordinate(i);
    }

    /** "Returns the pods while restarting failed ones"; but "useful while editing a file". */
    private static boolean isMeanwhile(Sentence s, int i, Word word) {
        boolean object = Grammar.DETERMINERS.contains(s.at(i + 1)) || BareObjects.follows(s, i, word.kind());
        return word.form() == Form.GERUND
                && s.at(i - 1).equals("while")
                && i > s.head() + 2
                && object
                && !s.has(USEFUL, 0, i);
    }

    private static boolean asserted(Sentence s, int i, Word word, boolean first) {
        if (i == s.head()) {
            return !first && leads(s, i, word);
        }
        int before = skipAdverbs(s, i - 1);
        String previous = s.at(before);
        if (word.form() == Form.BASE && offered(s, i, first) && hasObject(s, i, word)) {
            return true;
        }
        if (word.form() == Form.BASE && MODALS.contains(previous) && hasObject(s, i, word)) {
            String subject = s.at(before - 1);
            boolean ofEach = EACH.contains(s.at(before - 2));
            boolean own = subject.isEmpty() || Grammar.TOOL.contains(subject) || Grammar.CONJUNCTIONS.contains(subject);
            boolean ofAnother = (ofEach || previous.equals("can")) && !own;
            return !ofAnother && !Grammar.OTHERS.contains(subject) && !s.isSubordinate(before);
        }
        if (word.form() == Form.THIRD && Grammar.TOOL.contains(previous) && hasObject(s, i, word)) {
            return true;
        }
        if (!first && BareObjects.followSubject(s, i, word)) {
            return true;
        }
        if (word.form() == Form.THIRD && previous.equals("it") && THAT.contains(s.at(before - 1))) {
            return true;
        }
        boolean counted = word.kind() == Kind.PASS && previous.equals(DescriptionTokens.OPAQUE);
        if (word.form() == Form.THIRD
                && word.kind() != Kind.NOUN
                && !counted
                && !NOUN_FOLLOWS.contains(previous)
                && Grammar.DETERMINERS.contains(s.at(i + 1))) {
            return !s.isSubordinate(i);
        }
        boolean coordinated = IN_BETWEEN.contains(s.at(i - 1)) || Grammar.CONJUNCTIONS.contains(previous);
        boolean pair = i == s.head() + 2 && s.headForm() == word.form();
        return coordinated && matches(s, word, first) && (pair || hasObject(s, i, word)) && !s.isSubordinate(i);
    }

    /** "Set {@code x} to delete it": a deed that the model can ask for. */
    private static boolean offered(Sentence s, int i, boolean first) {
        return !first
                && SETTING.contains(s.at(s.head()))
                && s.at(i - 1).equals("to")
                && s.has(CODE, s.head() + 1, s.head() + 4);
    }

    /** A later sentence that opens with a deed: "Creates it if missing", "This will delete". */
    private static boolean leads(Sentence s, int i, Word word) {
        if (word.form() == Form.THIRD) {
            return hasObject(s, i, word);
        }
        int before = skipAdverbs(s, i - 1);
        boolean announced =
                s.aboutTool() || (MODALS.contains(s.at(before)) && !Grammar.OTHERS.contains(s.at(before - 1)));
        return word.form() == Form.BASE && announced && hasObject(s, i, word);
    }

    /**
     * Whether the verb has the same form as the head, as all verbs of one list do: "get and save", "gets and saves".
     */
    private static boolean matches(Sentence s, Word word, boolean first) {
        Form head = s.headForm();
        if (first && head == null) {
            return word.form() != Form.GERUND;
        }
        return head == word.form() && (first || head == Form.THIRD || s.aboutTool());
    }

    /**
     * "will be sent", "is marked": the first form counts for any change, the second for verbs that mean a change in the
     * present.
     */
    private static boolean passive(Sentence s, int i) {
        String token = s.at(i);
        if (!Lexicon.isParticiple(token)) {
            return false;
        }
        int before = skipAdverbs(s, i - 1);
        // "Will be closed and archived".
        while (AND.contains(s.at(before)) && Lexicon.isParticiple(s.at(before - 1))) {
            before = skipAdverbs(s, before - 2);
        }
        // "Get completed tasks": an adjective.
        boolean got = before == s.head() && BECOMING.contains(s.at(before));
        if (got
                || !Grammar.BE.contains(s.at(before))
                || (s.isSubordinate(before) && !Clauses.isBehindRelative(s, before))
                || (REQUESTS.contains(s.at(before - 1)) && HARMLESS.contains(token))
                || s.at(i + 1).equals("by")) {
            return false;
        }
        boolean happens = BECOMING.contains(s.at(before)) || (before < i - 1 && s.has(THEREUPON, before + 1, i));
        boolean later = THEREAFTER.contains(s.at(i + 1));
        boolean recorded = RECORDED.contains(token) && Grammar.TOOL.contains(s.at(before - 1));
        if (happens
                || later
                || (recorded && PRESENT.contains(s.at(before)))
                || (OUTCOMES.contains(s.at(before - 1)) && PRESENT.contains(s.at(before)))) {
            return true;
        }
        boolean absent = CONDITIONS.contains(s.at(0)) && s.has(ABSENCE, 1, i);
        boolean missing = s.has(MISSING, 0, before);
        boolean onAbsence =
                !token.equals("set") && (missing || absent || isOnAbsence(s, i) || Clauses.isOfAbsent(s, before));
        boolean future =
                s.at(before).equals("be") && s.at(skipAdverbs(s, before - 1)).equals("will");
        boolean ends = s.at(i + 1).isEmpty()
                || Grammar.AFTER_PARTICIPLE.contains(s.at(i + 1))
                || THEREUPON.contains(s.at(i + 1));
        return future
                || (onAbsence && PRESENT.contains(s.at(before)))
                || (ends && Lexicon.isTellingParticiple(token) && !s.at(before).equals("be"));
    }

    /** "Is made when there is none". */
    private static boolean isOnAbsence(Sentence s, int i) {
        for (int j = i + 1; j < s.size(); j++) {
            if (CONDITIONS.contains(s.at(j))) {
                return s.has(ABSENCE, j + 1, s.size());
            }
        }
        return false;
    }

    /** Tells a deed from a noun: "writes to disk" and "writes it" are deeds, "writes per second" is a noun. */
    private static boolean hasObject(Sentence s, int i, Word word) {
        String next = s.at(i + 1);
        boolean listed = Lexicon.isThing(s.at(i)) || s.at(i - 1).equals(",");
        if (word.form() == Form.BASE && listed && Nouns.isAttribute(next)) {
            return false;
        }
        if (word.kind() == Kind.MUTATE && word.form() == Form.THIRD) {
            return !PLURALS.contains(s.at(i)) || next.equals("to") || !Grammar.NO_OBJECT.contains(next);
        }
        boolean passive = word.kind() == Kind.PASS && !RUNNERS.contains(s.at(i));
        if (passive || word.kind() == Kind.NOUN || word.form() == Form.THIRD) {
            return Grammar.DETERMINERS.contains(next)
                    || (word.form() == Form.THIRD ? hasBareObject(s, i, word) : BareObjects.areOnes(s, i));
        }
        boolean attribute = word.kind() == Kind.ACT && ATTRIBUTES.contains(next);
        boolean object = !next.isEmpty() && !Grammar.NO_OBJECT.contains(next);
        return word.kind() == Kind.MUTATE || (object && !attribute);
    }

    /** Without "it" or "also" before it, a word that opens a sentence may be the subject: "Orders need items". */
    private static boolean hasBareObject(Sentence s, int i, Word word) {
        boolean subject = i == 0;
        return subject ? BareObjects.followsSurely(s, i, word.kind()) : BareObjects.follows(s, i, word.kind());
    }

    private static int skipAdverbs(Sentence s, int from) {
        int i = from;
        while (Grammar.isAdverb(s.at(i)) || IN_BETWEEN.contains(s.at(i))) {
            i--;
        }
        return i;
    }
}
