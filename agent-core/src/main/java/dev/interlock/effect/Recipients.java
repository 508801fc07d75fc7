package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Word;
import java.util.Map;
import java.util.Set;

/**
 * Finds signs that a tool which shows or explains something does so to a person: "explains the decision to the
 * customer", "shows a location on the user's map". What a tool shows to the model has no such addition.
 */
final class Recipients {

    /** Verbs that hand something over if a person follows. "Returns it to the user" means the model. */
    private static final Map<String, Word> TELLING =
            Lexicon.forms("recommend suggest explain describe show display read report preview predict introduce");

    /** More persons, who as the owners of records say nothing: "a member's profile". */
    private static final Set<String> PERSONS = WordList.of("""
            friend reader author member student guest patient buyer seller child parent visitor player teacher doctor driver \
            subscriber follower applicant candidate tenant passenger party public partner boss class""");

    /** Words that take a "to" of their own: "access to a member", "messages to a customer". */
    private static final Set<String> TO_OF_ITS_OWN = WordList.of("""
            access link links path answer answers reply replies message messages letter letters mail mails email emails \
            payment payments response responses invitation invitations relation related sent next close belonging similar \
            relative equal according visible available open known due relevant accessible distance rights""");

    private static final Set<String> SHOWING = WordList.of("show shows showing display displays displaying");
    private static final Set<String> ON = WordList.of("on in");
    private static final Set<String> OWN = WordList.of("user's users' customer's visitor's caller's");

    /** Surfaces in front of the user, if they are the user's. */
    private static final Set<String> SURFACES = WordList.of("""
            map browser screen display phone device ui interface editor window terminal chat view client app monitor desktop""");

    /** Surfaces that always are in front of a person. */
    private static final Set<String> SCREENS =
            WordList.of("screen display monitor lcd led matrix tv television projector whiteboard billboard");

    private Recipients() {}

    /** Whether the verb at {@code i} has such an addition. */
    static boolean in(Sentence s, int i) {
        if (i != s.head() || !TELLING.containsKey(s.at(i))) {
            return false;
        }
        for (int j = i + 1; j < s.size() && !Grammar.RELATIVES.contains(s.at(j)); j++) {
            if (s.at(j).equals("to") && j > i + 1 && !takesTo(s.at(j - 1)) && isPerson(s, j + 1)) {
                return true;
            }
            if (SHOWING.contains(s.at(i)) && ON.contains(s.at(j)) && isSurface(s, j + 1)) {
                return true;
            }
        }
        return false;
    }

    private static boolean takesTo(String word) {
        return TO_OF_ITS_OWN.contains(word) || word.endsWith("ed") || word.endsWith("ing") || word.endsWith("ible");
    }

    private static boolean isPerson(Sentence s, int from) {
        for (int j = from; j < from + 4 && !Grammar.NO_OBJECT.contains(s.at(j)); j++) {
            boolean last = s.at(j + 1).isEmpty() || Grammar.NO_OBJECT.contains(s.at(j + 1));
            boolean person =
                    Nouns.isPerson(s.at(j)) || PERSONS.contains(s.at(j)) || PERSONS.contains(Nouns.singular(s.at(j)));
            if (last && person) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSurface(Sentence s, int from) {
        boolean own = false;
        int end = from;
        while (end < s.size() && !Grammar.NO_OBJECT.contains(s.at(end))) {
            own |= OWN.contains(s.at(end));
            end++;
        }
        String noun = s.at(end - 1);
        return end > from && (SCREENS.contains(noun) || (own && SURFACES.contains(noun)));
    }
}
