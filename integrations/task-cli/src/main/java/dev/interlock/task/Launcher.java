package dev.interlock.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes a script that starts the command as this JVM was started. Without Maven in between, the shell gets the
 * command's own exit code and messages, and the command gets the terminal.
 */
final class Launcher {

    private Launcher() {}

    /**
     * Writes the script.
     *
     * @param arguments the script's path, and the name of the command's class
     */
    public static void main(String[] arguments) throws IOException {
        Path script = Path.of(arguments[0]);
        Path written = Path.of(arguments[0] + ".new");
        Files.writeString(
                written,
                script(Path.of(System.getProperty("java.home")), System.getProperty("java.class.path"), arguments[1]));
        // Another start may be about to read the script: half of one would end without a word.
        Files.move(written, script, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static String script(Path javaHome, String classPath, String command) {
        return "exec " + quoted(javaHome.resolve("bin").resolve("java").toString()) + " -classpath " + quoted(classPath)
                + " " + command + " \"$@\"\n";
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
