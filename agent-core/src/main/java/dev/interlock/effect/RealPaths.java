package dev.interlock.effect;

import java.io.IOException;
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

    private RealPaths() {}

    /** Returns the values and, for each that is an absolute path and leads over links, where it leads. */
    static List<String> addTo(List<String> values) {
        Set<String> all = new LinkedHashSet<>(values);
        for (String value : values) {
            Path real = real(value);
            if (real != null) {
                all.add(real.toString());
            }
        }
        return all.size() == values.size() ? values : List.copyOf(all);
    }

    /** Null if it leads over no link, or that cannot be told. */
    private static @Nullable Path real(String value) {
        try {
            Path path = Path.of(value);
            if (!path.isAbsolute()) {
                return null;
            }
            Path real = real(path);
            return real.equals(path) ? null : real;
        } catch (IOException | InvalidPathException | SecurityException e) {
            return null;
        }
    }

    /** Of what is not there yet, the folder counts that will hold it. */
    private static Path real(Path path) throws IOException {
        try {
            return path.toRealPath();
        } catch (NoSuchFileException e) {
            Path parent = path.normalize().getParent();
            Path name = path.normalize().getFileName();
            return parent == null || name == null ? path : real(parent).resolve(name);
        }
    }
}
