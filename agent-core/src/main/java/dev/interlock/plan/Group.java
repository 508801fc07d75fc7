package dev.interlock.plan;

import org.jspecify.annotations.Nullable;

/**
 * Nodes that a later one depends on together, as by one join node.
 *
 * <p>Invariant: once a node has depended on the group, members that are added later depend on that node. So the last join
 * and those added since stand for all that were ever added.
 */
final class Group {

    /** Those added since {@link #join} was made; empty once it was. */
    private @Nullable IntList members;

    private int join = Graph.NONE;

    /** Adds a node, once if it is added several times in a row. */
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

    /** Adds each of those that stand for all members to another group. */
    void addTo(Group other) {
        other.add(join);
        IntList list = members;
        for (int i = 0; list != null && i < list.size(); i++) {
            other.add(list.get(i));
        }
    }

    /** Reports each of those that stand for all members. */
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
