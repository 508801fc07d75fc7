package dev.interlock.effect.file;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tool's name, or a glob: {@code *} stands for any characters or none, {@code ?} for one. Immutable.
 *
 * @param text the text in the file
 */
record ToolPattern(String text) {

    /** Characters with a meaning in other kinds of glob. */
    private static final String NO_MEANING = "[]{}";

    /**
     * @throws IllegalArgumentException if the text names no tool
     */
    ToolPattern {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a tool's name must not be blank");
        }
        if (!text.strip().equals(text)) {
            throw new IllegalArgumentException("'%s' begins or ends with white space".formatted(text));
        }
        for (int i = 0; i < text.length(); i++) {
            if (NO_MEANING.indexOf(text.charAt(i)) >= 0) {
                throw new IllegalArgumentException(("glob '%s': '%s' at index %d has no meaning in a tool's name;"
                                + " '*' stands for any characters, '?' for one")
                        .formatted(text, text.charAt(i), i));
            }
        }
    }

    boolean isGlob() {
        return literals() < text.length();
    }

    /** The number of characters that are no wildcards. Of two globs, the one with more is more specific. */
    int literals() {
        return (int) text.chars().filter(c -> !isWildcard((char) c)).count();
    }

    /** Matches with steps back to the last star only, so the time is at most the product of the lengths. */
    boolean matches(String tool) {
        int at = 0;
        int inTool = 0;
        int star = -1;
        int behindStar = 0;
        while (inTool < tool.length()) {
            if (at < text.length() && text.charAt(at) == '*') {
                star = at++;
                behindStar = inTool;
            } else if (at < text.length() && fit(text.charAt(at), tool.charAt(inTool))) {
                at++;
                inTool++;
            } else if (star >= 0) {
                at = star + 1;
                inTool = ++behindStar;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return at == text.length();
    }

    /**
     * If two globs match one name, the more specific one speaks. Returns a message if neither is more specific, else
     * null.
     */
    @Nullable
    String rivalry(ToolPattern other) {
        if (!isGlob() || !other.isGlob() || literals() != other.literals()) {
            return null;
        }
        String both = commonName(other);
        return both == null
                ? null
                : "glob '%s' is as specific as '%s', %d characters apart from wildcards, and '%s' would match both"
                        .formatted(text, other.text, literals(), both);
    }

    /** Returns a name that both match, null if there is none. Walks through both at once, breadth first. */
    @Nullable
    String commonName(ToolPattern other) {
        Set<List<Integer>> seen = new HashSet<>();
        Deque<Walk> open = new ArrayDeque<>(List.of(new Walk(0, 0, "")));
        while (!open.isEmpty()) {
            Walk walk = open.remove();
            boolean more = walk.here < text.length();
            boolean otherMore = walk.there < other.text.length();
            if (!more && !otherMore) {
                return walk.name;
            }
            if (!seen.add(List.of(walk.here, walk.there))) {
                continue;
            }
            char mine = more ? text.charAt(walk.here) : 0;
            char others = otherMore ? other.text.charAt(walk.there) : 0;
            if (mine == '*') {
                open.add(new Walk(walk.here + 1, walk.there, walk.name));
            }
            if (others == '*') {
                open.add(new Walk(walk.here, walk.there + 1, walk.name));
            }
            if (more && otherMore && (mine == '*' || others == '*' || fit(mine, others) || fit(others, mine))) {
                open.add(new Walk(
                        mine == '*' ? walk.here : walk.here + 1,
                        others == '*' ? walk.there : walk.there + 1,
                        walk.name + sample(mine, others)));
            }
        }
        return null;
    }

    /**
     * A position in both patterns.
     *
     * @param name the common name up to there
     */
    private record Walk(int here, int there, String name) {}

    private static char sample(char mine, char others) {
        if (!isWildcard(mine)) {
            return mine;
        }
        return isWildcard(others) ? 'x' : others;
    }

    private static boolean fit(char pattern, char c) {
        return pattern == '?' || pattern == c;
    }

    private static boolean isWildcard(char c) {
        return c == '*' || c == '?';
    }
}
