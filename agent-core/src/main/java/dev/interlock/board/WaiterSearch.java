package dev.interlock.board;

/**
 * Finds the calls that wait for others on a scoreboard, directly or through others, in one pass over any number of
 * calls.
 *
 * <p>Invariant: the pass goes on from each call that it finds once, so all of it takes time linear in the scoreboard.
 * It ends when a call is admitted or another search begins; then make a new one. Guarded like the scoreboard.
 */
public final class WaiterSearch {

    private final Scoreboard board;
    private final int search;

    /**
     * Begins a pass.
     *
     * @param board the scoreboard
     */
    public WaiterSearch(Scoreboard board) {
        this.board = board;
        this.search = board.newSearch();
    }

    /**
     * Returns the calls that wait for a call. A call that waits for several is found by the first question only.
     *
     * @param ticket a call that has not ended
     * @return the tickets that this pass has not returned before, in no particular order
     * @throws IllegalArgumentException if there is no such call or it has ended
     */
    public int[] nextWaitersOf(int ticket) {
        return find(ticket, Integer.MAX_VALUE).toArray();
    }

    /**
     * Tells whether any call waits for a call. If so, the pass ends with that.
     *
     * @param ticket a call that has not ended
     * @return true if a call waits for it
     * @throws IllegalArgumentException if there is no such call or it has ended
     */
    public boolean isAny(int ticket) {
        return !find(ticket, 1).isEmpty();
    }

    private IntList find(int ticket, int most) {
        IntList waiters = new IntList();
        IntList open = new IntList();
        open.add(board.unendedNode(ticket));
        for (int i = 0; i < open.size(); i++) {
            int edge = board.firstEdge(open.get(i));
            for (; edge != Scoreboard.NONE && waiters.size() < most; edge = board.edgeNext(edge)) {
                int node = board.edgeTo(edge);
                if (board.meet(node, search)) {
                    open.add(node);
                    if (board.isWaitingCall(node)) {
                        waiters.add(board.ticketOf(node));
                    }
                }
            }
        }
        return waiters;
    }
}
