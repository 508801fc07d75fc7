package dev.interlock.report;

import java.io.Console;
import java.lang.reflect.Method;
import java.nio.charset.Charset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a text report looks. Immutable.
 *
 * @param width how many columns a line has at most, at least 40
 * @param color whether it may have escape sequences for colours
 * @param unicode whether it may have characters that are not ASCII
 */
public record TextStyle(int width, boolean color, boolean unicode) {

    private static final int USUAL = 100;

    /** For files and logs: 100 columns, no colours. */
    public static final TextStyle PLAIN = new TextStyle(USUAL, false, true);

    /** For whatever cannot even show a bar: 100 columns, no colours, ASCII only. */
    public static final TextStyle ASCII = new TextStyle(USUAL, false, false);

    /** Rejects a width that is too small for a bar. */
    public TextStyle {
        if (width < 40) {
            throw new IllegalArgumentException("width must be >= 40, was " + width);
        }
    }

    /**
     * The style for the standard output: with colours only if that is a terminal and {@code NO_COLOR} is not set, as wide as
     * {@code COLUMNS} says, in ASCII if its charset has no bars.
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
            // From Java 22 on there may be a console without a terminal, and this method tells.
            Method isTerminal = Console.class.getMethod("isTerminal");
            return Boolean.TRUE.equals(isTerminal.invoke(console));
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
