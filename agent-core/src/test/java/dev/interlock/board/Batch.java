package dev.interlock.board;

import dev.interlock.effect.Access;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/**
 * What the calls of a batch access and whose results they use, with the pairwise truth about who conflicts with whom.
 */
public final class Batch {

    /** Calls are bits of a long in the oracle. */
    public static final int MOST_CALLS = 64;

    private final Universe universe;
    private final int[][] codes;
    private final int[][] references;
    private final long[] direct;

    /**
     * @param codes for each call its accesses in the numbering of the universe
     * @param references for each call the places of the calls whose results it uses
     */
    Batch(Universe universe, int[][] codes, int[][] references) {
        this.universe = universe;
        this.codes = codes;
        this.references = references;
        direct = new long[codes.length];
        for (int later = 0; later < codes.length; later++) {
            for (int reference : references[later]) {
                direct[later] |= 1L << reference;
            }
            for (int earlier = 0; earlier < later; earlier++) {
                direct[later] |= conflict(codes[earlier], codes[later]) ? 1L << earlier : 0;
            }
        }
    }

    /** A batch of calls with one access each or, where the code is negative, none. */
    static Batch ofSingleAccesses(Universe universe, int... codes) {
        int[][] accesses = new int[codes.length][];
        Arrays.setAll(accesses, call -> codes[call] < 0 ? new int[0] : new int[] {codes[call]});
        return new Batch(universe, accesses, new int[codes.length][0]);
    }

    public static Batch random(SplittableRandom random, int mostCalls) {
        return new RandomBatch(random).next(random.nextInt(mostCalls + 1));
    }

    public int size() {
        return codes.length;
    }

    public List<Access> accesses(int call) {
        return Arrays.stream(codes[call]).mapToObj(universe::access).toList();
    }

    public int[] references(int call) {
        return references[call].clone();
    }

    public boolean conflict(Access earlier, Access later) {
        return universe.conflict(universe.code(earlier), universe.code(later));
    }

    public boolean refers(int later, int earlier) {
        return Arrays.stream(references[later]).anyMatch(reference -> reference == earlier);
    }

    int admitTo(Scoreboard board, int call) {
        return board.admit(accesses(call), references[call]);
    }

    int cells() {
        return universe.cellCount();
    }

    long readCells(int call) {
        return cells(call, false);
    }

    long writtenCells(int call) {
        return cells(call, true);
    }

    /** The earlier calls that a call conflicts with or refers to, as bits. */
    public long direct(int call) {
        return direct[call];
    }

    /** For each call the earlier ones that it waits for, through whatever others. */
    long[] closure() {
        long[] closure = new long[size()];
        for (int later = 0; later < size(); later++) {
            closure[later] = direct[later] | through(direct[later], closure);
        }
        return closure;
    }

    /** For each call the earlier ones that it waits for and not through others. */
    public long[] reduction() {
        long[] closure = closure();
        long[] reduced = new long[size()];
        Arrays.setAll(reduced, later -> direct[later] & ~through(direct[later], closure));
        return reduced;
    }

    private static long through(long calls, long[] closure) {
        long result = 0;
        for (int call = 0; call < closure.length; call++) {
            result |= (calls >> call & 1) == 1 ? closure[call] : 0;
        }
        return result;
    }

    private long cells(int call, boolean write) {
        long cells = 0;
        for (int code : codes[call]) {
            cells |= universe.isWrite(code) == write ? universe.cells(code) : 0;
        }
        return cells;
    }

    private boolean conflict(int[] earlier, int[] later) {
        for (int theirs : earlier) {
            for (int mine : later) {
                if (universe.conflict(theirs, mine)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner("\n");
        for (int call = 0; call < size(); call++) {
            text.add(call + ": " + accesses(call) + " uses " + Arrays.toString(references[call]));
        }
        return text.toString();
    }
}
