package dev.interlock.effect;

import java.util.Set;

/**
 * Finds "gets" in the sense of "has a person do": "gets documents signed", "gets an app installed on a device". With
 * more words behind the participle, several things may be those that it describes: "gets files changed in a commit".
 */
final class Causatives {

    private static final Set<String> GETTING = WordList.of("get gets getting");
    private static final Set<String> ONE = WordList.of("a an");
    private static final Set<String> OPENERS = WordList.of("a an the all any some your his her its their each every");
    private static final Set<String> BOTH = WordList.of("both all each every");

    private Causatives() {}

    static boolean in(Sentence s) {
        int head = s.head();
        if (!GETTING.contains(s.at(head))) {
            return false;
        }
        int participle = s.objectEnd() - 1;
        int nouns = head + 1;
        while (OPENERS.contains(s.at(nouns))) {
            nouns++;
        }
        if (participle <= nouns || !isParticiple(s.at(participle))) {
            return false;
        }
        String next = s.at(participle + 1);
        boolean ends = next.isEmpty() || next.equals(",") || next.equals("and") || next.equals(".");
        boolean ofOne = ONE.contains(s.at(head + 1)) && Lexicon.isParticiple(s.at(participle));
        boolean byAll = next.equals("by") && BOTH.contains(s.at(participle + 2));
        return ends || byAll || (ofOne && !next.equals("by"));
    }

    private static boolean isParticiple(String word) {
        return Lexicon.isParticiple(word) || (word.length() > 4 && word.endsWith("ed") && !word.endsWith("eed"));
    }
}
