package dev.interlock.board;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Makes batches that differ in kind: how many conflicts, at which depths, reads above writes or writes above reads. */
final class RandomBatch {

    private final SplittableRandom random;
    private final Universe universe;
    private final double writes;
    private final double references;
    private final int[] readPaths;
    private final int[] writePaths;

    RandomBatch(SplittableRandom random) {
        this.random = random;
        universe = Universe.ALL.get(random.nextInt(Universe.ALL.size()));
        writes = random.nextDouble();
        references = random.nextBoolean() ? 0 : random.nextDouble() / 2;
        int paths = universe.paths();
        // The paths are numbered by depth: inner ones come first, leaves last.
        int[] all = range(0, paths);
        int[] inner = range(0, paths - universe.leaves());
        int[] leaves = range(paths - universe.leaves(), paths);
        switch (random.nextInt(5)) {
            case 0 -> {
                readPaths = inner;
                writePaths = leaves;
            }
            case 1 -> {
                readPaths = leaves;
                writePaths = inner;
            }
            case 2 -> {
                readPaths = some(all);
                writePaths = readPaths;
            }
            case 3 -> {
                readPaths = new int[] {0, random.nextInt(paths)};
                writePaths = all;
            }
            default -> {
                readPaths = all;
                writePaths = all;
            }
        }
    }

    Batch next(int size) {
        int[][] codes = new int[size][];
        int[][] used = new int[size][];
        for (int call = 0; call < size; call++) {
            codes[call] = accesses();
            used[call] = call > 0 && random.nextDouble() < references ? references(call) : new int[0];
        }
        return new Batch(universe, codes, used);
    }

    private int[] references(int call) {
        return random.ints(1 + random.nextInt(3), 0, call).toArray();
    }

    private int[] accesses() {
        int[] codes = new int[new int[] {0, 1, 1, 1, 1, 2, 2, 3, 4, 5}[random.nextInt(10)]];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = i > 0 && random.nextInt(3) == 0 ? related(codes[random.nextInt(i)]) : access();
        }
        return codes;
    }

    private int access() {
        boolean write = random.nextDouble() < writes;
        int[] paths = write ? writePaths : readPaths;
        return paths[random.nextInt(paths.length)] * 2 + (write ? 1 : 0);
    }

    /** A duplicate, or the other or the same kind of access to a path that overlaps. */
    private int related(int code) {
        return switch (random.nextInt(3)) {
            case 0 -> code;
            case 1 -> code ^ 1;
            default -> universe.relative(code >> 1, random.nextInt(8)) * 2 + random.nextInt(2);
        };
    }

    private int[] some(int[] paths) {
        return random.ints(1 + random.nextInt(3), 0, paths.length)
                .map(i -> paths[i])
                .toArray();
    }

    private static int[] range(int start, int end) {
        int[] range = new int[end - start];
        Arrays.setAll(range, i -> start + i);
        return range;
    }
}
