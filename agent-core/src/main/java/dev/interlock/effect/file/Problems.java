package dev.interlock.effect.file;

import java.util.ArrayList;
import java.util.List;

/** What is wrong in a file: all of it, so that a person need not find it one by one. Used by one thread. */
final class Problems {

    private static final int MOST_TOLD = 20;

    private final String file;
    private final List<String> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void add(int line, String what) {
        found.add(file + ":" + line + ": " + what);
    }

    /**
     * @throws IllegalArgumentException if there are any; a message of one line for one of them
     */
    void throwIfAny() {
        if (found.size() == 1) {
            throw new IllegalArgumentException(found.get(0));
        }
        if (!found.isEmpty()) {
            String untold = found.size() > MOST_TOLD ? "\n... and " + (found.size() - MOST_TOLD) + " more" : "";
            throw new IllegalArgumentException("%s has %d errors:\n%s%s"
                    .formatted(
                            file,
                            found.size(),
                            String.join("\n", found.subList(0, Math.min(MOST_TOLD, found.size()))),
                            untold));
        }
    }
}
