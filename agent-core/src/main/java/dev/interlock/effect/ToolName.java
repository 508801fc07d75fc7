package dev.interlock.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Splits a tool's name into the words of its method, in lower case, without the namespaces before it. */
final class ToolName {

    private ToolName() {}

    /**
     * Returns the words of a name's last part, for names such as {@code github__list_issues}, {@code FileSystem.cat} or
     * {@code get_HTTPHeader}. A namespace of a single verb ({@code list/users}) counts as the first word.
     */
    static List<String> words(String name) {
        List<List<String>> parts = parts(name);
        if (parts.isEmpty()) {
            return List.of();
        }
        List<String> words = new ArrayList<>();
        for (List<String> namespace : parts.subList(0, parts.size() - 1)) {
            if (namespace.size() == 1 && Lexicon.verb(namespace.get(0)) != null) {
                words.add(namespace.get(0));
            }
        }
        words.addAll(parts.get(parts.size() - 1));
        return words;
    }

    private static List<List<String>> parts(String name) {
        List<List<String>> parts = new ArrayList<>();
        List<String> part = new ArrayList<>();
        int i = 0;
        while (i < name.length()) {
            char c = name.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                int end = wordEnd(name, i);
                part.add(lowerCase(name.substring(i, end)));
                i = end;
                continue;
            }
            boolean doubled = c == '_' && i + 1 < name.length() && name.charAt(i + 1) == '_';
            if ((doubled || ".:/\\#".indexOf(c) >= 0) && !part.isEmpty()) {
                parts.add(part);
                part = new ArrayList<>();
            }
            i++;
        }
        if (!part.isEmpty() && !isVersion(part)) {
            parts.add(part);
        }
        return parts;
    }

    /** The end of the word at {@code start}: a change from lower to upper case, or the last capital of an acronym. */
    private static int wordEnd(String name, int start) {
        int i = start + 1;
        while (i < name.length() && Character.isLetterOrDigit(name.charAt(i))) {
            boolean upper = Character.isUpperCase(name.charAt(i));
            boolean afterLower = !Character.isUpperCase(name.charAt(i - 1));
            boolean beforeLower = i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1));
            if (upper && (afterLower || (beforeLower && !isPluralAcronym(name, i)))) {
                return i;
            }
            i++;
        }
        return i;
    }

    /** {@code URLs} is one word. */
    private static boolean isPluralAcronym(String name, int i) {
        return name.charAt(i + 1) == 's' && (i + 2 == name.length() || !Character.isLowerCase(name.charAt(i + 2)));
    }

    private static boolean isVersion(List<String> part) {
        String word = part.get(0);
        return part.size() == 1
                && word.length() <= 3
                && word.chars().skip(1).allMatch(Character::isDigit)
                && (word.charAt(0) == 'v' || Character.isDigit(word.charAt(0)));
    }

    static String lowerCase(String word) {
        return word.toLowerCase(Locale.ROOT);
    }

    static @Nullable String at(List<String> words, int index) {
        return index < words.size() ? words.get(index) : null;
    }
}
