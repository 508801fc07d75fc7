package dev.interlock.effect;

import java.util.Locale;
import java.util.Set;

/**
 * Finds variables in paths: {@code $HOME/x}, <code>logs/${USER}/x</code>, {@code C:/Users/%USERNAME%/x},
 * {@code $(pwd)/x}, {@code `pwd`/x}. Some tools insert the variable's value, some do not, and the value may hold any
 * path. Paths have slashes of one kind.
 *
 * <p>Invariant: what a shell of Unix or Windows would replace counts as a variable, with these exceptions, which tools
 * use as names: {@code $5} and <code>${1}</code>; a word behind {@code $} that is all lower-case in a text without
 * slashes ({@code $ref}); a nested class of Java, in a name that ends in {@code .class} or {@code .java}, or in a text
 * without slashes ({@code Outer$Inner.class}); an encoded letter ({@code %C3%A9}); a stream of Windows
 * ({@code ::$DATA}).
 */
final class PathVariables {

    /** Parts of a file on Windows. */
    private static final Set<String> STREAM_TYPES =
            Set.of("DATA", "I30", "INDEX_ALLOCATION", "INDEX_ROOT", "BITMAP", "ATTRIBUTE_LIST");

    /** {@code $$}, {@code $@} and the like: what a shell of Unix knows of itself and its arguments. */
    private static final String SPECIAL = "$@#!-";

    private PathVariables() {}

    /** Whether the path may begin with a variable. */
    static boolean beginWith(String path) {
        if (path.length() < 2) {
            return false;
        }
        char next = path.charAt(1);
        return switch (path.charAt(0)) {
            case '$' ->
                !isNumber(path, 0)
                        && (path.indexOf('/') > 0
                                || !isLetter(next)
                                || Character.isUpperCase(next)
                                || isScope(path, 1));
            case '%' -> isLetter(next) && path.indexOf('%', 1) > 0;
            default -> false;
        };
    }

    /** Whether the path may have a variable behind its first character. */
    static boolean within(String path) {
        boolean folders = path.indexOf('/') >= 0;
        int end = -1;
        boolean ofJava = !folders;
        for (int i = 0; i < path.length(); i++) {
            if (folders && i > end) {
                int slash = path.indexOf('/', i);
                end = slash < 0 ? path.length() : slash;
                ofJava = endsIn(path, end, ".class") || endsIn(path, end, ".java");
            }
            boolean found =
                    switch (path.charAt(i)) {
                        case '$' -> isDollar(path, i, folders, ofJava);
                        case '%' -> isPercent(path, i);
                        case '`' -> path.indexOf('`', i + 1) > 0;
                        default -> false;
                    };
            if (found) {
                return true;
            }
        }
        return false;
    }

    private static boolean endsIn(String path, int end, String suffix) {
        return path.startsWith(suffix, end - suffix.length());
    }

    /**
     * @param folders whether the path has a slash
     * @param ofJava whether the name may be that of a nested class
     */
    private static boolean isDollar(String path, int at, boolean folders, boolean ofJava) {
        if (at + 1 == path.length() || isNumber(path, at)) {
            return false;
        }
        char next = path.charAt(at + 1);
        if (next == '{' || next == '(' || SPECIAL.indexOf(next) >= 0) {
            return true;
        }
        if (!isLetter(next) && next != '_') {
            return false;
        }
        if (at == 0 || path.charAt(at - 1) == '/') {
            return at > 0 || beginWith(path);
        }
        if (path.charAt(at - 1) == ':' && STREAM_TYPES.contains(word(path, at + 1))) {
            return false;
        }
        boolean nestedClass = ofJava
                && Character.isUpperCase(next)
                && at + 2 < path.length()
                && Character.isLowerCase(path.charAt(at + 2));
        return !nestedClass && (Character.isUpperCase(next) || next == '_' || folders);
    }

    private static String word(String path, int start) {
        int end = start;
        while (end < path.length() && (Character.isLetterOrDigit(path.charAt(end)) || path.charAt(end) == '_')) {
            end++;
        }
        return path.substring(start, end).toUpperCase(Locale.ROOT);
    }

    /** {@code %NAME%}, also {@code %ProgramFiles(x86)%}. */
    private static boolean isPercent(String path, int at) {
        char next = at + 1 < path.length() ? path.charAt(at + 1) : '%';
        if (!isLetter(next) && next != '_') {
            return false;
        }
        int end = at + 1;
        while (end < path.length() && path.charAt(end) != '%' && path.charAt(end) != '/') {
            end++;
        }
        boolean closed = end < path.length() && path.charAt(end) == '%';
        return closed && !(end == at + 3 && Address.startsEncoded(path.substring(at, Math.min(at + 6, path.length()))));
    }

    /** {@code $5}, <code>${1}</code>: no variable has such a name. */
    private static boolean isNumber(String path, int dollar) {
        boolean braces = path.charAt(dollar + 1) == '{' && dollar + 2 < path.length();
        char first = path.charAt(dollar + (braces ? 2 : 1));
        return first >= '0' && first <= '9';
    }

    /** {@code $env:TEMP}: PowerShell's variables have a colon in their name. */
    private static boolean isScope(String path, int at) {
        int end = at;
        while (end < path.length() && isLetter(path.charAt(end))) {
            end++;
        }
        return end < path.length() && path.charAt(end) == ':';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
