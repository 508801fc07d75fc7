package dev.interlock.call;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Recognises parameters that hold code, shell text and the like by their names. There <code>${1}</code> has a meaning
 * of its own, and a tool's answer must not become part of code.
 */
final class LiteralParameters {

    /** Names of one word. After another word, "code" is more likely a country's or a currency's. */
    private static final Set<String> NAMES = Set.of("code", "program", "sh", "shell", "bash", "zsh", "powershell");

    /** Words that mark a name when they are its last. */
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

    /** Words that make "code" after them mean program text. */
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
