package dev.interlock.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a script that starts the command as this JVM was started: without Maven in between the shell gets the command's
 * own exit code and its own messages, and the terminal is there.
 */
final class Launcher {

    private Launcher() {}

    /**
     * Writes the script.
     *
     * @param arguments where to
     */
    public static void main(String[] arguments) throws IOException {
        Files.writeString(
                Path.of(arguments[0]),
                script(Path.of(System.getProperty("java.home")), System.getProperty("java.class.path")));
    }

    static String script(Path javaHome, String classPath) {
        return "exec " + quoted(javaHome.resolve("bin").resolve("java").toString()) + " -classpath " + quoted(classPath)
                + " " + TaskCommand.class.getName() + " \"$@\"\n";
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
