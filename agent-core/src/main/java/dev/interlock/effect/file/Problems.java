package dev.interlock.effect.file;

import java.util.ArrayList;
import java.util.List;

/** All errors of a file, so that the user need not find them one by one. Confined to one thread. */
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
     * @throws IllegalArgumentException if there are any; for a single problem the message is one line
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
