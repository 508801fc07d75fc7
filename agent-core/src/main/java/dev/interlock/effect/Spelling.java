package dev.interlock.effect;

import java.text.Normalizer;
import java.util.Locale;

/** What texts have in common that are spelled differently. */
final class Spelling {

    private Spelling() {}

    /** Returns one text for all texts that differ only in letter case or in Unicode's spelling of a letter. */
    static String fold(String text) {
        return Normalizer.normalize(text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    }
}
