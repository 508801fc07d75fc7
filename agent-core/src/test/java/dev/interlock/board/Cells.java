package dev.interlock.board;

import java.util.Arrays;

/**
 * The state that calls read and write, see {@link Universe}. While a call runs, what it writes is torn, and what it
 * only reads must not change: so any overlap of conflicting calls shows, not only a wrong order of their ends.
 */
final class Cells {

    private static final long TORN = 0xdeadL;

    private final Batch batch;
    private final long[] cells;
    private final long[] seen;
    private final long[] seenOutside;
    private final long[] results;

    Cells(Batch batch) {
        this.batch = batch;
        cells = new long[batch.cells()];
        seen = new long[batch.size()];
        seenOutside = new long[batch.size()];
        results = new long[batch.size()];
    }

    /** The state after the given calls (bits) have run one by one. */
    static Cells serial(Batch batch, long calls) {
        Cells cells = new Cells(batch);
        for (int call = 0; call < batch.size(); call++) {
            if ((calls >> call & 1) == 1) {
                cells.start(call);
                cells.end(call);
            }
        }
        return cells;
    }

    /** A write may look at its resource, so it does. */
    void start(int call) {
        long written = batch.writtenCells(call);
        seen[call] = observe(batch.readCells(call) | written, 1);
        for (int used : batch.references(call)) {
            seen[call] = mix(seen[call], results[used]);
        }
        seenOutside[call] = observe(batch.readCells(call) & ~written, 1);
        for (long bits = written; bits != 0; bits &= bits - 1) {
            cells[Long.numberOfTrailingZeros(bits)] = mix(TORN, call);
        }
    }

    /** Tells whether what the call only reads is as it was at the start. */
    boolean end(int call) {
        long written = batch.writtenCells(call);
        boolean stable = seenOutside[call] == observe(batch.readCells(call) & ~written, 1);
        results[call] = mix(seen[call], call);
        for (long bits = written; bits != 0; bits &= bits - 1) {
            int cell = Long.numberOfTrailingZeros(bits);
            cells[cell] = mix(results[call], cell);
        }
        return stable;
    }

    boolean sameAs(Cells other) {
        return Arrays.equals(cells, other.cells)
                && Arrays.equals(seen, other.seen)
                && Arrays.equals(results, other.results);
    }

    private long observe(long which, long start) {
        long hash = start;
        for (long bits = which; bits != 0; bits &= bits - 1) {
            hash = mix(hash, cells[Long.numberOfTrailingZeros(bits)]);
        }
        return hash;
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * 0x9e3779b97f4a7c15L + value;
        return mixed ^ mixed >>> 29;
    }
}
