package dev.interlock.text;

/** Makes text of models, tools and servers safe for a terminal, so that the text cannot send commands to it. */
public final class SafeText {

    private static final int REPLACEMENT = 0xFFFD;

    private SafeText() {}

    /**
     * Returns a text on one line, without characters that move the cursor, turn the writing direction, or are
     * invisible.
     *
     * @param text any text
     * @param unicode whether characters outside ASCII may stay
     * @return a text with one character for each of the original
     */
    public static String line(String text, boolean unicode) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            int shown = isBlank(c) ? ' ' : isHarmless(c) ? c : REPLACEMENT;
            clean.appendCodePoint(unicode || shown < 0x7f ? shown : '?');
        });
        return clean.toString();
    }

    /** Whether the text is printable ASCII, as most names are. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(int c) {
        return c == '\n' || c == '\t' || c == '\r' || Character.isSpaceChar(c);
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /**
     * Returns how many columns a text takes on a terminal.
     *
     * @param text a text that {@link #line} returned
     * @return the number of columns; a wide character takes two
     */
    public static int width(String text) {
        return text.codePoints().map(SafeText::width).sum();
    }

    private static int width(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        boolean wide = c >= 0x1100
                && (c <= 0x115f // Hangul
                        || (c >= 0x2e80 && c <= 0xa4cf) // CJK
                        || (c >= 0xac00 && c <= 0xd7a3) // Hangul
                        || (c >= 0xf900 && c <= 0xfaff) // CJK
                        || (c >= 0xfe30 && c <= 0xfe6f) // CJK forms
                        || (c >= 0xff00 && c <= 0xff60) // full width
                        || (c >= 0x1f300 && c <= 0x1faff) // pictures
                        || (c >= 0x20000 && c <= 0x3fffd)); // CJK
        return wide ? 2 : 1;
    }

    /**
     * Returns a text on a line of an exact width, cut or filled up.
     *
     * @param text any text
     * @param columns the width in columns
     * @param unicode whether characters outside ASCII may stay
     */
    public static String fitted(String text, int columns, boolean unicode) {
        String line = cut(text, columns, unicode);
        return line + " ".repeat(columns - width(line));
    }

    /**
     * Returns a text on a line of at most a given width.
     *
     * @param text any text
     * @param columns the width in columns
     * @param unicode whether characters outside ASCII may stay
     */
    public static String cut(String text, int columns, boolean unicode) {
        String line = line(text, unicode);
        if (width(line) <= columns) {
            return line;
        }
        String end = unicode ? "…" : "~";
        StringBuilder cut = new StringBuilder(columns);
        int used = 1;
        int i = 0;
        while (i < line.length()) {
            int c = line.codePointAt(i);
            used += width(c);
            if (used > columns) {
                break;
            }
            cut.appendCodePoint(c);
            i += Character.charCount(c);
        }
        return columns == 0 ? "" : cut + end;
    }
}
