package dev.interlock.plan;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote and read each resource last, by path.
 *
 * <p>Invariant: for every earlier node X and every access of X, a later conflicting access finds X, or a node that
 * depends on X. A write of a resource depends on all before it there and below, so it stands for them and they are
 * forgotten. Readers of one resource stand for each other once a writer below has depended on them: whoever reads there
 * later depends on that writer. Writers below a resource stand for each other likewise once a reader of it has depended
 * on them. Both kinds of group become one join node, so that k readers before m writers make k + m edges and not k · m,
 * and each access enters at most one group a path segment: finding dependencies is near-linear in the accesses.
 */
final class AccessTrie {

    /** Takes the dependencies found, and makes the join nodes that stand for several. */
    interface Graph {
        /** The access being asked about depends on {@code node}. */
        void dependOn(int node);

        /** Makes a node that is done when all of {@code members} are. */
        int join(IntList members);
    }

    static final int NONE = -1;

    private static final class Node {
        @Nullable
        Map<String, Node> children;

        int lastWriter = NONE;

        /** Readers of exactly this resource since it was last written, and since {@link #readersJoin}. */
        @Nullable
        IntList readers;

        /** Stands for all earlier readers, where a writer below has depended on them. */
        int readersJoin = NONE;

        /** Writers of resources strictly below since this one was last written, and since {@link #writersJoin}. */
        @Nullable
        IntList writersBelow;

        /** Stands for all earlier writers below, where a reader of this resource has depended on them. */
        int writersJoin = NONE;

        void becomeWrittenBy(int writer) {
            lastWriter = writer;
            children = null;
            readers = null;
            readersJoin = NONE;
            writersBelow = null;
            writersJoin = NONE;
        }
    }

    private final Graph graph;
    private Node root = new Node();

    AccessTrie(Graph graph) {
        this.graph = graph;
    }

    void clear() {
        root = new Node();
    }

    /** Reports what {@code access} must wait for. Changes grouping only, so all accesses of a call are asked first. */
    void ask(Access access) {
        Resource resource = access.resource();
        boolean write = access.isWrite();
        Node node = root;
        int depth = resource.depth();
        for (int i = 0; i < depth; i++) {
            depend(node.lastWriter);
            if (write) {
                depend(joinReaders(node));
            }
            Map<String, Node> children = node.children;
            Node child = children == null ? null : children.get(resource.segment(i));
            if (child == null) {
                return;
            }
            node = child;
        }
        if (write) {
            dependOnAllAtAndBelow(node);
        } else {
            depend(node.lastWriter);
            depend(joinWritersBelow(node));
        }
    }

    /** Notes that {@code node} makes {@code access}. */
    void record(Access access, int node) {
        Resource resource = access.resource();
        Node at = root;
        for (int i = 0; i < resource.depth(); i++) {
            if (access.isWrite()) {
                at.writersBelow = with(at.writersBelow, node);
            }
            if (at.children == null) {
                at.children = new HashMap<>(4);
            }
            at = at.children.computeIfAbsent(resource.segment(i), segment -> new Node());
        }
        if (access.isWrite()) {
            at.becomeWrittenBy(node);
        } else {
            at.readers = with(at.readers, node);
        }
    }

    /** Most resources have no such list, so it is made when first needed. One call may name a resource twice. */
    private static IntList with(@Nullable IntList list, int node) {
        IntList result = list == null ? new IntList() : list;
        if (result.isEmpty() || result.get(result.size() - 1) != node) {
            result.add(node);
        }
        return result;
    }

    private void dependOnAllAtAndBelow(Node top) {
        dependOnAllAt(top);
        if (top.children == null) {
            return;
        }
        Deque<Node> open = new ArrayDeque<>(top.children.values());
        while (!open.isEmpty()) {
            Node node = open.pop();
            dependOnAllAt(node);
            if (node.children != null) {
                node.children.values().forEach(open::push);
            }
        }
    }

    private void dependOnAllAt(Node node) {
        depend(node.lastWriter);
        depend(node.readersJoin);
        IntList readers = node.readers;
        for (int i = 0; readers != null && i < readers.size(); i++) {
            depend(readers.get(i));
        }
    }

    private void depend(int node) {
        if (node != NONE) {
            graph.dependOn(node);
        }
    }

    private int joinReaders(Node node) {
        if (node.readers != null) {
            node.readersJoin = joined(node.readers);
            node.readers = null;
        }
        return node.readersJoin;
    }

    private int joinWritersBelow(Node node) {
        if (node.writersBelow != null) {
            node.writersJoin = joined(node.writersBelow);
            node.writersBelow = null;
        }
        return node.writersJoin;
    }

    private int joined(IntList members) {
        return members.size() == 1 ? members.get(0) : graph.join(members);
    }
}
