package dev.interlock.langchain4j;

/**
 * Recognises simple arguments, which all parsers read the same way, at a fraction of a parser's cost: an object with a
 * few distinct names, whose values are texts without escapes, whole numbers that fit a long, and words. About any other
 * text it says nothing. If only the tool looks at the arguments, that is enough to know.
 */
final class PlainArguments {

    private static final int MAX_NAMES = 8;
    private static final int MAX_DIGITS = 18;

    private final String text;
    private int at;

    /** Starts and ends of the names so far. */
    private final int[] names = new int[2 * MAX_NAMES];

    private int count;

    private PlainArguments(String text) {
        this.text = text;
    }

    static boolean isObject(String text) {
        return text.equals("{}") || new PlainArguments(text).isPlain();
    }

    private boolean isPlain() {
        if (!takesNext('{')) {
            return false;
        }
        if (!takesNext('}')) {
            do {
                if (!takesName() || !takesNext(':') || !takesValue()) {
                    return false;
                }
            } while (takesNext(','));
            if (!takesNext('}')) {
                return false;
            }
        }
        skipSpace();
        return at == text.length();
    }

    private boolean takesName() {
        skipSpace();
        int start = at;
        if (count == MAX_NAMES || !takesText()) {
            return false;
        }
        int length = at - start;
        for (int i = 0; i < count; i++) {
            if (names[2 * i + 1] == length && text.regionMatches(names[2 * i], text, start, length)) {
                return false;
            }
        }
        names[2 * count] = start;
        names[2 * count + 1] = length;
        count++;
        return true;
    }

    private boolean takesValue() {
        skipSpace();
        return takesText() || takesWhole() || takesWord("null") || takesWord("true") || takesWord("false");
    }

    private boolean takesText() {
        if (at == text.length() || text.charAt(at) != '"') {
            return false;
        }
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                at = i + 1;
                return true;
            }
            if (c == '\\' || c < ' ') {
                return false;
            }
        }
        return false;
    }

    private boolean takesWhole() {
        int first = at < text.length() && text.charAt(at) == '-' ? at + 1 : at;
        int end = first;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        int digits = end - first;
        if (digits == 0 || digits > MAX_DIGITS || (digits > 1 && text.charAt(first) == '0')) {
            return false;
        }
        at = end;
        return true;
    }

    private boolean takesWord(String word) {
        if (!text.startsWith(word, at)) {
            return false;
        }
        at += word.length();
        return true;
    }

    private boolean takesNext(char c) {
        skipSpace();
        if (at == text.length() || text.charAt(at) != c) {
            return false;
        }
        at++;
        return true;
    }

    private void skipSpace() {
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isSpace(char c) {
        return c <= ' ' && (c == ' ' || c == '\n' || c == '\t' || c == '\r');
    }
}
