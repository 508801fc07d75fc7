package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Kind;
import dev.interlock.effect.Lexicon.Word;
import java.util.Set;

/** Finds clauses that say a tool changes something beside what its main verb says. */
final class SideEffects {

    private static final Set<String> DEEDS = Lexicon.set("""
            create update delete add remove set edit insert write rename archive start stop enable disable cancel send \
            close move install modify""");

    /** Words before the list of what a tool can do: "Actions: list, delete". */
    private static final Set<String> MENU =
            Lexicon.set("action actions operation operations command commands mode modes");

    private static final Set<String> ALLOWANCE = Lexicon.set("credit credits quota quotas allowance");
    private static final Set<String> SPENDING = Lexicon.set("""
            consume consumes consuming cost costs charge charges charged deduct deducts deducted spend spends use uses count \
            counts counted counting burn burns bill billed decrement decrements""");

    /** Where something goes that is copied. */
    private static final Set<String> LOCAL = Lexicon.set("""
            disk file files folder directory cache database clipboard workspace storage bucket warehouse filesystem drive""");

    private static final Set<String> COPIES =
            Lexicon.set("copy cache clone mirror index store database disk repository");

    /** What is sent or executed without any harm: that is how reading works. */
    private static final Set<String> REQUESTS =
            Lexicon.set("query queries request requests search searches call lookup");

    private static final Set<String> HARMLESS = Lexicon.set("sent executed");
    private static final Set<String> OUTCOMES = Lexicon.set(
            "result results scan report call calls request requests query queries search searches access lookup visit");

    private static final Set<String> PRESENT = Lexicon.set("is are gets get");
    private static final Set<String> IDENTITIES = Lexicon.set("id identifier handle token uuid");
    private static final Set<String> EACH = Lexicon.set("each every some");
    private static final Set<String> USEFUL = Lexicon.set("useful use used");
    private static final Set<String> UNTIL = Lexicon.set("for until");
    private static final Set<String> BOUNDS = Lexicon.set("after before once until because unless while");

    /** Verbs that in a later sentence tell how a tool works, seldom what it changes. */
    private static final Set<String> BLAND = Lexicon.set("""
            handle handles resolve resolves scan scans query queries process processes do does make makes use uses load \
            loads render renders format formats group groups batch batches request requests log logs type types ask asks \
            wait waits accept accepts map maps code codes report reports perform performs complete completes resolving \
            handling scanning querying processing using loading""");

    private static final Set<String> RAISING = Lexicon.set("raise raises return returns");
    private static final Set<String> ERRORS = Lexicon.set("error errors exception exceptions");

    private static final Set<String> MODALS = Lexicon.set("will may might can could must");
    private static final Set<String> RUNNERS = Lexicon.set("execute eval invoke exec");
    private static final Set<String> PLURALS = Lexicon.set("writes moves");
    private static final Set<String> POSTS = Lexicon.set("post put");

    /** Nouns that make the word before them a noun too: "by post id", "and update time". */
    private static final Set<String> ATTRIBUTES = Lexicon.set("""
            id ids name names type types status statuses time times date dates count counts url urls options settings \
            history details info information configuration number numbers state states""");

    private static final Set<String> IN_PASSING = Lexicon.set(", by and -");

    /** Words that like adverbs may stand between a verb and what it belongs to. */
    private static final Set<String> IN_BETWEEN = Lexicon.set("also then");

    /** "Cannot be undone": the one warning that a negation is a part of. */
    private static final String UNDONE = "undone";

    private static final Set<String> GRAVE = Lexicon.set("irreversible undone side-effect side-effects destructive");

    /** All words that {@link #warns} looks at, so that it can be quick about the others. */
    private static final Set<String> WARNERS = Lexicon.set("""
            action actions operation operations command commands mode modes credit credits quota quotas allowance post put \
            side irreversible undone side-effect side-effects destructive background asynchronously waits wait into local \
            locally returns return refs remote origin upstream""");

    private SideEffects() {}

    /** Tells whether {@code sentence}, the description's first or a later one, speaks of a change the tool makes. */
    static boolean in(Sentence sentence, boolean first) {
        for (int i = 0; i < sentence.size(); i++) {
            boolean change = warns(sentence, i, first) || (i >= sentence.head() && isChange(sentence, i, first));
            if (change && (sentence.at(i).equals(UNDONE) || !negated(sentence, i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean warns(Sentence s, int i, boolean first) {
        String token = s.at(i);
        if (!WARNERS.contains(token)) {
            return false;
        }
        if (GRAVE.contains(token) || (token.equals("side") && s.at(i + 1).startsWith("effect"))) {
            return true;
        }
        if (ALLOWANCE.contains(token) && s.has(SPENDING)) {
            return true;
        }
        boolean menu =
                MENU.contains(token) && (s.at(i + 1).equals(":") || s.at(i + 1).equals("="));
        if (menu && s.has(DEEDS, i + 2, i + 40)) {
            return true;
        }
        boolean posts = POSTS.contains(token)
                && Grammar.CONJUNCTIONS.contains(s.at(i - 1))
                && s.at(i - 2).equals("get");
        return posts || startsJob(s, i, first) || copies(s, i, first);
    }

    /** "Waits for the analysis to complete", "runs in the background", "returns a job id". */
    private static boolean startsJob(Sentence s, int i, boolean first) {
        boolean own = first || s.aboutTool() || s.headForm() == Form.THIRD;
        return switch (s.at(i)) {
            case "waits" -> UNTIL.contains(s.at(i + 1)) && !relative(s, i);
            case "wait" -> first && UNTIL.contains(s.at(i + 1)) && Grammar.CONJUNCTIONS.contains(s.at(i - 1));
            case "background" -> own && s.at(i - 1).equals("the") && s.at(i - 2).equals("in") && !relative(s, i);
            case "asynchronously" -> own && !relative(s, i);
            case "returns", "return" -> own && givesJob(s, i + 1);
            default -> false;
        };
    }

    private static boolean givesJob(Sentence s, int object) {
        int noun = Grammar.ARTICLES.contains(s.at(object)) ? object + 1 : object;
        return (Nouns.isJob(s.at(noun)) && IDENTITIES.contains(s.at(noun + 1)))
                || (Nouns.isJob(s.at(noun + 1)) && IDENTITIES.contains(s.at(noun + 2)));
    }

    /** "Fetches messages into the local database", "fetches changes from the remote". */
    private static boolean copies(Sentence s, int i, boolean first) {
        if (!first || relative(s, i)) {
            return false;
        }
        return switch (s.at(i)) {
            case "into" -> s.has(LOCAL, i + 1, i + 4);
            case "local", "locally" ->
                s.at(i - 1).equals("to") || (s.at(i - 2).equals("to") && s.has(COPIES, i + 1, i + 3));
            case "refs", "remote", "origin", "upstream" ->
                s.at(s.head()).startsWith("fetch") && s.at(i - 1).matches("from|the|and");
            default -> false;
        };
    }

    private static boolean isChange(Sentence s, int i, boolean first) {
        String token = s.at(i);
        if (passive(s, i)) {
            return true;
        }
        Word word = s.verb(i);
        boolean fails = RAISING.contains(token) && s.has(ERRORS, i + 1, i + 4);
        if (word == null || word.kind().reads() || BLAND.contains(token) || fails) {
            return false;
        }
        return inPassing(s, i, word) || asserted(s, i, word, first);
    }

    /** "Reads messages, removing them from the queue". */
    private static boolean inPassing(Sentence s, int i, Word word) {
        return word.form() == Form.GERUND
                && word.kind() == Kind.MUTATE
                && IN_PASSING.contains(s.at(skipAdverbs(s, i - 1)))
                && Grammar.DETERMINERS.contains(s.at(i + 1))
                && !(s.at(i - 1).equals("-") && s.has(USEFUL, 0, i))
                && !relative(s, i);
    }

    private static boolean asserted(Sentence s, int i, Word word, boolean first) {
        if (i == s.head()) {
            return !first && leads(s, i, word);
        }
        int before = skipAdverbs(s, i - 1);
        String previous = s.at(before);
        if (word.form() == Form.BASE && MODALS.contains(previous) && hasObject(s, i, word)) {
            String subject = s.at(before - 1);
            boolean ofEach = EACH.contains(s.at(before - 2));
            boolean ofAnother =
                    (ofEach || previous.equals("can")) && !subject.isEmpty() && !Grammar.TOOL.contains(subject);
            return !ofAnother && !Grammar.OTHERS.contains(subject) && !relative(s, before);
        }
        if (word.form() == Form.THIRD && Grammar.TOOL.contains(previous) && hasObject(s, i, word)) {
            return true;
        }
        boolean counted = word.kind() == Kind.PASS && previous.equals(DescriptionTokens.OPAQUE);
        if (word.form() == Form.THIRD
                && word.kind() != Kind.NOUN
                && !counted
                && Grammar.DETERMINERS.contains(s.at(i + 1))) {
            return !relative(s, i);
        }
        boolean coordinated = IN_BETWEEN.contains(s.at(i - 1)) || Grammar.CONJUNCTIONS.contains(previous);
        boolean pair = i == s.head() + 2 && s.headForm() == word.form();
        return coordinated && matches(s, word, first) && (pair || hasObject(s, i, word)) && !relative(s, i);
    }

    /** A later sentence that opens with a deed: "Creates it if missing", "This will delete". */
    private static boolean leads(Sentence s, int i, Word word) {
        if (word.form() == Form.THIRD) {
            return hasObject(s, i, word);
        }
        return word.form() == Form.BASE && s.aboutTool() && hasObject(s, i, word);
    }

    /** The verbs of one list have one form: "get and save", "gets and saves". */
    private static boolean matches(Sentence s, Word word, boolean first) {
        Form head = s.headForm();
        if (first && head == null) {
            return word.form() != Form.GERUND;
        }
        return head == word.form() && (first || head == Form.THIRD || s.aboutTool());
    }

    /** "will be sent", "is marked": the first with any change, the second with those that tell. */
    private static boolean passive(Sentence s, int i) {
        String token = s.at(i);
        if (!Lexicon.isParticiple(token)) {
            return false;
        }
        int before = skipAdverbs(s, i - 1);
        if (!Grammar.BE.contains(s.at(before))
                || relative(s, before)
                || (REQUESTS.contains(s.at(before - 1)) && HARMLESS.contains(token))
                || s.at(i + 1).equals("by")) {
            return false;
        }
        if (OUTCOMES.contains(s.at(before - 1)) && PRESENT.contains(s.at(before))) {
            return true;
        }
        boolean future =
                s.at(before).equals("be") && s.at(skipAdverbs(s, before - 1)).equals("will");
        boolean ends = s.at(i + 1).isEmpty() || Grammar.AFTER_PARTICIPLE.contains(s.at(i + 1));
        return future
                || (ends && Lexicon.isTellingParticiple(token) && !s.at(before).equals("be"));
    }

    /** Tells a deed from a noun: "writes to disk" and "writes it", but not "writes per second". */
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
            return Grammar.DETERMINERS.contains(next);
        }
        boolean attribute = word.kind() == Kind.ACT && ATTRIBUTES.contains(next);
        boolean object = !next.isEmpty() && !Grammar.NO_OBJECT.contains(next);
        return word.kind() == Kind.MUTATE || (object && !attribute);
    }

    /** "That creates", "after it creates": what something else does, or did. */
    private static boolean relative(Sentence s, int i) {
        if (s.has(Grammar.RELATIVES, s.head() + 1, i)) {
            return true;
        }
        for (int j = i - 1; j >= Math.max(i - 4, s.head() + 1) && !s.at(j).equals(","); j--) {
            if (BOUNDS.contains(s.at(j))) {
                return true;
            }
        }
        return false;
    }

    private static boolean negated(Sentence s, int i) {
        return s.has(Grammar.NEGATIONS, i - (Lexicon.isParticiple(s.at(i)) ? 3 : 5), i)
                || s.at(i - 1).equals("non");
    }

    private static int skipAdverbs(Sentence s, int from) {
        int i = from;
        while (Grammar.isAdverb(s.at(i)) || IN_BETWEEN.contains(s.at(i))) {
            i--;
        }
        return i;
    }
}
