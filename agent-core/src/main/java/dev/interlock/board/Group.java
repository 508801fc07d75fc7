package dev.interlock.board;

import org.jspecify.annotations.Nullable;

/**
 * Nodes that a later node depends on as a whole, through one join node.
 *
 * <p>Invariant: once a node has depended on the group, members added later depend on that node. So the last join and
 * the members since then stand for all members ever added.
 */
final class Group {

    /** The members since the last {@link #join}; empty right after it. */
    private @Nullable IntList members;

    private int join = Graph.NONE;

    /** Adds a node. Adding it several times in a row counts once. */
    void add(int node) {
        if (node == Graph.NONE) {
            return;
        }
        IntList list = members == null ? new IntList() : members;
        if (list.isEmpty() || list.get(list.size() - 1) != node) {
            list.add(node);
        }
        members = list;
    }

    /** The node that stands for all members, or {@link Graph#NONE}. */
    int joined(Graph graph) {
        IntList list = members;
        if (list != null) {
            join = list.size() == 1 ? list.get(0) : graph.join(list);
            members = null;
        }
        return join;
    }

    /** Adds each node that stands for all members to another group. */
    void addTo(Group other) {
        other.add(join);
        IntList list = members;
        for (int i = 0; list != null && i < list.size(); i++) {
            other.add(list.get(i));
        }
    }

    /** Reports each node that stands for all members. */
    void dependOnEach(Graph graph) {
        if (join != Graph.NONE) {
            graph.dependOn(join);
        }
        IntList list = members;
        for (int i = 0; list != null && i < list.size(); i++) {
            graph.dependOn(list.get(i));
        }
    }
}
