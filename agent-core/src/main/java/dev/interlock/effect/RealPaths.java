package dev.interlock.effect;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the names that files of this machine have without symbolic links. It adds names and removes none, so no lookup
 * can lose a conflict.
 */
final class RealPaths {

    private static final int MAX_LINKS = 40;

    private RealPaths() {}

    /**
     * Returns the values and, for each path that leads over links, its target. If the file system does not answer for
     * one of them, the whole result is wide, since an unknown link may be a link. A relative path without a base has no
     * known links.
     *
     * @param base the folder that relative paths are relative to, or null
     */
    static List<String> addTo(List<String> values, @Nullable String base) {
        Set<String> all = new LinkedHashSet<>(values);
        for (String value : values) {
            try {
                Path path = path(value, base);
                if (path != null) {
                    Path real = real(path, MAX_LINKS);
                    if (!real.equals(path)) {
                        all.add(real.toString());
                    }
                }
            } catch (InvalidPathException e) {
                // No file of this machine has that name.
            } catch (IOException | SecurityException e) {
                return List.of(ArgumentKeys.WIDE);
            }
        }
        return all.size() == values.size() ? values : List.copyOf(all);
    }

    /** The file that a value names, null if it names no file of this machine. {@code ~/a} and {@code file:///a} do. */
    private static @Nullable Path path(String value, @Nullable String base) {
        if (value.equals("~") || value.startsWith("~/")) {
            return Path.of(System.getProperty("user.home") + value.substring(1));
        }
        if (value.startsWith("file:")) {
            return ofAddress(value);
        }
        Path path = Path.of(value);
        if (path.isAbsolute()) {
            return path;
        }
        boolean elsewhere = base == null || value.startsWith("~") || value.indexOf(':') > 0;
        return elsewhere ? null : Path.of(base).resolve(path);
    }

    private static @Nullable Path ofAddress(String value) {
        try {
            return Path.of(URI.create(value));
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            return null;
        }
    }

    /**
     * Follows all links. For a file that does not exist yet, the folder that will hold it counts. A dangling link
     * counts too.
     */
    private static Path real(Path path, int links) throws IOException {
        try {
            return path.toRealPath();
        } catch (NoSuchFileException e) {
            if (links == 0) {
                throw new FileSystemLoopException(path.toString());
            }
            if (Files.isSymbolicLink(path)) {
                return real(path.resolveSibling(Files.readSymbolicLink(path)), links - 1);
            }
            Path parent = path.normalize().getParent();
            Path name = path.normalize().getFileName();
            return parent == null || name == null ? path : real(parent, links).resolve(name);
        }
    }
}
