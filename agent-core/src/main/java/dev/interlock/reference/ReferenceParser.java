package dev.interlock.reference;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds references in a text, one after another from the left. It takes one pass, since texts can be long and hostile.
 */
final class ReferenceParser {

    /** What the parser found. */
    enum Kind {
        /** A reference, see {@link #reference()}. */
        REFERENCE,
        /** An escaped reference, which the model means as text. */
        ESCAPE,
        /** A text that begins as a reference but has an unreadable path. */
        MALFORMED
    }

    private final String text;
    private int start;
    private int end;
    private @Nullable Reference reference;

    ReferenceParser(String text) {
        this.text = text;
    }

    /** Goes to the next reference; null if the text has no more. */
    @Nullable
    Kind next() {
        for (int at = text.indexOf("${", end); at >= 0; at = text.indexOf("${", at + 2)) {
            if (!isDigit(at + 2)) {
                continue;
            }
            if (at > end && text.charAt(at - 1) == '$') {
                start = at - 1;
                end = at + 2;
                return Kind.ESCAPE;
            }
            Kind kind = parse(at);
            if (kind != null) {
                return kind;
            }
        }
        return null;
    }

    /** Where the current reference begins. */
    int start() {
        return start;
    }

    /** Where the text after the current reference begins. */
    int end() {
        return end;
    }

    Reference reference() {
        Reference found = reference;
        if (found == null) {
            throw new IllegalStateException("no reference was found");
        }
        return found;
    }

    private @Nullable Kind parse(int at) {
        int i = at + 2;
        long call = 0;
        while (isDigit(i)) {
            call = Math.min(Integer.MAX_VALUE, call * 10 + (text.charAt(i) - '0'));
            i++;
        }
        if (i == text.length() || ".[}".indexOf(text.charAt(i)) < 0) {
            return null;
        }
        List<Object> path = new ArrayList<>();
        while (i < text.length() && text.charAt(i) != '}') {
            int next = text.charAt(i) == '.' ? name(i + 1, path) : text.charAt(i) == '[' ? bracket(i + 1, path) : -1;
            if (next < 0) {
                return malformed(at, i);
            }
            i = next;
        }
        if (i == text.length()) {
            return null;
        }
        start = at;
        end = i + 1;
        reference = new Reference((int) call, path, text.substring(start, end));
        return Kind.REFERENCE;
    }

    /** A malformed reference without a closing brace is ordinary text. */
    private @Nullable Kind malformed(int at, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{' || c == '\n') {
                return null;
            }
            if (c == '}') {
                start = at;
                end = i + 1;
                return Kind.MALFORMED;
            }
        }
        return null;
    }

    private int name(int from, List<Object> path) {
        int to = from;
        while (to < text.length() && ".[]{}\n".indexOf(text.charAt(to)) < 0) {
            to++;
        }
        if (to == from) {
            return -1;
        }
        path.add(text.substring(from, to));
        return to;
    }

    private int bracket(int from, List<Object> path) {
        char first = from < text.length() ? text.charAt(from) : 0;
        if (first == '\'' || first == '"') {
            int close = text.indexOf(first, from + 1);
            if (close < 0 || close + 1 >= text.length() || text.charAt(close + 1) != ']') {
                return -1;
            }
            path.add(text.substring(from + 1, close));
            return close + 2;
        }
        int to = from;
        long index = 0;
        while (isDigit(to)) {
            index = Math.min(Integer.MAX_VALUE, index * 10 + (text.charAt(to) - '0'));
            to++;
        }
        if (to == from || to == text.length() || text.charAt(to) != ']') {
            return -1;
        }
        path.add((int) index);
        return to + 1;
    }

    private boolean isDigit(int at) {
        return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }
}
