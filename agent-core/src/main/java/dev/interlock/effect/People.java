package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Word;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds signs that a tool involves a person: it asks, tells or waits for one, or gets an answer from one. Two questions
 * at once confuse one person, so such a tool does not only read, no matter what it returns.
 */
final class People {

    /** Verbs whose object is the person. */
    private static final Map<String, Word> ASKING = Lexicon.forms("""
            ask prompt consult poll survey interview quiz question notify alert inform warn remind message contact page ping \
            nudge involve interrupt tell elicit solicit phone text email""");

    /** Verbs whose object is what a person gives. */
    private static final Map<String, Word> GETTING = Lexicon.forms("""
            get obtain collect capture gather receive request seek require await read retrieve fetch return solicit \
            elicit ask prompt wait need want""");

    private static final Map<String, Word> WAITING = Lexicon.forms("wait await pause block suspend halt");

    /** Verbs for bringing something "to the user". */
    private static final Map<String, Word> BRINGING =
            Lexicon.forms("present escalate hand deliver route transfer forward send show display pose put surface go");

    private static final Set<String> HUMAN_DEEDS = WordList.of("""
            input approval review intervention interaction judgment judgement decision oversight confirmation feedback answer \
            response reply help assistance handoff loop operator agent consent involvement""");

    private static final Set<String> USER_DEEDS =
            WordList.of("approval intervention interaction confirmation consent involvement");

    private static final Set<String> QUESTIONING = WordList.of("ask asks asking");
    private static final Set<String> PRONOUNS = WordList.of("them him her");
    private static final Set<String> PROMPTING = WordList.of("prompt prompts prompting");

    /** Verbs for putting a question before a person. */
    private static final Map<String, Word> SHOWING = Lexicon.forms("show display present pose put");

    private static final Set<String> QUESTION = WordList.of("question prompt dialog dialogue choice menu");

    /** Words for the person at the keyboard, who is no record. */
    private static final Set<String> INTERLOCUTORS = WordList.of("user human person operator end-user enduser");

    private static final Map<String, Word> READING = Lexicon.forms("read get obtain receive take accept capture");
    private static final Set<String> KEYBOARDS = WordList.of("stdin keyboard");
    private static final Set<String> TERMINALS = WordList.of("terminal console tty");
    private static final Set<String> TYPED =
            WordList.of("line password passphrase passcode key keystroke input character");

    private static final Set<String> UNTIL = WordList.of("for until till on while");
    private static final Set<String> SIGNS = WordList.of("click keypress keystroke signature button");
    private static final Set<String> AUTHORIZATION = WordList.of("permission permissions");
    private static final Set<String> NEEDING = WordList.of("require requires requiring need needs needing want wants");
    private static final Set<String> SOURCES = WordList.of("from by of");

    /** Words of a sentence that advises the model and does not say what the tool does. */
    private static final Set<String> ADVICE = WordList.of("""
            must should always never before if when until unless instead repeat ensure sure after only explicitly whenever""");

    /** Words in a name that mean a person answers. */
    private static final Set<String> NAMED_ASKING = WordList.of("ask elicit consult interview interrupt hitl stdin");

    private static final Set<String> NAMED_PROMPTS = WordList.of("for user human person operator customer");
    private static final Set<String> NAMED_GETTING =
            WordList.of("get read obtain fetch retrieve receive collect request wait take");

    private static final Set<String> QUESTIONS = WordList.of("question questions prompt choices");

    private People() {}

    /**
     * Whether the words of a name speak of a person who answers: {@code getUserInput}, {@code ask_human},
     * {@code get_approval}.
     */
    static boolean inName(List<String> words, Collection<String> parameterNames) {
        if (Devices.inName(words)) {
            return true;
        }
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            boolean human = word.equals("human") && (next.isEmpty() || HUMAN_DEEDS.contains(next) || next.equals("in"));
            boolean prompt = i == 0 && word.equals("prompt") && NAMED_PROMPTS.contains(next);
            if (NAMED_ASKING.contains(word) || human || prompt || (isTo(word) && Nouns.isPerson(next))) {
                return true;
            }
        }
        return endsWithAnswer(words, parameterNames);
    }

    private static boolean isTo(String word) {
        return word.equals("to") || word.equals("with");
    }

    /** Whether the name ends with an answer that a person must still give. A list of answers already exists. */
    private static boolean endsWithAnswer(List<String> words, Collection<String> parameterNames) {
        int last = words.size() - 1;
        if (last < 0 || !Nouns.isAnswer(words.get(last))) {
            return false;
        }
        String answer = words.get(last);
        if (!NAMED_GETTING.contains(words.get(0))) {
            return false;
        }
        boolean one = Nouns.singular(answer).equals(answer) || answer.equals("inputs");
        boolean ofPerson = last > 0 && Nouns.isPerson(words.get(last - 1));
        boolean toQuestion = parameterNames.stream().anyMatch(People::isQuestion);
        return toQuestion || (one && (ofPerson || Nouns.isConsent(answer)));
    }

    /** Whether a parameter holds a question to a person. */
    static boolean isQuestion(String parameterName) {
        List<String> words = ToolName.words(parameterName);
        return !words.isEmpty() && QUESTIONS.contains(words.get(words.size() - 1));
    }

    /** Whether a sentence, the description's first or a later one, says that the tool involves a person. */
    static boolean in(Sentence s, boolean first) {
        for (int i = 0; i < s.size(); i++) {
            if (involves(s, i, first) && !s.has(Grammar.NEGATIONS, i - 5, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean involves(Sentence s, int i, boolean first) {
        String token = s.at(i);
        if (token.equals("human-in-the-loop") || token.equals("interactively")) {
            return true;
        }
        if (token.equals("human")
                && (HUMAN_DEEDS.contains(s.at(i + 1)) || s.at(i + 1).equals("in"))) {
            return true;
        }
        if (Nouns.isPerson(token) && USER_DEEDS.contains(s.at(i + 1))) {
            return !isAdvice(s, first, Form.BASE);
        }
        return (isDeed(s, i, first, ASKING) && asksPerson(s, i))
                || (isDeed(s, i, first, GETTING) && getsAnswer(s, i))
                || (isDeed(s, i, first, WAITING) && waitsForPerson(s, i))
                || (isDeed(s, i, first, BRINGING) && bringsToPerson(s, i))
                || (isDeed(s, i, first, SHOWING) && showsQuestion(s, i))
                || (isDeed(s, i, first, READING) && (isFromInterlocutor(s, i) || isFromKeyboard(s, i)))
                || isPrompt(s, i, first)
                || (first && Recipients.in(s, i))
                || Devices.in(s, i);
    }

    /** "By asking them", "prompts for a password": the sentence need not name the person. */
    private static boolean isPrompt(Sentence s, int i, boolean first) {
        boolean asks = QUESTIONING.contains(s.at(i)) && PRONOUNS.contains(s.at(i + 1));
        boolean leads = i == s.head()
                || Grammar.CONJUNCTIONS.contains(s.at(i - 1))
                || s.at(i - 1).equals("by");
        boolean prompts = leads && PROMPTING.contains(s.at(i)) && s.at(i + 1).equals("for");
        boolean meansToIt = asks && s.at(i - 1).equals("by");
        return meansToIt || ((asks || prompts) && isDeed(s, i, first, ASKING));
    }

    /** "Shows a question on the screen": a person answers it there. */
    private static boolean showsQuestion(Sentence s, int i) {
        return (s.at(i + 1).equals("a") || s.at(i + 1).equals("the"))
                && (QUESTION.contains(s.at(i + 2)) || QUESTION.contains(s.at(i + 3)));
    }

    /** "Gets the passcode from the user", but not "from a user": the tool may read that user's record. */
    private static boolean isFromInterlocutor(Sentence s, int i) {
        for (int j = i + 2; j <= i + 7 && j < s.size(); j++) {
            boolean known = s.at(j + 1).equals("the") || s.at(j + 2).equals("human");
            boolean whole = s.at(j + 3).isEmpty() || Grammar.NO_OBJECT.contains(s.at(j + 3));
            if (s.at(j).equals("from") && known && whole && INTERLOCUTORS.contains(s.at(j + 2))) {
                return true;
            }
        }
        return false;
    }

    /** "Reads a line from the console", "reads from standard input". */
    private static boolean isFromKeyboard(Sentence s, int i) {
        boolean typed = false;
        for (int j = i + 1; j <= i + 8 && j < s.size(); j++) {
            String word = s.at(j);
            boolean input = KEYBOARDS.contains(word)
                    || (word.equals("standard") && s.at(j + 1).equals("input"));
            if (input || (typed && TERMINALS.contains(word))) {
                return true;
            }
            typed |= TYPED.contains(word);
        }
        return false;
    }

    /** Whether the tool itself does it. Deeds of others, and advice to the model, do not count. */
    private static boolean isDeed(Sentence s, int i, boolean first, Map<String, Word> verbs) {
        Word verb = verbs.get(s.at(i));
        if (verb == null || isAdvice(s, first, verb.form())) {
            return false;
        }
        String before = s.at(i - 1);
        boolean another = Nouns.isPerson(before) || Grammar.OTHERS.contains(before) || before.equals("should");
        boolean noun = Grammar.ARTICLES.contains(before) && verb.form() == Form.BASE;
        return !another && !noun && !s.has(Grammar.RELATIVES, s.head() + 1, i);
    }

    private static boolean isAdvice(Sentence s, boolean first, Form form) {
        return !first && form != Form.THIRD && !s.aboutTool() && s.has(ADVICE);
    }

    /** "Asks the user", "prompting a human operator", "ask for approval". */
    private static boolean asksPerson(Sentence s, int i) {
        Word known = s.verb(i);
        boolean noun = (known == null || known.kind() == Lexicon.Kind.NOUN) && i != s.head();
        if (noun && !Grammar.DETERMINERS.contains(s.at(i + 1))) {
            return false;
        }
        int from = s.at(i + 1).equals("for") ? i + 2 : i + 1;
        for (int j = from; j <= from + 3; j++) {
            if (Nouns.isPerson(s.at(j)) || (from == i + 2 && Nouns.isAnswer(s.at(j)))) {
                return true;
            }
            if (Grammar.NO_OBJECT.contains(s.at(j))) {
                return false;
            }
        }
        return false;
    }

    /** "Gets the user's answer", "collects feedback from a person", "obtains approval". */
    private static boolean getsAnswer(Sentence s, int i) {
        boolean needs = NEEDING.contains(s.at(i));
        boolean person = false;
        for (int j = i + 1; j <= i + 7 && j < s.size(); j++) {
            String word = s.at(j);
            boolean whole = !Nouns.isAttribute(s.at(j + 1)) && !word.equals("permissions");
            if (whole && Nouns.isAnswer(word) && !(needs && AUTHORIZATION.contains(word))) {
                return person || comesFromPerson(s, j + 1) || (j <= i + 3 && isConsentItself(s, j));
            }
            boolean stops = Grammar.NO_OBJECT.contains(word) && !word.equals("for");
            if (stops) {
                return false;
            }
            person |= Nouns.isPerson(word);
        }
        return false;
    }

    private static boolean comesFromPerson(Sentence s, int i) {
        if (!SOURCES.contains(s.at(i))) {
            return false;
        }
        for (int j = i + 1; j <= i + 3; j++) {
            if (Nouns.isPerson(s.at(j))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isConsentItself(Sentence s, int i) {
        String next = s.at(i + 1);
        return Nouns.isConsent(s.at(i)) && (next.isEmpty() || Grammar.NO_OBJECT.contains(next)) && !next.equals("of");
    }

    private static boolean waitsForPerson(Sentence s, int i) {
        boolean waits = s.at(i).startsWith("await") || UNTIL.contains(s.at(i + 1)) || UNTIL.contains(s.at(i + 2));
        for (int j = i + 1; waits && j <= i + 9 && j < s.size(); j++) {
            String word = s.at(j);
            if (Nouns.isPerson(word) || Nouns.isAnswer(word) || SIGNS.contains(word)) {
                return true;
            }
        }
        return false;
    }

    /** "Presents the options to the user". */
    private static boolean bringsToPerson(Sentence s, int i) {
        for (int j = i + 1; j <= i + 9 && j < s.size(); j++) {
            if (s.at(j).equals("to")) {
                return Nouns.isPerson(s.at(j + 1)) || Nouns.isPerson(s.at(j + 2)) || Nouns.isPerson(s.at(j + 3));
            }
        }
        return false;
    }
}
