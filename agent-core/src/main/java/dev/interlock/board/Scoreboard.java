package dev.interlock.board;

import dev.interlock.effect.Access;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plain state machine that says which calls may start, judged by their accesses. It knows no threads and no clock.
 *
 * <p>Invariant: a call becomes ready exactly when every earlier call that conflicts with it, or whose result it uses,
 * has ended, and so has every call that those wait for. So every order that the scoreboard allows gives the state and
 * results of the order of admission, and it forbids no other order.
 *
 * <p>The name and the idea are those of the CDC 6600's scoreboard (J. E. Thornton, <i>Parallel Operation in the Control
 * Data 6600</i>, 1964): issue in order, stall only on a hazard. Finding a call's dependencies takes time near-linear in
 * its accesses, see {@link AccessTrie}.
 *
 * <p>The driver admits calls at any time, and guards the scoreboard: it is not thread-safe. Tickets count from 0.
 */
public final class Scoreboard {

    private static final byte WAITING = 0;
    private static final byte READY = 1;
    private static final byte DETACHED = 2;
    /** Ended without running. Successors still wait for all that the call waited for. */
    private static final byte WITHDRAWN = 3;

    private static final byte ENDED = 4;
    static final int NONE = -1;

    private final AccessTrie trie = new AccessTrie(new Graph() {
        @Override
        public void dependOn(int node) {
            addDependency(node);
        }

        @Override
        public int join(IntList members) {
            return addJoin(members);
        }
    });

    // A node is a call or a join. Nodes are numbered in topological order.
    private byte[] state = new byte[16];
    private int[] waitingFor = new int[16];
    private int[] firstEdge = new int[16];
    private int[] lastSeenBy = new int[16];
    private int[] ticketOf = new int[16];
    private int nodes;

    // Edges as linked lists, from a node to the nodes that wait for it.
    private int[] edgeTo = new int[16];
    private int[] edgeNext = new int[16];
    private int edges;

    private final IntList nodeOf = new IntList();
    private final IntList found = new IntList();
    private int search;

    private final IntList ready = new IntList();
    private int readyHead;
    private int unfinished;
    private boolean cancelled;

    /** For each node, the nodes that it depends on; null if the scoreboard does not keep them. */
    private int @Nullable [][] before;

    /** Creates an empty scoreboard that does not answer for {@linkplain #blockersOf blockers}. */
    public Scoreboard() {
        this(false);
    }

    /**
     * Creates an empty scoreboard.
     *
     * @param traced whether to remember what each call waits for, and not only what waits for it
     */
    public Scoreboard(boolean traced) {
        this.before = traced ? new int[16][] : null;
    }

    /**
     * Admits the next call.
     *
     * @param accesses the call's accesses; empty for a pure call
     * @param dataDependencies the tickets of earlier calls whose results the call uses
     * @return its ticket
     * @throws IllegalArgumentException if a data dependency is not the ticket of an earlier call
     */
    public int admit(Collection<Access> accesses, int... dataDependencies) {
        // Asking joins groups for this call, so it must not fail half-way: copy first. An immutable list is not copied
        // again.
        List<Access> all = List.copyOf(accesses);
        int ticket = nodeOf.size();
        beginSearch();
        for (int dependency : dataDependencies) {
            if (dependency < 0 || dependency >= ticket) {
                throw new IllegalArgumentException("call " + ticket + " cannot use the result of call " + dependency
                        + ": call " + dependency + " is not earlier");
            }
            addDependency(nodeOf.get(dependency));
        }
        if (!all.isEmpty()) {
            if (unfinished == 0) {
                trie.clear();
            }
            all.forEach(trie::ask);
        }
        int node = addNode(ticket, found);
        nodeOf.add(node);
        unfinished++;
        for (Access access : all) {
            trie.record(access, node);
        }
        if (waitingFor[node] == 0) {
            makeReady(node);
        }
        return ticket;
    }

    /**
     * Takes the next call that may start, in the order in which calls became ready.
     *
     * @return the call's ticket, or -1 if no call may start now
     */
    public int nextReady() {
        while (!cancelled && readyHead < ready.size()) {
            int node = ready.get(readyHead++);
            if (readyHead == ready.size()) {
                ready.clear();
                readyHead = 0;
            }
            if (state[node] == READY) {
                return ticketOf[node];
            }
        }
        return NONE;
    }

    /**
     * Records that a call has ended, so calls that wait for it may become ready. A call that ends before it was ready
     * is withdrawn: it never becomes ready, and its successors go on waiting for all that it waited for.
     *
     * @param ticket the call
     * @throws IllegalArgumentException if there is no such call or it has ended already
     */
    public void complete(int ticket) {
        int node = unendedNode(ticket);
        if (state[node] == WAITING) {
            state[node] = WITHDRAWN;
        } else {
            end(node);
        }
    }

    /**
     * Records that a call is abandoned: its round no longer waits, but it keeps its accesses until {@link #release}.
     *
     * @param ticket a call that has become ready and has not ended
     * @throws IllegalArgumentException if there is no such call, or it is not running
     */
    public void detach(int ticket) {
        int node = unendedNode(ticket);
        if (state[node] != READY) {
            throw new IllegalArgumentException("call " + ticket + " is not running, so it cannot be detached");
        }
        state[node] = DETACHED;
    }

    /**
     * Frees the accesses of a detached call.
     *
     * @param ticket a detached call
     * @throws IllegalArgumentException if it is not detached
     */
    public void release(int ticket) {
        int node = unendedNode(ticket);
        if (state[node] != DETACHED) {
            throw new IllegalArgumentException("call " + ticket + " is not detached, so it cannot be released");
        }
        end(node);
    }

    /** Lets no further call become ready. */
    public void cancel() {
        cancelled = true;
    }

    /**
     * Returns the number of calls admitted so far.
     *
     * @return the next ticket
     */
    public int size() {
        return nodeOf.size();
    }

    /** The number of calls that have not ended. Detached and withdrawn calls count while others wait for them. */
    int unfinished() {
        return unfinished;
    }

    /**
     * Returns the unfinished calls that a call waits for directly.
     *
     * @param ticket a call
     * @param most the most tickets to return
     * @return their tickets, ascending; empty if it waits for no call
     * @throws IllegalStateException if the scoreboard was created without memory of what calls wait for
     */
    public List<Integer> blockersOf(int ticket, int most) {
        int[][] dependencies = before;
        if (dependencies == null) {
            throw new IllegalStateException("the scoreboard was created without traced = true");
        }
        List<Integer> tickets = new ArrayList<>();
        IntList open = new IntList();
        open.add(nodeOf.get(ticket));
        beginSearch();
        for (int i = 0; i < open.size(); i++) {
            for (int node : dependencies[open.get(i)]) {
                searched++;
                if (tickets.size() == most) {
                    // A join may have any number of members, and any number of calls may wait for it.
                    break;
                }
                if (state[node] != ENDED && meet(node, search)) {
                    if (ticketOf[node] == NONE || state[node] == WITHDRAWN) {
                        open.add(node);
                    } else {
                        tickets.add(ticketOf[node]);
                    }
                }
            }
        }
        tickets.sort(null);
        return tickets;
    }

    // Searches.

    /** How many steps all searches for calls have taken; for tests. */
    long searched;

    int newSearch() {
        beginSearch();
        return search;
    }

    /** Marks a node; false if this search has met it before. */
    boolean meet(int node, int by) {
        searched++;
        boolean isNew = lastSeenBy[node] != by;
        lastSeenBy[node] = by;
        return isNew;
    }

    boolean isWaitingCall(int node) {
        return ticketOf[node] != NONE && state[node] == WAITING;
    }

    // These also serve BatchGraph, which reads the graph of a batch in which no call has ended.

    int nodes() {
        return nodes;
    }

    int edges() {
        return edges;
    }

    /** The ticket of a node, or -1 for a join. */
    int ticketOf(int node) {
        return ticketOf[node];
    }

    int nodeOf(int ticket) {
        return nodeOf.get(ticket);
    }

    /** The nodes that wait for {@code node}, as a cursor: the first edge, -1 at the end. */
    int firstEdge(int node) {
        return firstEdge[node];
    }

    int edgeTo(int edge) {
        return edgeTo[edge];
    }

    int edgeNext(int edge) {
        return edgeNext[edge];
    }

    /** The node of a call that has not ended. */
    int unendedNode(int ticket) {
        if (ticket < 0 || ticket >= nodeOf.size()) {
            throw new IllegalArgumentException("there is no call " + ticket + " among " + nodeOf.size());
        }
        int node = nodeOf.get(ticket);
        if (state[node] == ENDED || state[node] == WITHDRAWN) {
            throw new IllegalArgumentException("call " + ticket + " has ended already");
        }
        return node;
    }

    private void beginSearch() {
        search++;
        found.clear();
    }

    private void addDependency(int node) {
        if (state[node] != ENDED && lastSeenBy[node] != search) {
            lastSeenBy[node] = search;
            found.add(node);
        }
    }

    /** Runs during a search, so it must not disturb {@link #found}. */
    private int addJoin(IntList members) {
        int node = addNode(NONE, members);
        if (waitingFor[node] == 0) {
            state[node] = ENDED;
        }
        return node;
    }

    private int addNode(int ticket, IntList dependencies) {
        if (nodes == state.length) {
            int capacity = nodes + (nodes >> 1);
            state = Arrays.copyOf(state, capacity);
            waitingFor = Arrays.copyOf(waitingFor, capacity);
            firstEdge = Arrays.copyOf(firstEdge, capacity);
            lastSeenBy = Arrays.copyOf(lastSeenBy, capacity);
            ticketOf = Arrays.copyOf(ticketOf, capacity);
        }
        int node = nodes++;
        ticketOf[node] = ticket;
        firstEdge[node] = NONE;
        if (before != null) {
            before = node < before.length ? before : Arrays.copyOf(before, state.length);
            before[node] = dependencies.toArray();
        }
        for (int i = 0; i < dependencies.size(); i++) {
            int dependency = dependencies.get(i);
            if (state[dependency] != ENDED) {
                addEdge(dependency, node);
                waitingFor[node]++;
            }
        }
        return node;
    }

    private void addEdge(int from, int to) {
        if (edges == edgeTo.length) {
            int capacity = edges + (edges >> 1);
            edgeTo = Arrays.copyOf(edgeTo, capacity);
            edgeNext = Arrays.copyOf(edgeNext, capacity);
        }
        edgeTo[edges] = to;
        edgeNext[edges] = firstEdge[from];
        firstEdge[from] = edges++;
    }

    private void makeReady(int node) {
        state[node] = READY;
        ready.add(node);
    }

    /** Ends a node, and with it all joins and withdrawn calls that wait for nothing else. */
    private void end(int first) {
        IntList ending = new IntList();
        ending.add(first);
        for (int i = 0; i < ending.size(); i++) {
            int node = ending.get(i);
            state[node] = ENDED;
            if (ticketOf[node] != NONE) {
                unfinished--;
            }
            for (int edge = firstEdge[node]; edge != NONE; edge = edgeNext[edge]) {
                int waiter = edgeTo[edge];
                if (--waitingFor[waiter] > 0) {
                    continue;
                }
                if (ticketOf[waiter] == NONE || state[waiter] == WITHDRAWN) {
                    ending.add(waiter);
                } else {
                    makeReady(waiter);
                }
            }
        }
    }
}
