package dev.interlock.report;

import java.io.Console;
import java.lang.reflect.Method;
import java.nio.charset.Charset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The look of a text report. Immutable.
 *
 * @param width the most columns of a line; at least 40
 * @param color whether the text may have escape sequences for colours
 * @param unicode whether the text may have characters outside ASCII
 */
public record TextStyle(int width, boolean color, boolean unicode) {

    private static final int USUAL = 100;

    /** For files and logs: 100 columns, no colours. */
    public static final TextStyle PLAIN = new TextStyle(USUAL, false, true);

    /** For outputs without Unicode: 100 columns, no colours, ASCII only. */
    public static final TextStyle ASCII = new TextStyle(USUAL, false, false);

    /** Rejects a width too small for a bar. */
    public TextStyle {
        if (width < 40) {
            throw new IllegalArgumentException("width must be >= 40, was " + width);
        }
    }

    /**
     * Returns the style for the standard output. It has colours only if the output is a terminal and {@code NO_COLOR}
     * is not set. {@code COLUMNS} sets the width. It is ASCII if the output's charset has no bars.
     *
     * @return the style
     */
    public static TextStyle terminal() {
        return of(System.getenv(), isTerminal(), System.out.charset());
    }

    static TextStyle of(Map<String, String> environment, boolean terminal, Charset charset) {
        String term = environment.getOrDefault("TERM", "");
        boolean color = terminal && !term.isEmpty() && !term.equals("dumb") && !environment.containsKey("NO_COLOR");
        return new TextStyle(
                columns(environment.get("COLUMNS")),
                color,
                charset.canEncode() && charset.newEncoder().canEncode("█░"));
    }

    private static int columns(@Nullable String said) {
        try {
            return said == null ? USUAL : Math.max(40, Integer.parseInt(said.strip()));
        } catch (NumberFormatException e) {
            return USUAL;
        }
    }

    @SuppressWarnings("SystemConsoleNull") // it does on 21
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From Java 22 on a console may exist without a terminal; this method tells.
            Method isTerminal = Console.class.getMethod("isTerminal");
            return Boolean.TRUE.equals(isTerminal.invoke(console));
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
