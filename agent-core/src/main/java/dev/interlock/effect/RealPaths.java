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
 * Finds the names that files of this machine have without symbolic links. A name is added and none taken away, so nothing
 * that is looked up can lose a conflict.
 */
final class RealPaths {

    private static final int MAX_LINKS = 40;

    private RealPaths() {}

    /**
     * Returns the values and, for each that leads over links, where it leads. All of it is wide if the file system does not
     * say of one: unknown is not none. Of a relative path without a base no link is known.
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

    /** Null for what is no file of this machine; {@code ~/a} and {@code file:///a} are. */
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

    /** Of what is not there yet, the folder counts that will hold it; a link that leads nowhere leads there all the same. */
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
