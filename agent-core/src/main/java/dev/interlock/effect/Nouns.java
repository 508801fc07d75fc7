package dev.interlock.effect;

import java.util.Set;

/** English nouns, ordered by what they say about a tool whose name or description has them. All are singular. */
final class Nouns {

    /** Words for information in general; each may stand for any other. */
    private static final Set<String> GENERIC = WordList.of("""
            info information detail data fact stat statistic summary overview profile description metadata attribute \
            property specification spec""");

    /** Words that turn a deed before them into a thing to look at: "pause status" is no pause. */
    private static final Set<String> ATTRIBUTE = WordList.of("""
            id name type status time date count option setting history detail info information configuration number \
            state log record request response rule policy permission limit queue event method mode level rate action \
            capability plan window value flag template definition description category label metadata size format \
            version summary list table field data metric frequency reason result performance""");

    /** Things that a person gives when asked. */
    private static final Set<String> ANSWER = WordList.of("""
            input reply response answer approval confirmation consent permission feedback decision choice selection \
            clarification acknowledgement acknowledgment sign-off signoff go-ahead verdict opinion""");

    /** Those of them that hardly ever name a record. */
    private static final Set<String> CONSENT =
            WordList.of("approval confirmation consent clarification acknowledgement acknowledgment signoff input");

    private static final Set<String> PERSON = WordList.of("""
            user human person people operator customer reviewer approver supervisor manager administrator admin \
            expert engineer colleague coworker teammate employee owner staff someone somebody everyone anyone participant \
            respondent end-user enduser stakeholder moderator recipient on-call oncall team crew audience""");

    private static final Set<String> JOB = WordList.of("""
            job task run scan audit crawl analysis investigation build backup deployment migration sync synchronization \
            benchmark experiment training export import operation execution workflow pipeline simulation process""");

    /** More nouns for what a tool tells, which may end its name. */
    private static final Set<String> INFORMATION = WordList.of("""
            price cost fee rating ranking rank score forecast schedule availability balance distance duration location \
            address hour review recommendation suggestion news note weather temperature humidity population average trend \
            median quality volume yield area age height speed menu calendar guide tip definition meaning departure arrival timetable \
            requirement reading usage size elevation altitude leaderboard standing length width space content \
            density coordinate headline capacity consumption progress percentage ratio share expiry validity transcript timezone zone mean sum divisor battery ingredient lyric synonym \
            index quote health dictionary thesaurus glossary encyclopedia agenda""");

    /** Nouns for tools that find or compute the thing in the word before. */
    private static final Set<String> FINDERS = WordList.of("""
            finder locator calculator converter checker lookup viewer reader estimator predictor analyzer analyser explorer \
            searcher scraper""");

    /** Things that a tool makes from what it read, and returns. */
    private static final Set<String> MADE = WordList.of("""
            summary overview schema statistic recommendation suggestion insight estimate comparison breakdown explanation \
            description outline forecast prediction""");

    /** Things that a lookup resolves. A ticket or a conflict is resolved by a change. */
    private static final Set<String> RESOLVED = WordList.of("""
            name id reference url uri path alias symbol address domain hostname dns slug library dependency link identifier \
            redirect version module package""");

    private Nouns() {}

    /** The singular of a word in lower case, as far as its ending tells. */
    static String singular(String word) {
        int length = word.length();
        if (length > 4 && word.endsWith("ies")) {
            return word.substring(0, length - 3) + "y";
        }
        boolean hissing =
                word.endsWith("sses") || word.endsWith("xes") || word.endsWith("ches") || word.endsWith("shes");
        if (length > 4 && hissing) {
            return word.substring(0, length - 2);
        }
        boolean plural = length > 3 && word.endsWith("s") && !word.endsWith("ss") && !word.endsWith("us");
        return plural && !word.endsWith("is") ? word.substring(0, length - 1) : word;
    }

    /** Whether a word or its singular is one of some nouns. */
    static boolean isOneOf(String word, Set<String> nouns) {
        return nouns.contains(word) || nouns.contains(singular(word));
    }

    private static boolean has(Set<String> nouns, String word) {
        return isOneOf(word, nouns);
    }

    /** Whether two nouns may stand for the same: {@code prices} for {@code price}, {@code info} for {@code details}. */
    static boolean areAlike(String one, String other) {
        return singular(one).equals(singular(other)) || (has(GENERIC, one) && has(GENERIC, other));
    }

    static boolean isAttribute(String word) {
        return has(ATTRIBUTE, word);
    }

    /** Whether the word, at the end of a tool's name, says that the tool tells something. */
    static boolean isInformation(String word) {
        return isFinder(word)
                || has(INFORMATION, word)
                || has(MADE, word)
                || has(ATTRIBUTE, word)
                || has(GENERIC, word);
    }

    static boolean isMade(String word) {
        return has(MADE, word);
    }

    static boolean isResolved(String word) {
        return has(RESOLVED, word);
    }

    /** Whether a noun means information in general. */
    static boolean isGeneric(String word) {
        return has(GENERIC, word);
    }

    static boolean isFinder(String word) {
        return FINDERS.contains(word);
    }

    static boolean isAnswer(String word) {
        return has(ANSWER, word);
    }

    /** In the singular only: tools list approvals, a person gives an approval. */
    static boolean isConsent(String word) {
        return CONSENT.contains(word);
    }

    static boolean isPerson(String word) {
        return has(PERSON, word.endsWith("'s") ? word.substring(0, word.length() - 2) : word);
    }

    static boolean isJob(String word) {
        return has(JOB, word);
    }
}
