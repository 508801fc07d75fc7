package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One sentence of a description and its head: the first word that says what the tool does. */
final class Sentence {

    /** Verbs that make a text or a value if their object is one. */
    private static final Set<String> MAKERS = WordList.of(
            "generate generates create creates produce produces compile compiles build builds infer infers");

    private static final Set<String> TOOL_NOUNS =
            WordList.of("tool function endpoint method api operation command utility helper action call resource it");

    private static final Set<String> DETERMINERS = WordList.of("this the a an our your");

    private static final Set<String> FILLERS = WordList.of("""
            always also then first only please simply just optionally now read-only readonly deprecated mandatory important \
            internal experimental beta will can is be used useful designed intended meant to that which for you users user \
            agents agent and instead helpful required""");

    private static final Set<String> ENABLERS =
            WordList.of("allows allow lets let enables enable helps help able ability capable useful");

    private static final Set<String> OF = WordList.of("of");
    private static final Set<String> SUBORDINATORS = WordList.of("when if once after before for given while unless");

    private static final Set<String> CONDITIONS = WordList.of("if when where");

    /** Words that may stand between a condition and the verb of the main clause. */
    private static final Set<String> JOINING = WordList.of("and then or it this ,");

    private static final Set<String> COMMA = WordList.of(",");

    private final List<String> tokens;
    private final int head;
    private final boolean aboutTool;
    private final NounSet nouns;

    /** Reads the tokens of one sentence, without its full stop. */
    Sentence(List<String> tokens) {
        this.tokens = tokens;
        int i = 0;
        boolean about = false;
        for (int next = skip(0); next > i; next = skip(i)) {
            about |= isAboutTool(i) || isAboutTool(next - 1);
            i = next;
        }
        this.head = i;
        this.aboutTool = about;
        this.nouns = new NounSet(tokens);
    }

    /** Reads a description and leaves out sentences that do not say what the tool does. */
    static List<Sentence> allOf(String description) {
        List<String> tokens = DescriptionTokens.of(description);
        List<Sentence> sentences = new ArrayList<>();
        int from = ownText(tokens);
        while (from < tokens.size()) {
            int end = from + Math.max(tokens.subList(from, tokens.size()).indexOf(DescriptionTokens.END), 0);
            Sentence sentence = new Sentence(tokens.subList(from, end));
            from = end + 1;
            if (sentence.head() < sentence.size()) {
                sentences.add(sentence);
            }
        }
        return sentences;
    }

    /** Some libraries put a class before the tool: "This tool belongs to … Tool description: …". */
    private static int ownText(List<String> tokens) {
        for (int i = 1; i + 1 < tokens.size(); i++) {
            if (tokens.get(i).equals("description")
                    && tokens.get(i + 1).equals(":")
                    && tokens.get(i - 1).equals("tool")) {
                return i + 2;
            }
        }
        return 0;
    }

    int size() {
        return tokens.size();
    }

    /** The tokens from this index on. */
    List<String> from(int index) {
        return tokens.subList(index, tokens.size());
    }

    /** Index of the head, {@link #size()} when there is none. */
    int head() {
        return head;
    }

    /** Tells whether the sentence names the tool as its subject: "this tool creates". */
    boolean aboutTool() {
        return aboutTool;
    }

    /** The token, empty when the sentence has none there. */
    String at(int i) {
        return i >= 0 && i < tokens.size() ? tokens.get(i) : "";
    }

    @Nullable
    Word verb(int i) {
        return Lexicon.verb(at(i));
    }

    /** The form of the head, null if the lexicon does not know the verb. */
    @Nullable
    Form headForm() {
        Word word = verb(head);
        return word == null ? null : word.form();
    }

    /** Tells whether one of {@code words} is among the tokens from {@code from} to before {@code to}. */
    boolean has(Set<String> words, int from, int to) {
        for (int i = Math.max(from, 0); i < Math.min(to, tokens.size()); i++) {
            if (words.contains(tokens.get(i))) {
                return true;
            }
        }
        return false;
    }

    boolean has(Set<String> words) {
        return has(words, 0, tokens.size());
    }

    /** The index behind the head's object, without its attributes: "a summary" in "Gets a summary of an article". */
    int objectEnd() {
        int end = Math.min(head + 1, tokens.size());
        while (end < tokens.size() && !Grammar.NO_OBJECT.contains(at(end))) {
            end++;
        }
        return end;
    }

    /** Whether the object of the head is {@code noun} or something like it: "Get the current price", "Lists prices". */
    boolean hasAsObject(String noun) {
        return objects().stream().anyMatch(token -> Nouns.areAlike(token, noun));
    }

    /** The words of the head's object and what it is of: "the current price", "prices of a shop". */
    List<String> objects() {
        int from = Math.min(head + 1, tokens.size());
        int end = from;
        while (end < tokens.size() && (at(end).equals("of") || !Grammar.NO_OBJECT.contains(at(end)))) {
            end++;
        }
        return tokens.subList(from, end);
    }

    /** "Checks whether a coupon is valid". */
    boolean asksWhether() {
        return at(head + 1).equals("whether") || at(head + 1).equals("if");
    }

    /** Whether a word of the sentence stands for {@code noun}. */
    boolean speaksOf(String noun) {
        return nouns.has(noun);
    }

    /** Whether the token is in a clause with another subject or another time: "that creates", "after it creates". */
    boolean isSubordinate(int i) {
        for (int j = head + 1; j < i; j++) {
            if (Grammar.RELATIVES.contains(at(j)) && !isClosed(j, i)) {
                return true;
            }
        }
        for (int j = i - 1; j >= Math.max(i - 4, head + 1) && !at(j).equals(","); j--) {
            if (Grammar.BOUNDS.contains(at(j))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a comma ends the condition before the verb at {@code i}: "if there is none, creates one". */
    private boolean isClosed(int condition, int i) {
        if (!CONDITIONS.contains(at(condition)) || condition == head + 1) {
            return false;
        }
        int j = i - 1;
        while (j > Math.max(condition, i - 6) && (JOINING.contains(at(j)) || Grammar.isAdverb(at(j)))) {
            j--;
        }
        return j > condition && has(COMMA, j + 1, i);
    }

    /** Whether the head is the verb of a finder: "scrape" for a scraper. */
    boolean isOf(String finder) {
        return Nouns.isFinder(finder) && at(head).startsWith(finder.substring(0, finder.length() - 2));
    }

    private boolean isAboutTool(int i) {
        return TOOL_NOUNS.contains(at(i)) || at(i).equals("this") || ENABLERS.contains(at(i));
    }

    /** The index after an introduction at {@code i}, or {@code i} itself if there is none. */
    private int skip(int i) {
        String token = at(i);
        if (token.equals("[") || token.equals("(")) {
            return after(token.equals("[") ? "]" : ")", i, 12);
        }
        if (token.equals("-") || token.equals(":") || token.equals(",") || token.equals(")") || token.equals("]")) {
            return i + 1;
        }
        if (i == 0 && SUBORDINATORS.contains(token)) {
            return after(",", i, 16);
        }
        if (i == 0 && TOOL_NOUNS.contains(token) && headsThird(i + 1)) {
            return 1;
        }
        if (token.equals("start") && at(i + 1).equals("here")) {
            return Math.max(after(":", i, 8), i + 2);
        }
        int label = after(":", i, 4);
        if (label > i && verb(i) == null && (!has(OF, i, label) || verb(label) != null)) {
            return label;
        }
        if (token.equals("use") || token.equals("call") || (token.equals("tool") && i == 0)) {
            return purpose(i);
        }
        if (FILLERS.contains(token) || (ENABLERS.contains(token) && enables(i)) || Grammar.isAdverb(token)) {
            return i + 1;
        }
        if (DETERMINERS.contains(token) || token.equals("it")) {
            return subject(i);
        }
        return i;
    }

    private boolean headsThird(int i) {
        Word word = verb(i);
        return word != null && word.form() == Form.THIRD;
    }

    /** "Use this tool to search", "Tool for listing". */
    private int purpose(int i) {
        for (int j = i + 1; j <= i + 6 && j < tokens.size(); j++) {
            if (at(j).equals("to") || at(j).equals("for")) {
                return j + 1;
            }
        }
        return i;
    }

    private boolean enables(int i) {
        return after("to", i, 5) > i
                || at(i + 1).equals("you")
                || at(i + 1).equals("users")
                || at(i).startsWith("help");
    }

    /** "This powerful tool", "It". */
    private int subject(int i) {
        boolean beforeVerb = Lexicon.verb(at(i + 1)) != null && !TOOL_NOUNS.contains(at(i + 1));
        if (at(i).equals("it") || (at(i).equals("this") && beforeVerb)) {
            return i + 1;
        }
        for (int j = i + 1; j <= i + 4; j++) {
            if (TOOL_NOUNS.contains(at(j)) && !at(j).equals("it")) {
                return j + 1;
            }
        }
        return i;
    }

    private int after(String closing, int i, int reach) {
        for (int j = i + 1; j <= i + reach && j < tokens.size(); j++) {
            if (at(j).equals(closing)) {
                return j + 1;
            }
        }
        return i;
    }

    /** Whether the verb at a place makes what the tool returns: "Generates a summary". */
    boolean makesAt(int place) {
        if (!MAKERS.contains(at(place))) {
            return false;
        }
        for (int j = place + 1; j < size() && !Grammar.NO_OBJECT.contains(at(j)); j++) {
            if (Nouns.isMade(at(j))) {
                return true;
            }
        }
        return false;
    }
}
