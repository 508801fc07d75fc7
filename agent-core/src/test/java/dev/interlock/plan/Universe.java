package dev.interlock.plan;

import dev.interlock.effect.Access;
import java.util.ArrayList;
import java.util.List;

/**
 * All paths up to a depth over a few segments: a small one, so that accesses overlap often. An access is an int, twice
 * the place of its path, plus one for a write. Overlap is worked out here on the text of the paths, so that the code
 * under test is not its own judge.
 */
final class Universe {

    /** Many different shapes: a chain, binary and ternary trees, deep and flat ones. At most 32 leaves each. */
    static final List<Universe> ALL = List.of(
            new Universe(1, 5),
            new Universe(2, 1),
            new Universe(2, 2),
            new Universe(2, 5),
            new Universe(3, 2),
            new Universe(3, 3),
            new Universe(9, 1));

    private final List<String> paths = new ArrayList<>();
    private final List<Access> accesses = new ArrayList<>();
    private final boolean[][] overlaps;
    private final int[] cells;
    private final int leaves;

    Universe(int width, int depth) {
        List<String> level = List.of("");
        for (int i = 0; i < depth; i++) {
            paths.addAll(level);
            List<String> next = new ArrayList<>();
            for (String path : level) {
                for (int segment = 0; segment < width; segment++) {
                    next.add(path + (char) ('a' + segment) + "/");
                }
            }
            level = next;
        }
        leaves = level.size();
        paths.addAll(level);
        overlaps = new boolean[paths.size()][paths.size()];
        cells = new int[paths.size()];
        for (int i = 0; i < paths.size(); i++) {
            String path = paths.get(i);
            accesses.add(Access.read(path));
            accesses.add(Access.write(path));
            for (int j = 0; j < paths.size(); j++) {
                overlaps[i][j] = path.startsWith(paths.get(j)) || paths.get(j).startsWith(path);
            }
            for (int leaf = 0; leaf < leaves; leaf++) {
                cells[i] |= level.get(leaf).startsWith(path) ? 1 << leaf : 0;
            }
        }
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

    /** The leaves at and below the resource, as bits. */
    int cells(int code) {
        return cells[code >> 1];
    }

    /** The place of a path that contains the given one or lies below it. */
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
