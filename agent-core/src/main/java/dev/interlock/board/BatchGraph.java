package dev.interlock.board;

import dev.interlock.effect.Access;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which calls of a batch wait for which, as a {@link Scoreboard} has it that knows them all and of which none has
 * ended. Immutable and thread-safe. The edges are looked up backwards on first use.
 */
public final class BatchGraph {

    private final Scoreboard board = new Scoreboard();

    /** Each node's predecessors, computed on first use. */
    private volatile int @Nullable [][] predecessors;

    /**
     * Finds the dependencies of a batch. Takes time near-linear in its accesses.
     *
     * @param accesses for each call, in call order, what it accesses
     * @param references for each call, the places of the calls whose results it uses
     * @throws IllegalArgumentException if a call refers to one that is not earlier
     */
    public BatchGraph(List<? extends Collection<Access>> accesses, int[][] references) {
        for (int i = 0; i < accesses.size(); i++) {
            board.admit(accesses.get(i), references[i]);
        }
    }

    /**
     * Returns the calls in waves. A call is in the first wave after the waves of all calls that it waits for.
     *
     * @return the places of each wave's calls, in call order
     */
    public List<List<Integer>> waves() {
        int[] level = new int[board.nodes()];
        List<List<Integer>> waves = new ArrayList<>();
        for (int node = 0; node < board.nodes(); node++) {
            int ticket = board.ticketOf(node);
            if (ticket >= 0) {
                while (waves.size() <= level[node]) {
                    waves.add(new ArrayList<>());
                }
                waves.get(level[node]).add(ticket);
            }
            int next = ticket >= 0 ? level[node] + 1 : level[node];
            for (int edge = board.firstEdge(node); edge >= 0; edge = board.edgeNext(edge)) {
                level[board.edgeTo(edge)] = Math.max(level[board.edgeTo(edge)], next);
            }
        }
        return waves.stream().map(List::copyOf).toList();
    }

    /**
     * Returns what a call waits for, transitively reduced: no call for which it waits through another one.
     *
     * @param call its place, from 0
     * @return their places, ascending
     */
    public int[] reducedPredecessors(int call) {
        int[][] before = predecessors();
        BitSet direct = new BitSet();
        IntList open = new IntList();
        open.add(board.nodeOf(call));
        BitSet seen = new BitSet();
        for (int i = 0; i < open.size(); i++) {
            for (int node : before[open.get(i)]) {
                if (board.ticketOf(node) >= 0) {
                    direct.set(node);
                } else if (!seen.get(node)) {
                    seen.set(node);
                    open.add(node);
                }
            }
        }
        BitSet covered = direct.cardinality() < 2 ? new BitSet() : ancestors(direct, before);
        direct.andNot(covered);
        return direct.stream().map(board::ticketOf).toArray();
    }

    /** All nodes that the given nodes wait for, down to the earliest given one. */
    private static BitSet ancestors(BitSet nodes, int[][] before) {
        int earliest = nodes.nextSetBit(0);
        BitSet result = new BitSet();
        IntList open = new IntList();
        nodes.stream().forEach(open::add);
        for (int i = 0; i < open.size(); i++) {
            for (int node : before[open.get(i)]) {
                if (node >= earliest && !result.get(node)) {
                    result.set(node);
                    open.add(node);
                }
            }
        }
        return result;
    }

    private int[][] predecessors() {
        int[][] result = predecessors;
        if (result == null) {
            int[] count = new int[board.nodes()];
            for (int edge = 0; edge < board.edges(); edge++) {
                count[board.edgeTo(edge)]++;
            }
            result = new int[count.length][];
            for (int node = 0; node < count.length; node++) {
                result[node] = new int[count[node]];
            }
            for (int node = 0; node < count.length; node++) {
                for (int edge = board.firstEdge(node); edge >= 0; edge = board.edgeNext(edge)) {
                    int to = board.edgeTo(edge);
                    result[to][--count[to]] = node;
                }
            }
            predecessors = result;
        }
        return result;
    }
}
