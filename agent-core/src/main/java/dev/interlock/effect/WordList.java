package dev.interlock.effect;

import java.util.Set;

/** Makes sets of words. */
final class WordList {

    private WordList() {}

    /** Returns the words of a text with one blank between them. None may be there twice. */
    static Set<String> of(String words) {
        return Set.of(words.split(" ", -1));
    }
}
