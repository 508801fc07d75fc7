package dev.interlock.effect;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An argument that may be a path: where it begins, and the way from there. Immutable.
 *
 * <p>Invariant: two texts that may name the same thing come to the same segments, or to different numbers of
 * {@linkplain Start#marks marks}. In the second case {@link Resource#overlaps} treats them as the same.
 *
 * @param start where the path begins
 * @param volume the segments, with slashes between them, of the drive or server; empty where there is none
 * @param way the segments from there on, with slashes between them, not normalised
 */
record PathValue(Start start, String volume, String way) {

    /**
     * From the least known beginning to the best known. A path may name the same thing as a path with an earlier
     * beginning.
     */
    enum Start {
        /** Unknown; the path may name anything. */
        UNKNOWN(0),
        /** {@code notes.md}: below an unknown folder. */
        RELATIVE(0),
        /** {@code /data/notes.md}: below the root of an unknown file system or server. */
        ROOT(1),
        /** {@code C:/data/notes.md}, {@code https://example.org/notes}. */
        VOLUME(2),
        /** {@code ~/notes.md}: below a home folder, which may be anywhere. */
        HOME(3);

        /** How many marks a resource has before a path that begins there. */
        final int marks;

        Start(int marks) {
            this.marks = marks;
        }
    }

    private static final PathValue UNKNOWN = new PathValue(Start.UNKNOWN, "", "");
    private static final String FILE = "file:";
    private static final int LONGEST_SCHEME = 32;

    static PathValue of(String text) {
        String path = text.replace('\\', '/');
        if (isSlash(path, 0)) {
            return new PathValue(Start.ROOT, "", path);
        }
        if (path.startsWith("~")) {
            return ofHome(path);
        }
        if (mayBeVariable(path) || (startsBlank(path) && of(path.strip()).start != Start.RELATIVE)) {
            return UNKNOWN;
        }
        int colon = path.indexOf(':');
        return colon > 0 ? ofVolume(path, colon, text) : new PathValue(Start.RELATIVE, "", path);
    }

    /** The path if it begins at the root of the only known file system, else null. */
    @Nullable
    String folder() {
        return start == Start.ROOT && volume.isEmpty() ? way : null;
    }

    private static PathValue ofHome(String path) {
        boolean ofAnother = path.length() > 1 && !isSlash(path, 1);
        return ofAnother || TemplateSegment.rises(path.substring(1))
                ? UNKNOWN
                : new PathValue(Start.HOME, "", path.substring(1));
    }

    private static PathValue ofVolume(String path, int colon, String text) {
        String rest = path.substring(colon + 1);
        if (colon == 1 && isLetter(path.charAt(0))) {
            // Each drive has a current folder of its own, so "C:notes.md" is relative to an unknown folder.
            return isSlash(rest, 0)
                    ? new PathValue(Start.VOLUME, path.substring(0, 2).toUpperCase(Locale.ROOT), fold(rest))
                    : UNKNOWN;
        }
        if (path.regionMatches(true, 0, FILE, 0, FILE.length())) {
            return ofFileUri(text);
        }
        return rest.startsWith("//") && isScheme(path, colon)
                ? ofUrl(path.substring(0, colon + 1), rest)
                : new PathValue(Start.RELATIVE, "", path);
    }

    private static PathValue ofFileUri(String text) {
        try {
            URI uri = new URI(text);
            String path = uri.getPath();
            if (path == null || path.isEmpty() || uri.getRawFragment() != null || uri.getRawQuery() != null) {
                return UNKNOWN;
            }
            String host = uri.getRawAuthority();
            if (host != null && !host.equalsIgnoreCase("localhost")) {
                return new PathValue(Start.ROOT, "", host + path);
            }
            boolean drive = path.length() > 3 && path.charAt(2) == ':' && isLetter(path.charAt(1));
            return drive ? of(path.substring(1)) : new PathValue(Start.ROOT, "", path);
        } catch (URISyntaxException e) {
            return UNKNOWN;
        }
    }

    /**
     * Drops what does not tell pages apart: the part behind {@code #} is a place in the page, {@code http} and
     * {@code https} often lead to the same page, and so do addresses that differ only in the user.
     */
    private static PathValue ofUrl(String scheme, String rest) {
        int fragment = rest.indexOf('#');
        String page = fragment < 0 ? rest : rest.substring(0, fragment);
        int slash = page.indexOf('/', 2);
        int end = slash < 0 ? page.length() : slash;
        String known = scheme.toLowerCase(Locale.ROOT);
        String host = page.substring(page.lastIndexOf('@', end) + 1, end);
        host = host.startsWith("//") ? host.substring(2) : host;
        String volume = (known.equals("https:") ? "http:" : known)
                + '/'
                + withoutDefaultPort(known, host.toLowerCase(Locale.ROOT));
        return new PathValue(Start.VOLUME, volume, decoded(page.substring(end)));
    }

    private static String withoutDefaultPort(String scheme, String host) {
        String port = scheme.equals("https:") ? ":443" : scheme.equals("http:") ? ":80" : ":";
        return host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
    }

    /** {@code a%20b} is {@code a b}. */
    private static String decoded(String page) {
        if (page.indexOf('%') < 0) {
            return page;
        }
        try {
            return URLDecoder.decode(page.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return page;
        }
    }

    /** {@code $HOME/x}, <code>${HOME}</code>, {@code %TEMP%/x}: some tools insert the variable's value, some do not. */
    private static boolean mayBeVariable(String path) {
        if (path.length() < 2) {
            return false;
        }
        char next = path.charAt(1);
        return switch (path.charAt(0)) {
            case '$' -> !isNumber(path) && (path.indexOf('/') > 0 || !isLetter(next) || Character.isUpperCase(next));
            case '%' -> isLetter(next) && path.indexOf('%', 1) > 0;
            default -> false;
        };
    }

    /** {@code $5}, <code>${1}</code>: no variable has such a name. */
    private static boolean isNumber(String path) {
        return isDigit(path.charAt(path.charAt(1) == '{' && path.length() > 2 ? 2 : 1));
    }

    private static boolean isScheme(String path, int end) {
        if (end > LONGEST_SCHEME || !isLetter(path.charAt(0))) {
            return false;
        }
        for (int i = 1; i < end; i++) {
            char c = path.charAt(i);
            if (!isLetter(c) && !isDigit(c) && c != '+' && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }

    private static boolean startsBlank(String path) {
        return !path.isEmpty() && path.charAt(0) <= ' ';
    }

    private static boolean isSlash(String text, int index) {
        return index < text.length() && text.charAt(index) == '/';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Returns one text for all texts that differ only in letter case or in Unicode's spelling of a letter. */
    static String fold(String text) {
        return Normalizer.normalize(text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    }

    boolean isRelative() {
        return start == Start.RELATIVE;
    }

    /** Only Windows has drives of a letter and a colon, and on Windows letter case never matters. */
    private boolean isOnDrive() {
        return volume.length() == 2;
    }

    /**
     * Returns where a path leads from a folder.
     *
     * @param base an absolute path
     */
    static PathValue resolve(PathValue base, PathValue path) {
        if (path.isRelative()) {
            return base.with(base.way + '/' + path.way);
        }
        return path.start == Start.ROOT && base.start == Start.VOLUME ? base.with(path.way) : path;
    }

    private PathValue with(String newWay) {
        if (start == Start.HOME && TemplateSegment.rises(newWay)) {
            return UNKNOWN;
        }
        return new PathValue(start, volume, isOnDrive() ? fold(newWay) : newWay);
    }

    /**
     * Adds the segments of the value.
     *
     * @return false if the value may name anything below the path so far; the method then adds nothing
     */
    boolean appendTo(PathBuilder path) {
        if (start == Start.UNKNOWN) {
            return false;
        }
        int before = path.depth();
        for (int i = 0; i < start.marks; i++) {
            path.push(Resource.MARK);
        }
        path.append(volume, path.depth());
        int root = path.depth();
        path.append(way, root);
        if (path.depth() > root) {
            return true;
        }
        path.truncate(before);
        return false;
    }

    /**
     * Returns an absolute path as the base of relative ones.
     *
     * @throws IllegalArgumentException if it is not absolute
     */
    static PathValue base(String text) {
        PathValue base = of(text);
        boolean glob = text.chars().anyMatch(c -> TemplateParser.isGlob((char) c));
        if (base.start.marks == 0 || glob) {
            throw new IllegalArgumentException(
                    "the base must be an absolute path without wildcards, such as /data, was '" + text + "'");
        }
        return base;
    }
}
