package dev.interlock.task;

/** Text of models, tools and servers on its way to a terminal, which it must not command. */
public final class Printable {

    private Printable() {}

    /**
     * Returns a text without control characters; lines stay lines.
     *
     * @param text any text
     * @return the text, with replacement characters in their place
     */
    public static String text(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean isFormat = Character.getType(c) == Character.FORMAT;
            clean.appendCodePoint(c == '\n' || c == '\t' || (!Character.isISOControl(c) && !isFormat) ? c : 0xFFFD);
        });
        return clean.toString();
    }

    /** On one line, not longer than that. */
    static String line(String text, int width) {
        String line = text(text).strip().replace('\n', ' ').replace('\t', ' ');
        return line.length() <= width ? line : line.substring(0, width - 1) + "…";
    }
}
