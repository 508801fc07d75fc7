package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Kind;
import dev.interlock.effect.Lexicon.Word;
import java.util.Set;

/** Finds clauses that say a tool changes something beside what its main verb says. */
final class SideEffects {

    private static final Set<String> CONJUNCTIONS = Lexicon.set("and then or , / - also plus");
    private static final Set<String> RELATIVES = Lexicon.set("that which who where when how if whether what why");
    private static final Set<String> NEGATIONS =
            Lexicon.set("not no never without cannot don't doesn't won't isn't nothing instead can't avoid");
    private static final Set<String> MODALS = Lexicon.set("will may might would");
    private static final Set<String> OTHERS = Lexicon.set("you user users model agent client they we caller");
    private static final Set<String> TOOL = Lexicon.set("it this tool function command endpoint call operation");
    private static final Set<String> DETERMINERS =
            Lexicon.set("a an the it them all any this these its their new your each existing one multiple every");
    private static final Set<String> NO_OBJECT = Lexicon.set("""
            to for of from in by and or per since between . , : ) ( / are is was were that which with on at made have has \
            can will - as""");
    private static final Set<String> BE = Lexicon.set("is are gets get be being been");
    private static final Set<String> DEEDS = Lexicon.set("""
            create update delete add remove set edit insert write rename archive start stop enable disable cancel send \
            close move install modify""");
    private static final Set<String> MENU = Lexicon.set("action actions operation operations command commands mode modes");
    private static final Set<String> COSTS = Lexicon.set("credit credits quota");
    private static final Set<String> SPENDING =
            Lexicon.set("consume consumes consuming cost costs charge charges deduct deducts spend spends use uses");
    /** Verbs that in a later sentence tell how a tool works, seldom what it changes. */
    private static final Set<String> BLAND = Lexicon.set("""
            handle handles resolve resolves scan scans query queries process processes do does make makes use uses load \
            loads render renders format formats group groups batch batches request requests log logs type types ask asks \
            wait waits accept accepts map maps code codes report reports perform performs complete completes""");
    private static final Set<String> RUNNERS =
            Lexicon.set("execute executes eval evals invoke invokes exec execs");
    private static final Set<String> POSTS = Lexicon.set("post put");
    private static final Set<String> ATTRIBUTES = Lexicon.set("""
            id ids name names type types status statuses time times date dates count counts url urls options settings \
            history details info information configuration number numbers state states""");
    private static final Set<String> AFTER_PARTICIPLE = Lexicon.set("""
            to in as and after when from at on for into with once if by , . ) locally""");
    private static final Set<String> GRAVE = Lexicon.set("irreversible undone side-effect side-effects destructive");
    private static final Set<String> SIDE = Lexicon.set("side");

    private SideEffects() {}

    /** Tells whether {@code sentence}, the description's first or a later one, speaks of a change the tool makes. */
    static boolean in(Sentence sentence, boolean first) {
        for (int i = 0; i < sentence.size(); i++) {
            boolean change = warns(sentence, i) || i >= sentence.head() && isChange(sentence, i, first);
            if (change && !negated(sentence, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean warns(Sentence s, int i) {
        String token = s.at(i);
        if (GRAVE.contains(token) || SIDE.contains(token) && s.at(i + 1).startsWith("effect")) {
            return true;
        }
        if (COSTS.contains(token) && s.has(SPENDING)) {
            return true;
        }
        boolean menu = MENU.contains(token) && (s.at(i + 1).equals(":") || s.at(i + 1).equals("="));
        if (menu && s.has(DEEDS, i + 2, i + 40)) {
            return true;
        }
        return POSTS.contains(token) && CONJUNCTIONS.contains(s.at(i - 1)) && s.at(i - 2).equals("get");
    }

    private static boolean isChange(Sentence s, int i, boolean first) {
        String token = s.at(i);
        if (passive(s, i)) {
            return true;
        }
        Word word = s.verb(i);
        if (word == null || word.kind().reads() || BLAND.contains(token) && !(first && i == s.head()) || word.form() == Form.GERUND && !first) {
            return false;
        }
        return asserted(s, i, word, first);
    }

    private static boolean asserted(Sentence s, int i, Word word, boolean first) {
        if (i == s.head()) {
            return !first && leads(s, i, word);
        }
        int before = skipAdverbs(s, i - 1);
        String previous = s.at(before);
        if (word.form() == Form.BASE && MODALS.contains(previous) && hasObject(s, i, word)) {
            return !OTHERS.contains(s.at(before - 1)) && !relative(s, before);
        }
        if (word.form() == Form.THIRD && TOOL.contains(previous) && hasObject(s, i, word)) {
            return true;
        }
        if (word.form() == Form.THIRD && word.kind() == Kind.MUTATE && DETERMINERS.contains(s.at(i + 1))) {
            return !relative(s, i);
        }
        boolean coordinated = before < i - 1 && s.at(i - 1).equals("also") || CONJUNCTIONS.contains(previous);
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
        if (!BE.contains(s.at(before)) || relative(s, before) || s.at(i + 1).equals("by")) {
            return false;
        }
        boolean future = s.at(before).equals("be") && MODALS.contains(s.at(skipAdverbs(s, before - 1)));
        boolean ends = s.at(i + 1).isEmpty() || AFTER_PARTICIPLE.contains(s.at(i + 1));
        return future || ends && Lexicon.isTellingParticiple(token) && !s.at(before).equals("be");
    }

    private static boolean hasObject(Sentence s, int i, Word word) {
        String next = s.at(i + 1);
        if (word.kind() == Kind.MUTATE && word.form() == Form.THIRD) {
            return !s.at(i).equals("writes") && !s.at(i).equals("moves") || !NO_OBJECT.contains(next);
        }
        boolean passive = word.kind() == Kind.PASS && !RUNNERS.contains(s.at(i));
        if (passive || word.kind() == Kind.NOUN || word.form() == Form.THIRD) {
            return DETERMINERS.contains(next);
        }
        boolean attribute = word.kind() == Kind.ACT && ATTRIBUTES.contains(next);
        return word.kind() == Kind.MUTATE || !next.isEmpty() && !NO_OBJECT.contains(next) && !attribute;
    }

    private static boolean relative(Sentence s, int i) {
        return s.has(RELATIVES, s.head() + 1, i);
    }

    private static boolean negated(Sentence s, int i) {
        return s.has(NEGATIONS, i - 5, i) || s.at(i - 1).equals("non");
    }

    private static int skipAdverbs(Sentence s, int from) {
        int i = from;
        while (i >= 0 && (Sentence.isAdverb(s.at(i)) || s.at(i).equals("also") || s.at(i).equals("then") && i != from)) {
            i--;
        }
        return i;
    }
}
