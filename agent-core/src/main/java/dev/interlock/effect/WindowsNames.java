package dev.interlock.effect;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names that Windows takes for one file. Invariant: two spellings of one path give the same segments, or one of
 * them gives none.
 */
final class WindowsNames {

    /** {@code PROGRA~1}, {@code NOTES~12.MD}: a name that Windows makes up for a longer one. */
    private static final Pattern SHORT = Pattern.compile("[^.~]{1,7}~[0-9]{1,6}(?:\\.[^.]{0,3})?");

    private static final Pattern DOTS_AND_BLANKS = Pattern.compile("[. ]*");

    private WindowsNames() {}

    /**
     * Returns the segments without letter case, dots and blanks at their ends, and streams, for a path that is
     * certainly one of Windows: {@code Notes.md. } and {@code notes.md::$DATA} are {@code notes.md}.
     *
     * @param path the segments, with slashes between them
     * @return null if the path has a segment such as {@code "..."} or {@code ".. "}, which programs take for different
     *     folders
     */
    static @Nullable String plain(String path) {
        String folded = Spelling.fold(path);
        StringBuilder plain = new StringBuilder(folded.length());
        int start = 0;
        while (start <= folded.length()) {
            int slash = folded.indexOf('/', start);
            int end = slash < 0 ? folded.length() : slash;
            String segment = folded.substring(start, end);
            boolean step = segment.equals(".") || segment.equals("..");
            int stream = segment.indexOf(':');
            String name = stream > 0 ? segment.substring(0, stream) : segment;
            if (!step && mayBeStep(name)) {
                return null;
            }
            plain.append(start == 0 ? "" : "/").append(step ? name : trimmed(name));
            start = end + 1;
        }
        return plain.toString();
    }

    /** Whether a name has only dots and blanks, and so may stand for its folder, or for a folder above. */
    static boolean mayBeStep(String name) {
        return !name.isEmpty() && DOTS_AND_BLANKS.matcher(name).matches();
    }

    /** Returns a name without the dots and blanks at its end; the name itself if it has nothing else. */
    static String trimmed(String name) {
        int end = name.length();
        while (end > 0 && (name.charAt(end - 1) == '.' || name.charAt(end - 1) == ' ')) {
            end--;
        }
        return end == 0 ? name : name.substring(0, end);
    }

    /** Returns a name without {@code ::$DATA} and the like, which Windows takes for the file's own contents. */
    static String withoutType(String name) {
        int stream = name.indexOf(':');
        return stream > 0 && name.indexOf(":$", stream) >= 0 ? name.substring(0, stream) : name;
    }

    static boolean mayBeShort(String name) {
        return name.indexOf('~') > 0 && SHORT.matcher(name).matches();
    }
}
