package dev.interlock.effect.file;

import java.util.Locale;
import java.util.Optional;

/**
 * Who said what an entry of an effects file says; the first of these speaks for a tool where several do.
 *
 * <p>Only {@link #DECLARED} counts by itself. A wrong entry makes calls overlap that should not, so a person has to stand
 * behind it.
 */
public enum DeclaredBy {
    /** A person, who has written or read it. */
    DECLARED,
    /** A catalogue of well-known servers; counts for the tools of a trusted server that the file names, and no others. */
    CATALOGUE,
    /** Observed calls; counts where the user accepts all that was learnt. */
    LEARNT,
    /** A model, from the tool's specification; never counts until a person makes it {@link #DECLARED}. */
    SUGGESTED;

    /**
     * Returns the word that stands for it in a file.
     *
     * @return for instance {@code learnt}
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
