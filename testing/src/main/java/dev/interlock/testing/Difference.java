package dev.interlock.testing;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says where two {@linkplain Snapshot snapshots} differ. */
final class Difference {

    private static final int MAX_SHOWN = 200;
    private static final int BEFORE = 40;
    private static final int MAX_KEYS = 3;

    private Difference() {}

    /** Returns the difference in few words: {@code at 'account/1': 10 in call order, 20 when swapped}. */
    static String between(@Nullable Object expected, @Nullable Object actual, String whenExpected, String whenActual) {
        List<String> differences = new ArrayList<>();
        collect("", expected, actual, whenExpected, whenActual, differences);
        if (differences.size() > MAX_KEYS) {
            int more = differences.size() - MAX_KEYS;
            differences.subList(MAX_KEYS, differences.size()).clear();
            differences.add("and at " + more + " more");
        }
        return String.join("; ", differences);
    }

    private static void collect(
            String where,
            @Nullable Object expected,
            @Nullable Object actual,
            String whenExpected,
            String whenActual,
            List<String> differences) {
        if (Objects.equals(expected, actual)) {
            return;
        }
        if (expected instanceof Map<?, ?> first && actual instanceof Map<?, ?> second) {
            Set<Object> keys = new LinkedHashSet<>(first.keySet());
            keys.addAll(second.keySet());
            for (Object key : keys) {
                collect(
                        below(where, "'" + key + "'"),
                        first.get(key),
                        second.get(key),
                        whenExpected,
                        whenActual,
                        differences);
            }
        } else if (expected instanceof Snapshot.Elements first
                && actual instanceof Snapshot.Elements second
                && first.type() == second.type()) {
            collect(where, first.elements(), second.elements(), whenExpected, whenActual, differences);
        } else if (expected instanceof List<?> first
                && actual instanceof List<?> second
                && first.size() == second.size()) {
            for (int i = 0; i < first.size(); i++) {
                collect(
                        below(where, "[" + i + "]"),
                        first.get(i),
                        second.get(i),
                        whenExpected,
                        whenActual,
                        differences);
            }
        } else {
            String one = text(expected);
            String other = text(actual);
            int from = Math.max(0, mismatch(one, other) - BEFORE);
            differences.add((where.isEmpty() ? "" : "at " + where + ": ") + cut(one, from) + " " + whenExpected + ", "
                    + cut(other, from) + " " + whenActual);
        }
    }

    private static String below(String where, String key) {
        return where.isEmpty() ? key : where + " " + key;
    }

    private static int mismatch(String one, String other) {
        int i = 0;
        while (i < Math.min(one.length(), other.length()) && one.charAt(i) == other.charAt(i)) {
            i++;
        }
        return i;
    }

    private static String cut(String text, int from) {
        int to = Math.min(text.length(), from + MAX_SHOWN);
        return text.length() <= MAX_SHOWN
                ? text
                : (from > 0 ? "…" : "") + text.substring(from, to) + (to < text.length() ? "…" : "");
    }

    private static String text(@Nullable Object value) {
        if (value instanceof CharSequence) {
            return "\"" + value + '"';
        }
        return value == null ? "nothing" : value.toString();
    }
}
