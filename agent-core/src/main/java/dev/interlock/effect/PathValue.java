package dev.interlock.effect;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An argument that may be a path: where it begins, and the way from there. Immutable.
 *
 * <p>Invariant: two texts that may name the same thing come to the same segments, or to different numbers of
 * {@linkplain Start#marks marks}. In the second case {@link Resource#overlaps} treats them as the same.
 *
 * @param start where the path begins
 * @param volume the segments, with slashes between them, of the drive or server; empty where there is none
 * @param way the segments from there on, with slashes between them, not normalised, and in the case in which they were
 *     written; those of an address without the place in the page
 * @param ofUri whether it is a base that was a {@code file:} address, so that relative paths may be encoded
 */
record PathValue(Start start, String volume, String way, boolean ofUri) {

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
        HOME(3),
        /**
         * {@code \\server\share\notes.md}: on a server of Windows. A drive or a home folder may lead there, and some
         * programs take it for {@code /server/share/notes.md}.
         */
        SERVER(4);

        /** How many marks a resource has before a path that begins there. */
        final int marks;

        Start(int marks) {
            this.marks = marks;
        }
    }

    private static final PathValue UNKNOWN = new PathValue(Start.UNKNOWN, "", "");
    private static final String FILE = "file:";

    /** Behind {@code \\.\} it leads to the servers. */
    private static final String UNC = "UNC/";

    PathValue(Start start, String volume, String way) {
        this(start, volume, way, false);
    }

    static PathValue of(String text) {
        PathValue path = spelled(text);
        boolean variable = PathVariables.within(path.volume) || PathVariables.within(path.way);
        return variable && !path.isAddress() ? UNKNOWN : path;
    }

    /** Reads a text in which only the beginning may be a variable. */
    private static PathValue spelled(String text) {
        String path = text.replace('\\', '/');
        if (path.startsWith("//")) {
            return text.startsWith("\\\\") ? ofServer(path) : ofTwoSlashes(path);
        }
        if (isSlash(path, 0)) {
            return new PathValue(Start.ROOT, "", path);
        }
        if (path.startsWith("~")) {
            return ofHome(path);
        }
        if (PathVariables.beginWith(path) || (startsBlank(path) && spelled(path.trim()).start != Start.RELATIVE)) {
            return UNKNOWN;
        }
        int colon = path.indexOf(':');
        return colon > 0 ? ofVolume(path, colon, text) : new PathValue(Start.RELATIVE, "", path);
    }

    /** {@code //server/share/way}, on Windows. No path leads out of a share. */
    private static PathValue ofServer(String path) {
        String names = path.replaceFirst("^/+", "");
        return names.startsWith("./") || names.startsWith("?/") ? ofDevice(names.substring(2)) : ofShare(names);
    }

    /** {@code C:/way} or {@code UNC/server/share/way} behind {@code //./}. Any other device may lead anywhere. */
    private static PathValue ofDevice(String names) {
        if (isDrive(names, 0)) {
            return spelled(names);
        }
        return names.regionMatches(true, 0, UNC, 0, UNC.length()) ? ofShare(names.substring(UNC.length())) : UNKNOWN;
    }

    private static PathValue ofShare(String server) {
        if (isSlash(server, 0) || server.startsWith("./") || server.startsWith("../")) {
            return UNKNOWN;
        }
        int share = server.indexOf('/');
        while (isSlash(server, share + 1)) {
            share++;
        }
        int way = share < 0 ? -1 : server.indexOf('/', share + 1);
        return way < 0
                ? new PathValue(Start.SERVER, server, "")
                : new PathValue(Start.SERVER, server.substring(0, way), server.substring(way));
    }

    /** {@code //data/notes.md}: {@code /data/notes.md}, but a server's share on Windows, which no path leaves. */
    private static PathValue ofTwoSlashes(String path) {
        return hasRise(path) ? UNKNOWN : new PathValue(Start.ROOT, "", path);
    }

    private static boolean hasRise(String path) {
        return (path + '/').contains("/../");
    }

    /** The path as a file system may know it, null if it is an address. */
    @Nullable
    String folder() {
        return isAddress() ? null : (start == Start.HOME ? "~" : start == Start.SERVER ? "//" + volume : volume) + way;
    }

    private static PathValue ofHome(String path) {
        boolean ofAnother = path.length() > 1 && !isSlash(path, 1);
        return ofAnother || TemplateSegment.rises(path.substring(1))
                ? UNKNOWN
                : new PathValue(Start.HOME, "", path.substring(1));
    }

    private static PathValue ofVolume(String path, int colon, String text) {
        String rest = path.substring(colon + 1);
        if (colon == 1 && isDrive(path, 0)) {
            // Each drive has a current folder of its own, so "C:notes.md" is relative to an unknown folder.
            return isSlash(rest, 0)
                    ? new PathValue(Start.VOLUME, path.substring(0, 2).toUpperCase(Locale.ROOT), rest)
                    : UNKNOWN;
        }
        if (path.regionMatches(true, 0, FILE, 0, FILE.length())) {
            return ofFileUri(text);
        }
        String address = Address.trimmed(text);
        int scheme = Address.schemeLength(address);
        if (scheme == 0) {
            return new PathValue(Start.RELATIVE, "", path);
        }
        String known = address.substring(0, scheme);
        if (address.replace('\\', '/').startsWith("//", scheme)) {
            return ofUrl(known, address.substring(scheme));
        }
        // Clients read "https:/a" in several ways, and "jdbc:postgresql://host/a" has a scheme inside.
        return Address.isWeb(known) || rest.contains("://") ? UNKNOWN : new PathValue(Start.RELATIVE, "", path);
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
                // Outside of Windows nothing keeps ".." within the share.
                return hasRise(path) ? UNKNOWN : ofServer("//" + host + path);
            }
            return isDrive(path, 1) && path.length() > 3 ? spelled(path.substring(1)) : spelled(path);
        } catch (URISyntaxException e) {
            return UNKNOWN;
        }
    }

    /**
     * @param scheme with its colon
     * @param text the part behind it, which begins with two slashes
     */
    private static PathValue ofUrl(String scheme, String text) {
        String page = Address.page(text);
        String server = Address.server(scheme, page);
        return server == null
                ? UNKNOWN
                : new PathValue(Start.VOLUME, server, page.substring(Address.hostEnd(page, scheme)));
    }

    private static boolean startsBlank(String path) {
        return !path.isEmpty() && path.charAt(0) <= ' ';
    }

    private static boolean isSlash(String text, int index) {
        return index < text.length() && text.charAt(index) == '/';
    }

    private static boolean isDrive(String text, int index) {
        return index + 1 < text.length()
                && text.charAt(index + 1) == ':'
                && "abcdefghijklmnopqrstuvwxyz".indexOf(Character.toLowerCase(text.charAt(index))) >= 0;
    }

    /**
     * Whether a text may name something below a base. Relative paths do. So may a root of Windows, and a name that
     * begins with a backslash elsewhere.
     */
    static boolean mayStartAtBase(String text) {
        return switch (of(text).start) {
            case RELATIVE, ROOT, SERVER -> true;
            case UNKNOWN, VOLUME, HOME -> false;
        };
    }

    boolean isRelative() {
        return start == Start.RELATIVE;
    }

    private boolean isOnDrive() {
        return start == Start.VOLUME && volume.length() == 2;
    }

    /** Only Windows has drives of a letter and a colon, and servers behind two backslashes. */
    private boolean isOnWindows() {
        return start == Start.SERVER || isOnDrive();
    }

    private boolean isAddress() {
        return start == Start.VOLUME && !isOnDrive();
    }

    /**
     * Returns where a path leads from a folder.
     *
     * @param base an absolute path
     * @param text a path; a reference as in a page if the base is an address
     */
    static PathValue resolve(PathValue base, String text) {
        if (base.isAddress()) {
            return base.refer(Address.trimmed(text));
        }
        // On most systems a backslash may be a part of a name, and that name may be what ".." removes.
        if (!base.isOnWindows() && text.indexOf('\\') >= 0 && TemplateSegment.rises(text)) {
            return UNKNOWN;
        }
        PathValue path = of(text);
        String slashes = text.replace('\\', '/');
        if (base.isOnWindows() && slashes.startsWith("//") && !PathVariables.within(slashes)) {
            return ofServer(slashes);
        }
        if (path.isRelative()) {
            return base.with(base.way + '/' + path.way);
        }
        return path.start == Start.ROOT && base.isOnWindows() ? base.with(path.way) : path;
    }

    /** Returns where a reference leads from this address. */
    private PathValue refer(String reference) {
        PathValue path = spelled(reference);
        boolean fromBase = path.isRelative() || isSlash(reference, 0) || Address.startsEncoded(reference);
        // Clients disagree about a backslash at the start. A home folder or a drive may as well be a page's name.
        if (!fromBase) {
            boolean isFile = (path.start == Start.ROOT || path.start == Start.SERVER) && !reference.startsWith("\\");
            return isFile || path.isAddress() ? path : UNKNOWN;
        }
        if (reference.replace('\\', '/').startsWith("//")) {
            return ofUrl(volume.substring(0, volume.indexOf('/')), reference);
        }
        String page = Address.page(reference);
        if (page.isEmpty()) {
            return this;
        }
        String folder = isSlash(page, 0) ? "" : way.endsWith("/") ? way : way + '/';
        return new PathValue(start, volume, folder + page);
    }

    /**
     * Returns references that lead from this base to all that the given ones may mean. From {@code https://h/docs} some
     * tools take {@code a} for {@code https://h/docs/a} and others, as in a page, for {@code https://h/a}. From
     * {@code file:///docs/} some take {@code a%20b} for a name and others for {@code a b}.
     */
    List<String> readings(List<String> references) {
        boolean share = start == Start.SERVER && way.isEmpty();
        boolean mayBePage = (ofUri || isAddress()) && (share || !way.isEmpty()) && !way.endsWith("/");
        if (!ofUri && !mayBePage) {
            return references;
        }
        Set<String> all = new LinkedHashSet<>(references);
        for (String each : references) {
            String page = Address.page(Address.trimmed(each));
            if (!page.isEmpty() && (spelled(page).isRelative() || Address.startsEncoded(page))) {
                String decoded = ofUri ? Address.way(page) : page;
                if (decoded == null || (share && mayBePage)) {
                    return List.of(ArgumentKeys.WIDE);
                }
                all.add(decoded);
                if (mayBePage) {
                    all.add("../" + each);
                    all.add("../" + decoded);
                }
            }
        }
        return List.copyOf(all);
    }

    private PathValue with(String newWay) {
        if (start == Start.HOME && TemplateSegment.rises(newWay)) {
            return UNKNOWN;
        }
        return new PathValue(start, volume, newWay);
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
        String names = start == Start.SERVER ? WindowsNames.plain(volume) : volume;
        String plain = isAddress() ? Address.way(way) : isOnWindows() ? WindowsNames.plain(way) : way;
        if (names == null || plain == null) {
            return false;
        }
        int before = path.depth();
        for (int i = 0; i < start.marks; i++) {
            path.push(Resource.MARK);
        }
        path.append(names, path.depth());
        int root = path.depth();
        path.append(plain, root);
        boolean named = path.depth() > root || (start == Start.SERVER && root > before + start.marks);
        if (!named) {
            path.truncate(before);
        }
        return named && !(isOnWindows() && path.cutAtShortName(root));
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
            String needed = !glob && text.contains("://")
                    ? "the base must be an absolute path or an address with a plain host, such as example.org,"
                    : "the base must be an absolute path without wildcards, such as /data,";
            throw new IllegalArgumentException(needed + " was '" + text + "'");
        }
        return new PathValue(base.start, base.volume, base.way, text.regionMatches(true, 0, FILE, 0, FILE.length()));
    }
}
