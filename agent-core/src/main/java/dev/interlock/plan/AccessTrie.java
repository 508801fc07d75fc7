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
 * and each access enters a bounded number of groups a path segment: finding dependencies is near-linear in the accesses.
 *
 * <p>Absolute paths lie behind a mark, a child with an empty segment, and conflict with what lies behind its siblings, see
 * {@link Resource}. So a resource with both keeps its readers and writers by side, as two groups each; an access on one side
 * depends on the groups of the other. Those on one side stand for each other once an access of the other has depended on
 * them, as above: whatever conflicts with that access later is on their side. Few resources ever have a mark below them:
 * the groups are made with the first.
 */
final class AccessTrie {

    private static final class Node {
        @Nullable
        Map<String, Node> children;

        int lastWriter = Graph.NONE;

        /** Readers of exactly this resource since it was last written. */
        @Nullable
        Group readers;

        /** Writers of resources strictly below since this one was last written. */
        @Nullable
        Group writersBelow;

        /** Of what lies strictly below, since this one was last written; null while there is no mark there. */
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

    /** Who accesses what lies behind a mark, and behind the siblings of the mark. */
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

    /** Reports what {@code access} must wait for. Changes grouping only, so all accesses of a call are asked first. */
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

    /** Notes that {@code node} makes {@code access}. */
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

    /** Most resources have no such group, so it is made when first needed. */
    private static Group with(@Nullable Group group, int node) {
        Group result = group == null ? new Group() : group;
        result.add(node);
        return result;
    }

    /** The sides of a resource; with its first mark below, all that is below yet is on one of them. */
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
