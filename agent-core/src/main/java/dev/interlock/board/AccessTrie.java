package dev.interlock.board;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last writers and readers of each resource, by path.
 *
 * <p>Invariant: for every earlier node X and every access of X, a later conflicting access finds X, or a node that
 * depends on X. A write of a resource depends on all earlier nodes there and below. It stands for them, so the trie
 * forgets them. Readers of one resource form a group once a writer below has depended on them: a later conflicting
 * access there depends on that writer. Writers below a resource form a group once a reader of it has depended on them.
 * Each group becomes one join node. So k readers before m writers make k + m edges and not k · m, and each access
 * enters a bounded number of groups for each path segment. Finding dependencies is near-linear in the accesses.
 *
 * <p>Absolute paths lie behind a mark, which is a child with an empty segment. They conflict with everything behind the
 * mark's siblings, see {@link Resource}. So a resource with both keeps its readers and writers by side, as two groups
 * each. An access on one side depends on the groups of the other side. As above, the nodes of one side stand for each
 * other once an access of the other side has depended on them: a later access that conflicts with that one is on their
 * side. Few resources ever have a mark below them, so the first mark creates these groups.
 */
final class AccessTrie {

    private static final class Node {
        @Nullable
        Map<String, Node> children;

        int lastWriter = Graph.NONE;

        /** Readers of exactly this resource since its last write. */
        @Nullable
        Group readers;

        /** Writers of resources strictly below since this one's last write. */
        @Nullable
        Group writersBelow;

        /** The sides strictly below since this resource's last write; null while no mark is there. */
        @Nullable
        Sides sides;

        @Nullable
        Node child(String segment) {
            return children == null ? null : children.get(segment);
        }

        void becomeWrittenBy(int writer) {
            lastWriter = writer;
            children = null;
            readers = null;
            writersBelow = null;
            sides = null;
        }
    }

    /** The accesses behind a mark, and those behind the mark's siblings. */
    private record Sides(Side marked, Side plain) {
        Side of(String segment) {
            return segment.isEmpty() ? marked : plain;
        }

        Side facing(String segment) {
            return segment.isEmpty() ? plain : marked;
        }
    }

    private record Side(Group readers, Group writers) {
        Side() {
            this(new Group(), new Group());
        }

        void add(int node, boolean write) {
            (write ? writers : readers).add(node);
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

    /**
     * Reports what {@code access} must wait for. This changes only the groups, so a call first asks for all its
     * accesses.
     */
    void ask(Access access) {
        Resource resource = access.resource();
        boolean write = access.isWrite();
        Node node = root;
        int depth = resource.depth();
        for (int i = 0; i < depth; i++) {
            String segment = resource.segment(i);
            depend(node.lastWriter);
            if (write) {
                dependOn(node.readers);
            }
            Sides sides = segment.isEmpty() ? sidesOf(node) : node.sides;
            if (sides != null) {
                dependOn(sides.facing(segment).writers);
                if (write) {
                    dependOn(sides.facing(segment).readers);
                }
            }
            Node child = node.child(segment);
            if (child == null) {
                return;
            }
            node = child;
        }
        if (write) {
            dependOnAllAtAndBelow(node);
        } else {
            depend(node.lastWriter);
            dependOn(node.writersBelow);
        }
    }

    /** Records that {@code node} makes {@code access}. */
    void record(Access access, int node) {
        Resource resource = access.resource();
        boolean write = access.isWrite();
        Node at = root;
        for (int i = 0; i < resource.depth(); i++) {
            String segment = resource.segment(i);
            if (write) {
                at.writersBelow = with(at.writersBelow, node);
            }
            Sides sides = segment.isEmpty() ? sidesOf(at) : at.sides;
            if (sides != null) {
                sides.of(segment).add(node, write);
            }
            if (at.children == null) {
                at.children = new HashMap<>(4);
            }
            at = at.children.computeIfAbsent(segment, name -> new Node());
        }
        if (write) {
            at.becomeWrittenBy(node);
        } else {
            at.readers = with(at.readers, node);
        }
    }

    /** Creates the group on first use, since most resources never need one. */
    private static Group with(@Nullable Group group, int node) {
        Group result = group == null ? new Group() : group;
        result.add(node);
        return result;
    }

    /**
     * Returns the sides of a resource. When the first mark appears below it, all that is already there belongs to one
     * side.
     */
    private static Sides sidesOf(Node node) {
        Sides known = node.sides;
        if (known != null) {
            return known;
        }
        Sides sides = new Sides(new Side(), new Side());
        Deque<Node> open = new ArrayDeque<>();
        pushChildren(node, open);
        while (!open.isEmpty()) {
            Node below = open.pop();
            sides.plain.writers.add(below.lastWriter);
            if (below.readers != null) {
                below.readers.addTo(sides.plain.readers);
            }
            pushChildren(below, open);
        }
        node.sides = sides;
        return sides;
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
            pushChildren(node, open);
        }
    }

    private void dependOnAllAt(Node node) {
        depend(node.lastWriter);
        if (node.readers != null) {
            node.readers.dependOnEach(graph);
        }
    }

    private static void pushChildren(Node node, Deque<Node> open) {
        if (node.children != null) {
            node.children.values().forEach(open::push);
        }
    }

    private void dependOn(@Nullable Group group) {
        if (group != null) {
            depend(group.joined(graph));
        }
    }

    private void depend(int node) {
        if (node != Graph.NONE) {
            graph.dependOn(node);
        }
    }
}
