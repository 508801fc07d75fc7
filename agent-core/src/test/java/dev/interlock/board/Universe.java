package dev.interlock.board;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.ArrayList;
import java.util.List;

/**
 * All paths up to a depth over a few segments: a small one, so that accesses overlap often. An access is an int, twice
 * the number of its path, plus one for a write. Overlap is worked out here on the text of the paths, so that the code
 * under test is not its own judge. A segment {@code ^} is a mark, behind which an absolute path goes on, {@code ~}
 * three of them.
 */
final class Universe {

    /** Many different shapes: a chain, binary and ternary trees, deep and flat ones, some with marks. */
    static final List<Universe> ALL = List.of(
            new Universe(1, 5),
            new Universe(2, 1),
            new Universe(2, 2),
            new Universe(2, 5),
            new Universe(3, 2),
            new Universe(3, 3),
            new Universe(9, 1),
            new Universe(1, 4, "^"),
            new Universe(2, 2, "^"),
            new Universe(2, 2, "^~"),
            new Universe(1, 3, "^~"));

    private final List<String> paths = new ArrayList<>();
    private final List<Access> accesses = new ArrayList<>();
    private final boolean[][] overlaps;
    private final long[] cells;
    private final int leaves;
    private int cellCount;

    Universe(int width, int depth) {
        this(width, depth, "");
    }

    /**
     * @param marks which of {@code ^} and {@code ~} there are, at any level but the last and not behind one another
     */
    Universe(int width, int depth, String marks) {
        List<String> level = List.of("");
        for (int i = 0; i < depth; i++) {
            level.stream().filter(path -> !isMark(path)).forEach(paths::add);
            List<String> next = new ArrayList<>();
            for (String path : level) {
                for (int segment = 0; segment < width; segment++) {
                    next.add(path + (char) ('a' + segment) + "/");
                }
                for (int mark = 0; i < depth - 1 && !isMark(path) && mark < marks.length(); mark++) {
                    next.add(path + marks.charAt(mark) + "/");
                }
            }
            level = next;
        }
        leaves = level.size();
        paths.addAll(level);
        overlaps = new boolean[paths.size()][paths.size()];
        cells = new long[paths.size()];
        for (int i = 0; i < paths.size(); i++) {
            Resource resource = resource(paths.get(i));
            accesses.add(Access.read(resource));
            accesses.add(Access.write(resource));
            for (int j = 0; j < paths.size(); j++) {
                overlaps[i][j] = overlap(paths.get(i), paths.get(j));
            }
        }
        makeCells();
    }

    private static boolean isMark(String path) {
        return path.endsWith("^/") || path.endsWith("~/");
    }

    private static Resource resource(String path) {
        Resource resource = Resource.ROOT;
        String mark = "";
        for (String segment : path.split("/", -1)) {
            switch (segment) {
                case "^" -> mark = "/";
                case "~" -> mark = "~/";
                default -> {
                    resource = resource.resolve(mark + segment);
                    mark = "";
                }
            }
        }
        return resource;
    }

    private static boolean overlap(String path, String other) {
        String one = path.replace("~", "^/^/^");
        String two = other.replace("~", "^/^/^");
        int i = 0;
        while (i < one.length() && i < two.length() && one.charAt(i) == two.charAt(i)) {
            i++;
        }
        return i == one.length() || i == two.length() || one.charAt(i) == '^' || two.charAt(i) == '^';
    }

    /** A cell for each leaf, and one that they share for each two leaves that may be the same. */
    private void makeCells() {
        int inner = paths.size() - leaves;
        for (int leaf = inner; leaf < paths.size(); leaf++) {
            for (int other = leaf; other < paths.size(); other++) {
                if (overlaps[leaf][other]) {
                    addCell(paths.get(leaf), paths.get(other));
                }
            }
        }
        if (cellCount > Long.SIZE) {
            throw new IllegalStateException("too many cells: " + cellCount);
        }
    }

    private void addCell(String leaf, String other) {
        for (int path = 0; path < cells.length; path++) {
            if (leaf.startsWith(paths.get(path)) || other.startsWith(paths.get(path))) {
                cells[path] |= 1L << cellCount;
            }
        }
        cellCount++;
    }

    int paths() {
        return paths.size();
    }

    int leaves() {
        return leaves;
    }

    Access access(int code) {
        return accesses.get(code);
    }

    int code(Access access) {
        return accesses.indexOf(access);
    }

    boolean isWrite(int code) {
        return (code & 1) == 1;
    }

    int cellCount() {
        return cellCount;
    }

    /** The cells that the resource has in common with some leaf, as bits. */
    long cells(int code) {
        return cells[code >> 1];
    }

    /** The number of a path that contains the given one or lies below it. */
    int relative(int path, int choice) {
        int found = path;
        for (int other = 0, left = choice; left >= 0; other = (other + 1) % paths.size()) {
            if (overlaps[path][other]) {
                found = other;
                left--;
            }
        }
        return found;
    }

    boolean conflict(int code, int other) {
        return (isWrite(code) || isWrite(other)) && overlaps[code >> 1][other >> 1];
    }
}
