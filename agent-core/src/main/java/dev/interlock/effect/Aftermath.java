package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Kind;
import dev.interlock.effect.Lexicon.Word;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds signs that a tool which reads leaves something behind: a running job, a copy, an open page. */
final class Aftermath {

    /** Places that take a copy. */
    private static final Set<String> PLACES = WordList.of("""
            disk file files folder directory cache database clipboard workspace storage bucket warehouse filesystem drive""");

    private static final Set<String> COPIES =
            WordList.of("copy cache clone mirror index store database disk repository");
    private static final Set<String> FETCHING =
            WordList.of("fetch fetches get gets retrieve retrieves extract extracts read reads scrape scrapes");

    /** Words after which "to a file" names no target. */
    private static final Set<String> RELATIONS = WordList.of("""
            link links path paths url urls access reference references change changes related relative pointer points attached \
            belonging according equal similar compared corresponding connected connection mapped assigned added applied \
            written saved uploaded respect regard back up line lines id ids""");

    private static final Set<String> SOURCES = WordList.of("from the and");
    private static final Set<String> UNTIL = WordList.of("for until");
    private static final Set<String> IDENTITIES = WordList.of("id identifier handle token uuid");
    private static final Set<String> RUNNING = WordList.of("running executing performing launching starting");

    /** Ways of looking: "by using the index". */
    private static final Set<String> MEANS = WordList.of("""
            using specifying providing passing setting matching combining following traversing walking applying calling \
            dividing multiplying adding subtracting taking averaging including excluding giving supplying entering typing \
            selecting choosing sending requesting sampling resolving invoking leveraging""");

    /** "By filling in a form". */
    private static final Set<String> PARTICLES = WordList.of("in out off up down");

    private static final Set<String> PRONOUNS = WordList.of("it them");
    private static final Set<String> ADDRESSES = WordList.of("url urls link address");
    private static final Set<String> RUNS =
            WordList.of("test tests script scripts command program code benchmark build job");

    /** All words that {@link #in} looks at. It skips all others quickly. */
    private static final Set<String> TELLTALES = WordList.of("""
            background asynchronously waits wait into to local locally returns return refs remote origin upstream by via \
            place upload after for""");

    private Aftermath() {}

    /** Whether the word at {@code i} is such a sign, in the description's first sentence or in a later one. */
    static boolean in(Sentence s, int i, boolean first) {
        String token = s.at(i);
        if (!TELLTALES.contains(token)) {
            return false;
        }
        if (s.isSubordinate(i)) {
            return token.equals("after") && first && PRONOUNS.contains(s.at(i + 2)) && acts(s, i);
        }
        return startsJob(s, i, first) || (first && (copies(s, i) || acts(s, i)));
    }

    /** "Waits for the analysis to complete", "runs in the background", "returns a job id". */
    private static boolean startsJob(Sentence s, int i, boolean first) {
        boolean own = first || s.aboutTool() || s.headForm() == Form.THIRD;
        return switch (s.at(i)) {
            case "waits" -> UNTIL.contains(s.at(i + 1));
            case "wait" -> first && UNTIL.contains(s.at(i + 1)) && Grammar.CONJUNCTIONS.contains(s.at(i - 1));
            case "background" -> own && s.at(i - 1).equals("the") && s.at(i - 2).equals("in");
            case "asynchronously" -> own;
            case "returns", "return" -> own && givesJob(s, i + 1);
            default -> false;
        };
    }

    private static boolean givesJob(Sentence s, int object) {
        int noun = Grammar.ARTICLES.contains(s.at(object)) ? object + 1 : object;
        return (Nouns.isJob(s.at(noun)) && IDENTITIES.contains(s.at(noun + 1)))
                || (Nouns.isJob(s.at(noun + 1)) && IDENTITIES.contains(s.at(noun + 2)));
    }

    /** "Fetches messages into the local database", "fetches changes from the remote", "gets a table to disk". */
    private static boolean copies(Sentence s, int i) {
        String head = s.at(s.head());
        return switch (s.at(i)) {
            case "into" -> s.has(PLACES, i + 1, i + 4);
            case "to" ->
                FETCHING.contains(head)
                        && !RELATIONS.contains(s.at(i - 1))
                        && (PLACES.contains(s.at(i + 1)) || PLACES.contains(s.at(i + 2)));
            case "local", "locally" ->
                s.at(i - 1).equals("to") || (s.at(i - 2).equals("to") && s.has(COPIES, i + 1, i + 3));
            case "refs", "remote", "origin", "upstream" -> head.startsWith("fetch") && SOURCES.contains(s.at(i - 1));
            default -> false;
        };
    }

    /** "Refreshing it". */
    private static boolean isDeedOn(Sentence s, int i, Word deed) {
        boolean object = s.at(i + 1).isEmpty() || Grammar.DETERMINERS.contains(s.at(i + 1));
        return deed.form() == Form.GERUND && !deed.kind().reads() && object;
    }

    /** "By letting it blink": any deed on something, unless it is a known way of looking. */
    private static boolean isDeedByMeans(Sentence s, int i, @Nullable Word deed) {
        String means = s.at(i);
        boolean looks = MEANS.contains(means) || (deed != null && deed.kind().reads());
        boolean speaks = means.equals("calling") && s.at(i + 1).equals("them");
        return means.length() > 5
                && means.endsWith("ing")
                && (speaks || !looks)
                && (Grammar.DETERMINERS.contains(s.at(i + 1))
                        || (PARTICLES.contains(s.at(i + 1)) && Grammar.DETERMINERS.contains(s.at(i + 2))));
    }

    /** "By clicking links", "by running a load test", "translates it in place", "gets a URL to upload a file". */
    private static boolean acts(Sentence s, int i) {
        String next = s.at(i + 1);
        Word deed = s.verb(i + 1);
        return switch (s.at(i)) {
            case "by", "via" -> {
                boolean changes = deed != null && deed.form() == Form.GERUND && deed.kind() == Kind.MUTATE;
                yield (changes && !next.equals("resolving"))
                        || (RUNNING.contains(next) && s.has(RUNS, i + 2, i + 6))
                        || isDeedByMeans(s, i + 1, deed);
            }
            case "after" -> deed != null && isDeedOn(s, i + 1, deed);
            case "place" -> s.at(i - 1).equals("in") && !next.equals("of");
            case "upload" -> s.at(i - 1).equals("to") && s.at(i - 2).endsWith("url");
            case "for" -> (next.equals("uploading") && ADDRESSES.contains(s.at(i - 1))) || next.equals("offline");
            default -> false;
        };
    }
}
