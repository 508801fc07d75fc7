package dev.interlock.effect.file;

import java.util.Locale;
import java.util.Optional;

/**
 * Who made an entry of an effects file. If a tool has entries by several, the first in this order speaks.
 *
 * <p>Only {@link #DECLARED} counts by itself. A wrong entry lets calls overlap that must not, so a person has to answer
 * for it.
 */
public enum DeclaredBy {
    /** A person wrote or checked the entry. */
    DECLARED,
    /**
     * A catalogue of well-known servers. Such an entry counts only for the tools of the server that the file names, if
     * the user trusts that server.
     */
    CATALOGUE,
    /** Observed calls. Such an entry counts where the user accepts all learnt entries. */
    LEARNT,
    /** A model, from the tool's specification. Such an entry never counts until a person makes it {@link #DECLARED}. */
    SUGGESTED;

    /**
     * Returns the word for this constant in a file.
     *
     * @return for example {@code learnt}
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<DeclaredBy> of(String word) {
        for (DeclaredBy each : values()) {
            if (each.word().equals(word)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
