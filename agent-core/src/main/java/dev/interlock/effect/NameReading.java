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
    /** Words that are verbs as well but seem to name a thing: {@code exchange_rate}, {@code park_information}. */
    THING,
    /** A verb that changes something, runs its argument, or involves a person. */
    NEVER;

    /** Words that are no verbs in descriptions but that rule out "only reads" in a name. */
    private static final Set<String> TELLTALE = WordList.of("nextval poll oauth otp unsafe dryrun allow");

    private static final Set<String> CONNECTIVES = WordList.of("and or then with");

    /** Words that end the name of a tool which runs free text: {@code read_query}. */
    private static final Set<String> FREE_FORM = WordList.of("query sql graphql shell bash cypher eval exec rpc repl");

    /** Those of them that name the thing to look at when they stand before a reading verb: {@code code_search}. */
    private static final Set<String> SEARCHED =
            WordList.of("sql graphql code script command request statement terminal");

    private static final Set<String> PHRASAL = WordList.of("in out off box");

    /** Things that {@code next} removes from their queue. */
    private static final Set<String> WORK = WordList.of("job task item message ticket number value id batch token");

    /** Things whose code is a key and no program. */
    private static final Set<String> CODED = WordList.of(
            "airport country zip postal post area currency language status error iata icao dialing region product");

    /**
     * Jobs that a tool starts if its name is just the job: {@code site_audit}, {@code port_scan}. But {@code get_audit}
     * reads one.
     */
    private static final Set<String> JOBS = WordList.of(
            "audit scan crawl backup benchmark migration deployment sync import export build rollout training");

    /** Counters that a name such as {@code next_invoice_number} moves on. */
    private static final Set<String> COUNTER = WordList.of("number id value");

    /** Code that {@code evaluate} runs. */
    private static final Set<String> CODE =
            WordList.of("expression script javascript js code template function formula python cell snippet xpath");

    /** Things on their way, whose state {@code track} looks up. */
    private static final Set<String> TRACKED = WordList.of("""
            parcel package shipment order delivery consignment container courier flight vehicle bus train ship vessel \
            satellite""");

    private static final Set<String> REPOSITORIES = WordList.of("git repo repository remote upstream origin");

    /**
     * Reads a name.
     *
     * @param described whether the tool has a description too
     * @param onlyKeys whether the tool has parameters and runs none of them as free text; {@code query_users} then only
     *     looks users up
     */
    static NameReading of(List<String> words, boolean described, boolean onlyKeys) {
        int verb = readingVerb(words, onlyKeys);
        boolean doubtful = verb > 0 && !described;
        boolean thing = false;
        boolean connected = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            Word known = Lexicon.verb(word);
            if (isTelltale(words, i)) {
                return NEVER;
            }
            doubtful |= word.equals("next");
            if (CONNECTIVES.contains(word)) {
                connected = true;
                continue;
            }
            if (known == null || i == verb) {
                continue;
            }
            if (changes(known, connected, i, verb, words)) {
                if (connected || !mayBeThing(words, i, verb)) {
                    return NEVER;
                }
                thing = true;
            }
            doubtful |= !known.kind().reads() && !isNoun(known);
        }
        if (verb < 0 && !words.isEmpty() && JOBS.contains(words.get(words.size() - 1))) {
            return NEVER;
        }
        if (verb < 0) {
            return thing ? THING : SILENT;
        }
        Word head = Lexicon.verb(words.get(verb));
        if (isNoReading(words, verb)) {
            return NEVER;
        }
        boolean sure = head != null && head.kind() == Kind.READ && words.size() > 1 && !doubtful;
        return sure ? READS : NEEDS_AGREEMENT;
    }

    /** A noun in most texts, or a plural: {@code list_issues}, {@code get_updates}. */
    private static boolean isNoun(Word word) {
        return word.kind() == Kind.NOUN || word.form() == Form.THIRD;
    }

    private static boolean isTelltale(List<String> words, int i) {
        String word = words.get(i);
        boolean last = i == words.size() - 1;
        boolean takesNext = word.equals("next")
                && (last
                        || WORK.contains(words.get(i + 1))
                        || (i + 2 < words.size() && COUNTER.contains(words.get(i + 2))));
        return TELLTALE.contains(word) || takesNext || (last && word.equals("token"));
    }

    /** {@code exchange_rate}, {@code park_information} and, after a reading verb, {@code get_apply_details}. */
    private static boolean mayBeThing(List<String> words, int i, int verb) {
        String word = words.get(i);
        Word known = Lexicon.verb(word);
        if (known == null || known.kind() == Kind.PASS || words.size() == 1) {
            return false;
        }
        boolean last = i == words.size() - 1;
        if (verb >= 0) {
            return i > verb && !last && (Lexicon.isThing(word) || Nouns.isAttribute(words.get(i + 1)));
        }
        return Lexicon.isThing(word) && (last || Nouns.isInformation(words.get(words.size() - 1)));
    }

    private static boolean changes(Word word, boolean connected, int i, int verb, List<String> words) {
        if (word.form() != Form.BASE) {
            return false;
        }
        boolean afterVerb = verb >= 0 && i > verb;
        if (words.get(i).equals("code") && i > 0 && i == words.size() - 1 && CODED.contains(words.get(i - 1))) {
            return false;
        }
        return switch (word.kind()) {
            case READ, WEAK, COMPUTE -> isReturn(words.get(i)) && !afterVerb;
            case MUTATE -> true;
            case ACT -> connected || verb < 0 || i == verb - 1;
            case NOUN -> connected;
            case PASS -> connected || verb < 0 || passesThrough(words, i, verb);
        };
    }

    /**
     * Whether a word such as {@code query} means text to run. It names a thing to look at only after a sure verb, and
     * only as a part of the verb's object.
     */
    private static boolean passesThrough(List<String> words, int i, int verb) {
        String word = words.get(i);
        if (i == words.size() - 1 && FREE_FORM.contains(word)) {
            return true;
        }
        if (SEARCHED.contains(word)) {
            return i == verb - 1 && word.equals("sql");
        }
        return i < verb || !isRead(words.get(verb));
    }

    /** {@code return_order} takes goods back: names do not use "return" for what a tool hands to the model. */
    private static boolean isReturn(String word) {
        return word.equals("return");
    }

    private static boolean isRead(String word) {
        Word known = Lexicon.verb(word);
        return known != null && known.kind() == Kind.READ;
    }

    /** The first verb that surely reads, else the first that probably does, else -1. */
    private static int readingVerb(List<String> words, boolean onlyKeys) {
        int weak = -1;
        for (int i = 0; i < words.size(); i++) {
            Word word = Lexicon.verb(words.get(i));
            boolean looksUp = i == 0 && mayLookUp(words, onlyKeys);
            if (word == null || word.form() != Form.BASE || isReturn(words.get(i))) {
                continue;
            }
            if (word.kind() == Kind.READ) {
                return i;
            }
            weak = weak < 0 && (word.kind().reads() || looksUp) ? i : weak;
        }
        return weak;
    }

    /** Whether the name opens with a word that means a lookup if the description agrees. */
    private static boolean mayLookUp(List<String> words, boolean onlyKeys) {
        String last = words.get(words.size() - 1);
        return switch (words.get(0)) {
            case "query" -> words.size() > 1 && onlyKeys;
            case "verify" -> words.size() > 1;
            // Described as "returns the tracking status". To track an event is to record it.
            case "track" -> TRACKED.contains(last);
            case "ping" -> true;
            case "resolve" -> Nouns.isResolved(last);
            case "generate" -> Nouns.isMade(last);
            default -> false;
        };
    }

    /** {@code check_in} is no check, {@code git_fetch} changes the local copy, {@code evaluate_script} runs it. */
    private static boolean isNoReading(List<String> words, int verb) {
        String next = ToolName.at(words, verb + 1);
        return switch (words.get(verb)) {
            case "check" -> next != null && PHRASAL.contains(next);
            case "evaluate" -> next == null || CODE.contains(next) || CODE.contains(words.get(words.size() - 1));
            case "fetch" -> words.stream().anyMatch(REPOSITORIES::contains) && words.size() <= 2;
            default -> false;
        };
    }
}
