package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Kind;
import dev.interlock.effect.Lexicon.Word;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a tool's description says. */
enum DescriptionReading {
    /** Its main verb reads or computes. */
    READS,
    /** Its main verb reads in most tools: "checks". */
    MOSTLY_READS,
    /** It has no verb but names what the tool returns, see {@link NounPhrase}. */
    NAMES,
    /** It has no main verb that the lexicon knows. */
    UNCLEAR,
    /** It speaks of a change, or is not in English. */
    CHANGES;

    /** Objects whose conversion only computes. A lead or a file is not among them. */
    private static final Set<String> VALUES = WordList.of("""
            currency currencies amount unit units temperature temperatures distance distances number numbers value values \
            time timezone timezones date dates timestamp weight length celsius fahrenheit measurement color colors colour colours gallon \
            gallons coordinate coordinates liter liters mile miles kilometer kilometers pound pounds kilogram kilograms inch inches meter meters""");

    private static final Set<String> ARTICLES = WordList.of("a an");
    private static final Set<String> NOVEL = WordList.of("new fresh started rid");
    private static final Set<String> WORK =
            WordList.of("job task item message ticket number value row line record chunk element");
    private static final Set<String> NOTES = WordList.of("notification message alert highlight prompt panel");
    private static final Set<String> WINDOWS =
            WordList.of("dialog popup pop-up toast window overlay banner modal browser editor tab");
    private static final Set<String> USERS = WordList.of("user users");
    private static final Set<String> TO = WordList.of("to");
    private static final Set<String> MARKETS = WordList.of("sale rent auction marketplace aloud speaker");
    private static final Set<String> PARTICLES = WordList.of("in out off");
    private static final Set<String> BOXES =
            WordList.of("checkbox check-box box radio button switch todo to-do toggle");
    private static final Set<String> TODO = WordList.of("todo to-do todos to-dos");
    private static final Set<String> TICKED = WordList.of("task item element step option entry reminder");
    private static final Set<String> OFF = WordList.of("off");
    private static final Set<String> LOOKS = WordList.of("up for");
    private static final Set<String> LOOKUPS = WordList.of("""
            search searches lookup lookups calculation comparison t-test z-test f-test chi-squared chi-square anova regression \
            correlation""");
    private static final Set<String> RUNNERS =
            WordList.of("perform performs execute executes run runs do does performing");
    private static final Set<String> LANGUAGES = WordList.of("sql graphql cypher kql shell raw arbitrary");
    private static final Set<String> STATEMENTS =
            WordList.of("query queries statement statements command commands script scripts sql");
    private static final Set<String> ARCHIVES = WordList.of("archive zip disk directory folder file files");

    /** Verbs that do not say what happens to their object. */
    private static final Set<String> UNTELLING = WordList.of("use uses call calls scan scans load loads take takes");

    private static final Set<String> ENGLISH = WordList.of(
            "the of for to by with and from is this your all about operation only you that which are it have over when how what who "
                    + "where within under has takes on");

    private static final Set<String> CONDITIONS = WordList.of("requires require needs restricted available");

    private static final Set<String> ONE = WordList.of("a an one another");
    private static final Set<String> GRANTED =
            WordList.of("to access permission permissions role roles right rights ownership control points user users");
    /** Words that follow a noun and never a verb: "messages of a channel". */
    private static final Set<String> OWNED = WordList.of("of that which under");

    private static final Set<String> UP = WordList.of("up");
    private static final Set<String> AGAIN = WordList.of("anew afresh again");
    private static final Set<String> FORMS = WordList.of("consent login sign-in payment survey");
    private static final Set<String> PRESENTING = WordList.of("show shows display displays");
    private static final Set<String> ISSUED_FOR = WordList.of(
            "payment checkout invite invitation sharing share upload reset magic signing authorization consent");
    private static final Set<String> LINKS = WordList.of("link url page session code");
    private static final Set<String> SEEKING = WordList.of("find list locate identify discover");
    private static final Set<String> WHETHER = WordList.of("if whether");

    private static final Set<String> QUESTIONS = WordList.of("question questions");
    private static final Set<String> ABOUT = WordList.of("about from with using based on over against");
    private static final Set<String> ADDRESSED = WordList.of("to as");
    private static final Set<String> SEARCHES = WordList.of("search lookup matching finder retrieval");
    private static final Set<String> TOOLS = WordList.of("tool function engine utility endpoint api service");
    private static final Set<String> SCOPES = WordList.of("across over in of for through within");

    private static final Set<String> FAMILY = WordList.of("belongs belong part");

    /** Reads the sentences of a description that is not blank. */
    static DescriptionReading of(List<Sentence> sentences) {
        DescriptionReading main = null;
        for (Sentence sentence : sentences) {
            if (main == null && speaksOfFamily(sentence)) {
                continue;
            }
            boolean first = main == null;
            if (first) {
                main = mainVerb(sentence);
            }
            if (main == CHANGES
                    || SideEffects.in(sentence, first)
                    || OneOff.in(sentence, first)
                    || (first && Causatives.in(sentence))
                    || People.in(sentence, first)) {
                return CHANGES;
            }
        }
        return main == null ? UNCLEAR : main;
    }

    /** The sentence with the main verb. */
    static Optional<Sentence> mainSentence(List<Sentence> sentences) {
        return sentences.stream().filter(sentence -> !speaksOfFamily(sentence)).findFirst();
    }

    /** "Resolves a name to an id". */
    private static boolean resolves(Sentence s, String word) {
        boolean found = false;
        for (int i = s.head() + 1; i < s.objectEnd(); i++) {
            found |= Nouns.isResolved(s.at(i));
        }
        return found && word.startsWith("resolv");
    }

    /** "Belongs to a suite", "Requires a licence": words before those on the tool itself. */
    private static boolean speaksOfFamily(Sentence sentence) {
        return (sentence.aboutTool() && sentence.has(FAMILY, sentence.head(), sentence.head() + 2))
                || (CONDITIONS.contains(sentence.at(sentence.head()))
                        && !(sentence.at(sentence.head()).equals("available")
                                && !Grammar.NO_OBJECT.contains(sentence.at(sentence.head() + 1))));
    }

    private static DescriptionReading mainVerb(Sentence s) {
        int head = s.head();
        String word = s.at(head);
        if (takesStatements(s)) {
            return CHANGES;
        }
        if (RUNNERS.contains(word) && s.has(LOOKUPS, head + 1, head + 5)) {
            return MOSTLY_READS;
        }
        if (gives(s, word) || tells(s, word)) {
            return MOSTLY_READS;
        }
        if (isFinder(s)) {
            return READS;
        }
        if ((word.startsWith("tell") && Grammar.RELATIVES.contains(s.at(head + 1)))
                || (word.startsWith("look") && (LOOKS.contains(s.at(head + 1)) || s.has(UP, head + 1, head + 5)))
                || (word.startsWith("give") && s.at(head + 1).equals("back"))) {
            return READS;
        }
        if (word.startsWith("quer")) {
            return s.has(LANGUAGES) || s.has(STATEMENTS, head + 1, s.size()) ? CHANGES : MOSTLY_READS;
        }
        if (word.startsWith("fetch")) {
            return takesNext(s, head + 1) ? CHANGES : READS;
        }
        if (s.makesAt(head) || resolves(s, word) || (word.startsWith("scan") && s.has(SEEKING))) {
            return MOSTLY_READS;
        }
        if (word.startsWith("verif") && WHETHER.contains(s.at(head + 1))) {
            return MOSTLY_READS;
        }
        Word verb = s.verb(head);
        if (verb == null && (isUnknownVerb(s, head) || isForeign(s))) {
            return CHANGES;
        }
        if (NounPhrase.names(s)) {
            return NAMES;
        }
        boolean aboutUse = (RUNNERS.contains(word) && s.at(head + 1).equals("this"))
                || (word.endsWith("ing") && Grammar.BE.contains(s.at(head + 1)));
        if (verb == null) {
            return UNCLEAR;
        }
        boolean plural = verb.kind() == Kind.NOUN && verb.form() == Form.THIRD && OWNED.contains(s.at(head + 1));
        if (aboutUse || plural || UNTELLING.contains(word)) {
            return UNCLEAR;
        }
        if (!verb.kind().reads() || changesDespiteVerb(s, word)) {
            return CHANGES;
        }
        return switch (verb.kind()) {
            case READ -> READS;
            case COMPUTE -> !word.startsWith("conver") || s.has(VALUES, head + 1, head + 9) ? READS : UNCLEAR;
            case WEAK -> word.startsWith("show") || word.startsWith("display") ? READS : mostly(s, word);
            default -> UNCLEAR;
        };
    }

    /** "Gives the score of a message"; but neither "gives a user access" nor "gives points to a player". */
    private static boolean gives(Sentence s, String word) {
        String next = s.at(s.head() + 1);
        boolean part = next.equals("the")
                || (ARTICLES.contains(next) && s.at(s.objectEnd()).equals("of"));
        return (word.equals("gives") || word.equals("giving")) && part && !s.has(GRANTED);
    }

    /** "Answers questions about the docs", "reports the slowest queries"; but "reports a user to the moderators". */
    private static boolean tells(Sentence s, String word) {
        int end = s.objectEnd();
        String noun = s.at(end - 1);
        String behind = s.at(end);
        if (word.equals("answers") || word.equals("answer")) {
            return QUESTIONS.contains(noun) && ABOUT.contains(behind);
        }
        boolean known = Nouns.isInformation(noun) || !Nouns.singular(noun).equals(noun);
        boolean things =
                s.at(s.head() + 1).equals("the") && known && !Nouns.isPerson(noun) && !ADDRESSED.contains(behind);
        return (word.equals("reports") || word.equals("report"))
                && (things || Grammar.RELATIVES.contains(s.at(s.head() + 1)));
    }

    /** "A fast search tool that supports globs", "semantic code search across all repositories". */
    private static boolean isFinder(Sentence s) {
        for (int i = 0; i < Math.min(s.size(), 8) && !Grammar.NO_OBJECT.contains(s.at(i)); i++) {
            boolean tool = SEARCHES.contains(s.at(i)) && TOOLS.contains(s.at(i + 1));
            boolean search = i > 0 && s.at(i).equals("search") && SCOPES.contains(s.at(i + 1));
            if (tool || search) {
                return hasNoDeed(s, i);
            }
        }
        return false;
    }

    /** Whether no verb stands before the search, and the words behind it tell no change: "that deletes matches". */
    private static boolean hasNoDeed(Sentence s, int search) {
        for (int i = 0; i < s.size(); i++) {
            Word verb = s.verb(i);
            if (verb != null && isDeed(verb) && (i < search || verb.form() == Form.THIRD)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDeed(Word verb) {
        return verb.kind() == Kind.MUTATE || verb.kind() == Kind.ACT;
    }

    private static DescriptionReading mostly(Sentence s, String word) {
        boolean doubtful = (word.startsWith("extract") && s.has(ARCHIVES)) || word.equals("provide");
        return doubtful ? UNCLEAR : MOSTLY_READS;
    }

    /** Whether the sentence is in another script, or lacks all the small words that English needs. */
    private static boolean isForeign(Sentence s) {
        return s.at(s.head()).equals(DescriptionTokens.FOREIGN) || (s.size() > 2 && !s.has(ENGLISH));
    }

    /** "Frobnicates users", "Frobnicate the users": a deed that the lexicon does not know. */
    private static boolean isUnknownVerb(Sentence s, int head) {
        String word = s.at(head);
        String next = s.at(head + 1);
        boolean third = word.length() > 3
                && word.indexOf('-') < 0
                && word.endsWith("s")
                && !word.endsWith("ss")
                && !word.endsWith("us");
        boolean opens = Grammar.DETERMINERS.contains(word) || Grammar.RELATIVES.contains(word);
        if (opens) {
            return false;
        }
        return Grammar.DETERMINERS.contains(next) || (third && !next.isEmpty() && !Grammar.NO_OBJECT.contains(next));
    }

    /** "Read data with a SQL query": the query decides what the tool does. */
    private static boolean takesStatements(Sentence s) {
        for (int i = s.head() + 1; i + 1 < s.size(); i++) {
            if (LANGUAGES.contains(s.at(i)) && STATEMENTS.contains(s.at(i + 1))) {
                return true;
            }
        }
        return false;
    }

    /** "Check out a book", "Get a new token", "Show a notification", "List a house for sale". */
    private static boolean changesDespiteVerb(Sentence s, String word) {
        int next = s.head() + 1;
        boolean article = ARTICLES.contains(s.at(next));
        if (PRESENTING.contains(word)
                && s.at(next).equals("that")
                && s.at(next + 1).equals("you")) {
            return true;
        }
        return switch (word) {
            case "calculate", "calculates", "compute", "computes" -> s.has(AGAIN);
            case "check", "checks" -> PARTICLES.contains(s.at(next)) || ticks(s);
            case "get", "gets", "obtain", "obtains", "return", "returns", "retrieve", "retrieves" ->
                NOVEL.contains(s.at(next))
                        || (article && NOVEL.contains(s.at(next + 1)))
                        || (article && isIssued(s, next + 1))
                        || isJustMade(s)
                        || takesNext(s, next);
            case "count", "counts" -> ONE.contains(s.at(next));
            case "show", "shows", "display", "displays" ->
                (article && s.has(NOTES, next, next + 4))
                        || s.has(FORMS, next, next + 4)
                        || s.has(WINDOWS, next, next + 6)
                        || (s.has(USERS) && s.has(TO));
            case "browse", "browses" -> s.at(next).equals("to");
            case "read", "reads" -> s.has(MARKETS) || takesNext(s, next);
            case "list", "lists" -> s.has(MARKETS);
            default -> false;
        };
    }

    /** "Check a checkbox", "Check an item off the list", "Check a task"; but "Check a task for errors". */
    private static boolean ticks(Sentence s) {
        int next = s.head() + 1;
        int end = s.objectEnd();
        if (Grammar.RELATIVES.contains(s.at(next)) || s.at(end).equals("for")) {
            return false;
        }
        boolean item = end == next + 2
                && Grammar.DETERMINERS.contains(s.at(next))
                && (TICKED.contains(s.at(next + 1)) || PARTICLES.contains(s.at(next + 2)));
        boolean off = Grammar.DETERMINERS.contains(s.at(next)) && s.has(OFF, next + 1, end + 2);
        return off
                || s.has(TODO, next, end)
                || BOXES.contains(Nouns.singular(s.at(end - 1)))
                || (item && end == s.size());
    }

    /** "Gets a session that has just been started". */
    private static boolean isJustMade(Sentence s) {
        for (int i = s.head() + 1; i < s.size(); i++) {
            if (s.at(i).equals("just") && Lexicon.isParticiple(s.at(s.at(i + 1).equals("been") ? i + 2 : i + 1))) {
                return true;
            }
        }
        return false;
    }

    /** "Returns a payment link": the tool makes the link that it returns. */
    private static boolean isIssued(Sentence s, int i) {
        return ISSUED_FOR.contains(s.at(i)) && LINKS.contains(s.at(i + 1));
    }

    private static boolean takesNext(Sentence s, int object) {
        for (int i = object; i < s.objectEnd(); i++) {
            if (s.at(i).equals("next")) {
                return s.has(WORK, i + 1, i + 4);
            }
        }
        return false;
    }
}
