package dev.interlock.board;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * Decides which calls of a batch start first when more are ready than there are permits. The call with the longest
 * expected path to the batch's end starts first, so that a long chain does not run on alone at the end.
 *
 * <p>This is list scheduling by critical path (T. C. Hu, <i>Parallel Sequencing and Assembly Line Problems</i>, 1961).
 * It can be worse than call order for some batches (R. L. Graham, <i>Bounds on Multiprocessing Timing Anomalies</i>,
 * 1969), so the class tries both on the expected times. It keeps call order unless the paths promise a shorter time.
 */
public final class StartOrder {

    /** The expected time of a call that has ended or will not run. */
    public static final long OVER = -1;

    /** The class does not try batches with more nodes, since the trial itself would take long. */
    private static final int MOST_TRIED = 2_048;

    private static final long UNKNOWN_NANOS = 1_000_000;

    /** Learnt times are not exact, so a promised gain of less than a hundredth may be a loss. */
    private static final double WORTHWHILE = 1.01;

    private final Scoreboard board;
    private final long[] expected;
    private final int[] priorities;
    private final int permits;

    private StartOrder(Scoreboard board, long[] expected, int[] priorities, int permits) {
        this.board = board;
        this.expected = expected;
        this.priorities = priorities;
        this.permits = permits;
    }

    /**
     * Weighs the calls on a scoreboard. Of ready calls with equal priority, the one with the greater weight starts
     * first; of equal weights, the earlier call. Takes time near-linear in the scoreboard.
     *
     * @param board the scoreboard, with all known calls
     * @param expected each call's expected time in nanoseconds, by ticket; 0 if unknown, which counts as the mean of
     *     the others; {@link #OVER} if the call has ended or will not run
     * @param priorities the calls' priorities by ticket; the greater starts first
     * @param permits how many may run at the same time
     * @return the weights by ticket; all 0 if call order is as good
     */
    public static long[] weights(Scoreboard board, long[] expected, int[] priorities, int permits) {
        return new StartOrder(board, withoutGaps(expected), priorities, permits).weights();
    }

    private static long[] withoutGaps(long[] expected) {
        long known = Arrays.stream(expected).filter(nanos -> nanos > 0).count();
        long sum = Arrays.stream(expected).filter(nanos -> nanos > 0).sum();
        long mean = known == 0 ? UNKNOWN_NANOS : sum / known;
        return Arrays.stream(expected).map(nanos -> nanos == 0 ? mean : nanos).toArray();
    }

    private long[] weights() {
        long[] none = new long[expected.length];
        long[] paths = paths();
        if (areEqual(paths)) {
            return none;
        }
        if (board.nodes() > MOST_TRIED) {
            return paths;
        }
        int[] waitsFor = waitsFor();
        return makespan(none, waitsFor) <= makespan(paths, waitsFor) * WORTHWHILE ? none : paths;
    }

    /** Whether all calls that are not over have equal paths, so that there is nothing to try. */
    private boolean areEqual(long[] paths) {
        long first = 0;
        for (int ticket = 0; ticket < paths.length; ticket++) {
            if (expected[ticket] == OVER) {
                continue;
            }
            if (first != 0 && paths[ticket] != first) {
                return false;
            }
            first = paths[ticket];
        }
        return true;
    }

    /** For each call, the expected time from its start to the end of the longest chain that begins with it. */
    private long[] paths() {
        long[] ofNodes = new long[board.nodes()];
        long[] ofTickets = new long[expected.length];
        // Nodes are numbered in topological order.
        for (int node = ofNodes.length - 1; node >= 0; node--) {
            long longest = 0;
            for (int edge = board.firstEdge(node); edge >= 0; edge = board.edgeNext(edge)) {
                longest = Math.max(longest, ofNodes[board.edgeTo(edge)]);
            }
            int ticket = board.ticketOf(node);
            if (ticket >= 0 && expected[ticket] != OVER) {
                longest += expected[ticket];
                ofTickets[ticket] = longest;
            }
            ofNodes[node] = longest;
        }
        return ofTickets;
    }

    /** For each node, the number of nodes that it waits for. */
    private int[] waitsFor() {
        int[] waitsFor = new int[board.nodes()];
        for (int node = 0; node < waitsFor.length; node++) {
            for (int edge = board.firstEdge(node); edge >= 0; edge = board.edgeNext(edge)) {
                waitsFor[board.edgeTo(edge)]++;
            }
        }
        return waitsFor;
    }

    /** The batch's expected time if calls start by these weights. */
    private long makespan(long[] weights, int[] waitsFor) {
        int[] waitingFor = waitsFor.clone();
        PriorityQueue<Integer> ready = new PriorityQueue<>((a, b) -> compare(a, b, weights));
        for (int ticket = 0; ticket < expected.length; ticket++) {
            if (waitsFor[board.nodeOf(ticket)] == 0) {
                begin(ticket, waitingFor, ready);
            }
        }
        PriorityQueue<Running> running = new PriorityQueue<>();
        long now = 0;
        while (!ready.isEmpty() || !running.isEmpty()) {
            while (!ready.isEmpty() && running.size() < permits) {
                int ticket = ready.remove();
                running.add(new Running(now + expected[ticket], ticket));
            }
            Running ended = running.remove();
            now = ended.until();
            end(board.nodeOf(ended.ticket()), waitingFor, ready);
        }
        return now;
    }

    private int compare(int a, int b, long[] weights) {
        int byPriority = Integer.compare(priorities[b], priorities[a]);
        int byWeight = byPriority == 0 ? Long.compare(weights[b], weights[a]) : byPriority;
        return byWeight == 0 ? Integer.compare(a, b) : byWeight;
    }

    /** Handles a call that waits for nothing more: it becomes ready, unless it is over. */
    private void begin(int ticket, int[] waitingFor, PriorityQueue<Integer> ready) {
        if (expected[ticket] == OVER) {
            end(board.nodeOf(ticket), waitingFor, ready);
        } else {
            ready.add(ticket);
        }
    }

    /** Ends a node, and with it all joins and over calls that wait for nothing else. */
    private void end(int first, int[] waitingFor, PriorityQueue<Integer> ready) {
        IntList ending = new IntList();
        ending.add(first);
        for (int i = 0; i < ending.size(); i++) {
            for (int edge = board.firstEdge(ending.get(i)); edge >= 0; edge = board.edgeNext(edge)) {
                int waiter = board.edgeTo(edge);
                if (--waitingFor[waiter] == 0) {
                    int ticket = board.ticketOf(waiter);
                    if (ticket < 0 || expected[ticket] == OVER) {
                        ending.add(waiter);
                    } else {
                        ready.add(ticket);
                    }
                }
            }
        }
    }

    private record Running(long until, int ticket) implements Comparable<Running> {
        @Override
        public int compareTo(Running other) {
            int byTime = Long.compare(until, other.until);
            return byTime == 0 ? Integer.compare(ticket, other.ticket) : byTime;
        }
    }
}
