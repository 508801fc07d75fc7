package dev.interlock.call;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Parameters that hold code, shell text and the like, by their names: <code>${1}</code> means something there, and what a
 * tool has answered is not to become part of it.
 */
final class LiteralParameters {

    /** Of names with one word. "code" with another before it is rather one of a country or a currency. */
    private static final Set<String> NAMES = Set.of("code", "program", "sh", "shell", "bash", "zsh", "powershell");

    /** Wherever they are the last word. */
    private static final Set<String> LAST_WORDS = Set.of(
            "script",
            "scripts",
            "command",
            "commands",
            "cmd",
            "cmds",
            "sql",
            "regex",
            "regexp",
            "template",
            "templates",
            "replacement",
            "snippet",
            "bash",
            "powershell",
            "javascript",
            "typescript",
            "python",
            "groovy",
            "jq",
            "xpath");

    /** What code is of or in. */
    private static final Set<String> BEFORE_CODE = Set.of(
            "source",
            "program",
            "shell",
            "bash",
            "python",
            "java",
            "javascript",
            "js",
            "typescript",
            "ts",
            "groovy",
            "kotlin",
            "ruby",
            "rust",
            "go",
            "php",
            "html",
            "css",
            "sql",
            "new",
            "old",
            "test");

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+|(?<=[\\p{Ll}\\p{N}])(?=\\p{Lu})");

    private LiteralParameters() {}

    static boolean isLiteral(String parameter) {
        List<String> words = Arrays.stream(BETWEEN_WORDS.split(parameter))
                .filter(word -> !word.isEmpty())
                .map(word -> word.toLowerCase(Locale.ROOT))
                .toList();
        if (words.isEmpty()) {
            return false;
        }
        String last = words.getLast();
        if (LAST_WORDS.contains(last) || words.getFirst().equals("sql")) {
            return true;
        }
        return words.size() == 1
                ? NAMES.contains(last)
                : last.equals("code") && BEFORE_CODE.contains(words.get(words.size() - 2));
    }
}
