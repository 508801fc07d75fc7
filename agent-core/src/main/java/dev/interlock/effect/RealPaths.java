package dev.interlock.effect;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the names that files of this machine have without symbolic links. It adds names and removes none, so no lookup
 * can lose a conflict.
 *
 * <p>Invariant: the added name is where the system's own walk along the path ends, from folder to folder. {@code ..}
 * leads up from where a link leads, not from where it is. What does not exist yet counts as a folder.
 */
final class RealPaths {

    private static final int MAX_LINKS = 40;
    private static final String FILE = "file:";
    private static final String LOCAL_HOST = "file://localhost/";

    private RealPaths() {}

    /**
     * Returns the values and, for each path that leads over links, its target. If the file system does not answer for
     * one of them, the whole result is wide, since an unknown link may be a link. A relative path without a base has no
     * known links.
     *
     * @param base the folder that relative paths are relative to, perhaps below {@code ~}, or null
     * @param mayStartAtBase whether a value may name something below the base
     */
    static List<String> addTo(List<String> values, @Nullable String base, Predicate<? super String> mayStartAtBase) {
        Set<String> all = new LinkedHashSet<>(values);
        for (String value : values) {
            try {
                addReal(value, base, mayStartAtBase, all);
                if (value.indexOf('\\') >= 0) {
                    addReal(value.replace('\\', '/'), base, mayStartAtBase, all);
                }
            } catch (IOException | SecurityException e) {
                return List.of(ArgumentKeys.WIDE);
            }
        }
        return all.size() == values.size() ? values : List.copyOf(all);
    }

    private static void addReal(
            String value, @Nullable String base, Predicate<? super String> mayStartAtBase, Set<String> all)
            throws IOException {
        try {
            Path path = path(value, base, mayStartAtBase);
            if (path != null) {
                Path real = real(path);
                if (!real.equals(path)) {
                    all.add(real.toString());
                }
            }
        } catch (InvalidPathException e) {
            // No file of this machine has that name.
        }
    }

    /** The file that a value names, null if it names no file of this machine. {@code ~/a} and {@code file:///a} do. */
    private static @Nullable Path path(String value, @Nullable String base, Predicate<? super String> mayStartAtBase) {
        if (isInHome(value)) {
            return inHome(value);
        }
        if (value.regionMatches(true, 0, FILE, 0, FILE.length())) {
            return ofAddress(value);
        }
        Path path = Path.of(value);
        if (path.isAbsolute()) {
            return path;
        }
        if (base == null || !mayStartAtBase.test(value)) {
            return null;
        }
        Path folder = isInHome(base) ? inHome(base) : Path.of(base);
        return folder.getRoot() != null ? folder.resolve(path) : null;
    }

    private static boolean isInHome(String value) {
        return value.equals("~") || value.startsWith("~/");
    }

    private static Path inHome(String value) {
        return Path.of(System.getProperty("user.home") + value.substring(1));
    }

    private static @Nullable Path ofAddress(String value) {
        boolean local = value.regionMatches(true, 0, LOCAL_HOST, 0, LOCAL_HOST.length());
        String address = local ? FILE + value.substring(LOCAL_HOST.length() - 1) : value;
        try {
            return Path.of(URI.create(address));
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            return null;
        }
    }

    private static Path real(Path path) throws IOException {
        try {
            return path.toRealPath();
        } catch (NoSuchFileException e) {
            return existing(followed(path.toAbsolutePath()));
        }
    }

    /** Walks along a path of which a part does not exist, and follows each link, a dangling one too. */
    private static Path followed(Path path) throws IOException {
        Path root = path.getRoot();
        Path at = root;
        int links = 0;
        Deque<Path> names = new ArrayDeque<>();
        path.forEach(names::addLast);
        while (!names.isEmpty()) {
            Path name = names.removeFirst();
            String text = name.toString();
            if (text.equals("..")) {
                Path parent = at.getParent();
                at = parent == null ? at : parent;
            } else if (!text.isEmpty() && !text.equals(".")) {
                Path next = at.resolve(name);
                if (!isLink(next)) {
                    at = next;
                } else if (++links > MAX_LINKS) {
                    throw new FileSystemLoopException(path.toString());
                } else {
                    Path target = Files.readSymbolicLink(next);
                    Path targetRoot = target.getRoot();
                    at = targetRoot == null ? at : root.resolve(targetRoot);
                    for (int i = target.getNameCount() - 1; i >= 0; i--) {
                        names.addFirst(target.getName(i));
                    }
                }
            }
        }
        return at;
    }

    private static boolean isLink(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isSymbolicLink();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Gives the part that exists the spelling that the file system keeps. */
    private static Path existing(Path path) throws IOException {
        try {
            return path.toRealPath();
        } catch (NoSuchFileException e) {
            Path parent = path.getParent();
            return parent == null ? path : existing(parent).resolve(path.getFileName());
        }
    }
}
