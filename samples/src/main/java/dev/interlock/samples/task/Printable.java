package dev.interlock.samples.task;

/** Text of models, tools and servers on its way to a terminal, which it must not command. */
final class Printable {

    private Printable() {}

    /** Without control characters; lines stay lines. */
    static String text(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isFormat = Character.getType(c) == Character.FORMAT;
            clean.append(c == '\n' || c == '\t' || (!Character.isISOControl(c) && !isFormat) ? c : '\uFFFD');
        }
        return clean.toString();
    }

    /** On one line, not longer than that. */
    static String line(String text, int width) {
        String line = text(text).strip().replace('\n', ' ').replace('\t', ' ');
        return line.length() <= width ? line : line.substring(0, width - 1) + "…";
    }
}
