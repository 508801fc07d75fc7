package dev.interlock.task;

import java.io.Console;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Tells whether output goes to a terminal. */
final class Terminal {

    private Terminal() {}

    @SuppressWarnings("SystemConsoleNull") // it does on 21
    static boolean isThere(Map<String, String> environment) {
        String term = environment.getOrDefault("TERM", "");
        Console console = System.console();
        if (console == null || term.isEmpty() || term.equals("dumb") || environment.containsKey("NO_COLOR")) {
            return false;
        }
        if (!isErrorOutputThere()) {
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

    /** Whether the error output is a terminal. The console covers only the standard input and output. */
    private static boolean isErrorOutputThere() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/2")).startsWith("/dev");
        } catch (IOException | UnsupportedOperationException e) {
            return true;
        }
    }
}
