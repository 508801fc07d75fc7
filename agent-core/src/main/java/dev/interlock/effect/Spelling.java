package dev.interlock.effect;

import java.text.Normalizer;
import java.util.Locale;

/** What texts have in common that are spelled differently. */
final class Spelling {

    /** No language has letters with more accents; Unicode's stream-safe texts have no more either. */
    private static final int MOST_MARKS = 30;

    /** How many accents a letter with accents of its own has at most. */
    private static final int OWN_MARKS = 4;

    private Spelling() {}

    /**
     * Returns one text for all texts that differ only in letter case or in Unicode's spelling of a letter. The Java
     * library sorts the accents of a letter in a time that grows with the square of their number. So a text with more
     * than {@value #MOST_MARKS} accents in a row loses all accents, which can only merge texts.
     */
    static String fold(String text) {
        String folded = text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        boolean many = mostMarks(folded) > MOST_MARKS - OWN_MARKS;
        String letters = many ? lettersOf(folded) : folded;
        return Normalizer.normalize(letters, Normalizer.Form.NFC);
    }

    private static int mostMarks(String text) {
        int most = 0;
        int marks = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            marks = isMark(text.codePointAt(i)) ? marks + 1 : 0;
            most = Math.max(most, marks);
        }
        return most;
    }

    /** Returns the text itself if its letters have no more accents than allowed, those of their own included. */
    private static String lettersOf(String text) {
        StringBuilder letters = new StringBuilder(text.length());
        int most = 0;
        int marks = 0;
        int[] codePoints = text.codePoints().toArray();
        for (int each : codePoints) {
            String apart = Normalizer.normalize(Character.toString(each), Normalizer.Form.NFD);
            for (int i = 0; i < apart.length(); i += Character.charCount(apart.codePointAt(i))) {
                int part = apart.codePointAt(i);
                marks = isMark(part) ? marks + 1 : 0;
                most = Math.max(most, marks);
                if (marks == 0) {
                    letters.appendCodePoint(part);
                }
            }
        }
        return most > MOST_MARKS ? letters.toString() : text;
    }

    private static boolean isMark(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> false;
        };
    }
}
