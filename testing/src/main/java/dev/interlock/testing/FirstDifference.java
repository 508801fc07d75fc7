package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first place at which two documents differ.
 *
 * @param pointer the place, as a JSON pointer
 * @param expected what the first document has there; a missing node for nothing
 * @param actual what the other document has there
 */
record FirstDifference(String pointer, JsonNode expected, JsonNode actual) {

    private static final int MAX_SHOWN = 160;
    private static final int BEFORE = 30;

    /** Returns null if the two are equal. */
    static @Nullable FirstDifference between(JsonNode expected, JsonNode actual) {
        return between("", expected, actual);
    }

    private static @Nullable FirstDifference between(String pointer, JsonNode expected, JsonNode actual) {
        if (expected.equals(actual)) {
            return null;
        }
        if (expected.isObject() && actual.isObject()) {
            Set<String> names = new LinkedHashSet<>();
            expected.fieldNames().forEachRemaining(names::add);
            actual.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                FirstDifference found = between(
                        pointer + "/" + name.replace("~", "~0").replace("/", "~1"),
                        expected.path(name),
                        actual.path(name));
                if (found != null) {
                    return found;
                }
            }
        }
        if (expected.isArray() && actual.isArray()) {
            for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
                FirstDifference found = between(pointer + "/" + i, expected.path(i), actual.path(i));
                if (found != null) {
                    return found;
                }
            }
        }
        return new FirstDifference(pointer, expected, actual);
    }

    @Override
    public String toString() {
        String one = text(expected);
        String other = text(actual);
        int same = 0;
        while (same < Math.min(one.length(), other.length()) && one.charAt(same) == other.charAt(same)) {
            same++;
        }
        int from = Math.max(0, same - BEFORE);
        return (pointer.isEmpty() ? "/" : pointer) + ": recorded " + cut(one, from) + ", now " + cut(other, from);
    }

    private static String text(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.toString();
    }

    private static String cut(String text, int from) {
        if (text.length() <= MAX_SHOWN) {
            return text;
        }
        int to = Math.min(text.length(), from + MAX_SHOWN);
        return (from > 0 ? "…" : "") + text.substring(Math.min(from, to), to) + (to < text.length() ? "…" : "");
    }
}
