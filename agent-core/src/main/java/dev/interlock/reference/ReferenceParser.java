package dev.interlock.reference;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds references in a text, one after another from the left. In one pass: texts can be long, and hostile. */
final class ReferenceParser {

    /** What was found. */
    enum Kind {
        /** {@link #reference()}. */
        REFERENCE,
        /** What would be a reference, but is meant as text. */
        ESCAPE,
        /** What begins as a reference with a path, which cannot be read. */
        MALFORMED
    }

    private final String text;
    private int start;
    private int end;
    private @Nullable Reference reference;

    ReferenceParser(String text) {
        this.text = text;
    }

    /** Goes on to the next reference; null if there is none. */
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

    /** Where the reference that was found last begins. */
    int start() {
        return start;
    }

    /** Where the text after it begins. */
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

    /** Without an end it is text as any other. */
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
