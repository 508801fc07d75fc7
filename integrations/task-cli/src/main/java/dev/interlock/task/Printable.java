package dev.interlock.task;

/** Makes text of models, tools and servers safe for a terminal, so that the text cannot send commands to it. */
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

    /** Returns a text on one line of at most this width. */
    static String line(String text, int width) {
        String line = text(text).strip().replace('\n', ' ').replace('\t', ' ');
        return line.length() <= width ? line : line.substring(0, width - 1) + "…";
    }
}
