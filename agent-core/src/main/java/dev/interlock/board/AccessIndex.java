package dev.interlock.board;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Maps resources to the members that access them, such as calls or claims. To find the members that conflict with an
 * access, it looks only along the access's path and below it, no matter how many other members there are. At a mark it
 * also looks at the other side, all of which conflicts (see {@link Resource}). The engine uses this class; users do not
 * meet it. Not thread-safe.
 *
 * @param <T> the type of the members
 */
public final class AccessIndex<T> {

    private final Comparator<? super T> order;
    private final Node<T> root;

    /**
     * Creates an empty index.
     *
     * @param order a total order; it also tells members apart
     */
    public AccessIndex(Comparator<? super T> order) {
        this.order = order;
        this.root = new Node<>(null, "", order);
    }

    /**
     * Adds a member, once for each set of accesses.
     *
     * @param who the member
     * @param accesses the member's accesses
     */
    public void add(T who, List<Access> accesses) {
        for (Access access : accesses) {
            Node<T> node = root;
            Resource resource = access.resource();
            for (int i = 0; i < resource.depth(); i++) {
                node = node.childToAdd(resource.segment(i), order);
            }
            if (node.here(access.isWrite()).add(who)) {
                node.count(access.isWrite(), 1);
            }
        }
    }

    /**
     * Removes a member from the accesses that it was added with.
     *
     * @param who the member; nothing happens if it was not added
     * @param accesses the accesses that the member was added with
     */
    public void remove(T who, List<Access> accesses) {
        for (Access access : accesses) {
            Node<T> node = find(access.resource());
            if (node != null && node.here(access.isWrite()).remove(who)) {
                node.count(access.isWrite(), -1);
            }
        }
    }

    private @Nullable Node<T> find(Resource resource) {
        Node<T> node = root;
        for (int i = 0; i < resource.depth() && node != null; i++) {
            node = node.children.get(resource.segment(i));
        }
        return node;
    }

    /**
     * Tells whether the index has no members with accesses.
     *
     * @return true if every member that was added with an access has been removed
     */
    public boolean isEmpty() {
        return root.readersWithin == 0 && root.writersWithin == 0;
    }

    /**
     * Returns a member that conflicts with one of the accesses and that the caller wants.
     *
     * @param accesses the accesses to check
     * @param wanted tells of a conflicting member whether the caller wants it
     * @return any such member, or null if there is none
     */
    public @Nullable T findConflicting(List<Access> accesses, Predicate<T> wanted) {
        for (Access access : accesses) {
            Nodes<T> nodes = new Nodes<>(root, access);
            for (NavigableSet<T> some = nodes.next(); some != null; some = nodes.next()) {
                for (T one : some) {
                    if (wanted.test(one)) {
                        return one;
                    }
                }
            }
        }
        return null;
    }

    /**
     * Returns the members that conflict with one of the accesses, in order. The caller may remove members meanwhile,
     * but must not add any.
     *
     * @param accesses the accesses to check
     * @return the members, one by one
     */
    public InOrder<T> conflicting(List<Access> accesses) {
        InOrder<T> found = new InOrder<>(order);
        for (Access access : accesses) {
            Nodes<T> nodes = new Nodes<>(root, access);
            for (NavigableSet<T> some = nodes.next(); some != null; some = nodes.next()) {
                found.add(some);
            }
        }
        return found;
    }

    /**
     * Several sets merged in order.
     *
     * @param <T> the type of the members
     */
    public static final class InOrder<T> {

        private record Cursor<T>(T at, NavigableSet<T> set) {}

        private final Comparator<? super T> order;
        private final PriorityQueue<Cursor<T>> cursors;
        private @Nullable T last;

        private InOrder(Comparator<? super T> order) {
            this.order = order;
            this.cursors = new PriorityQueue<>((one, other) -> order.compare(one.at, other.at));
        }

        private void add(NavigableSet<T> set) {
            if (!set.isEmpty()) {
                cursors.add(new Cursor<>(set.first(), set));
            }
        }

        /**
         * Returns the next member; each comes once.
         *
         * @return null if there is none
         */
        public @Nullable T next() {
            for (Cursor<T> cursor = cursors.poll(); cursor != null; cursor = cursors.poll()) {
                T higher = cursor.set.higher(cursor.at);
                if (higher != null) {
                    cursors.add(new Cursor<>(higher, cursor.set));
                }
                if (last == null || order.compare(last, cursor.at) != 0) {
                    last = cursor.at;
                    return last;
                }
            }
            return null;
        }

        /**
         * Returns all members that {@link #next} has not returned.
         *
         * @return the members in order, in a list of the caller's own
         */
        public List<T> all() {
            List<T> all = new ArrayList<>();
            for (T one = next(); one != null; one = next()) {
                all.add(one);
            }
            return all;
        }
    }

    /**
     * Finds the sets of members that conflict with an access: along its path, then below and on the other side of
     * marks. It does not recurse, since paths may be deep.
     */
    private static final class Nodes<T> {
        private final Resource resource;
        private final boolean write;
        private final Deque<Node<T>> below = new ArrayDeque<>();
        private @Nullable Node<T> node;
        private int depth;
        private boolean readersToo;

        Nodes(Node<T> root, Access access) {
            this.resource = access.resource();
            this.write = access.isWrite();
            this.node = root;
        }

        @Nullable
        NavigableSet<T> next() {
            Node<T> current = node;
            if (current == null) {
                return null;
            }
            if (readersToo) {
                readersToo = false;
                step(current);
                return current.readers;
            }
            if (write) {
                readersToo = true;
            } else {
                step(current);
            }
            return current.writers;
        }

        private void step(Node<T> current) {
            Map<String, Node<T>> relevant = write ? current.children : current.childrenWithWriters;
            if (depth < resource.depth()) {
                String segment = resource.segment(depth++);
                addOtherSide(relevant, segment);
                node = current.children.get(segment);
            } else {
                below.addAll(relevant.values());
                node = null;
            }
            if (node == null) {
                // The path ends here, or no member has an access further along it.
                depth = resource.depth();
                node = below.poll();
            }
        }

        private void addOtherSide(Map<String, Node<T>> children, String segment) {
            if (segment.isEmpty()) {
                children.forEach((name, child) -> {
                    if (!name.isEmpty()) {
                        below.add(child);
                    }
                });
            } else {
                Node<T> marked = children.get("");
                if (marked != null) {
                    below.add(marked);
                }
            }
        }
    }

    private static final class Node<T> {
        private final @Nullable Node<T> parent;
        private final String segment;
        private final NavigableSet<T> readers;
        private final NavigableSet<T> writers;
        private final Map<String, Node<T>> children = new HashMap<>(2);
        private final Map<String, Node<T>> childrenWithWriters = new HashMap<>(2);

        // Counts this node and all below it.
        private int readersWithin;
        private int writersWithin;

        private Node(@Nullable Node<T> parent, String segment, Comparator<? super T> order) {
            this.parent = parent;
            this.segment = segment;
            this.readers = new TreeSet<>(order);
            this.writers = new TreeSet<>(order);
        }

        private Node<T> childToAdd(String name, Comparator<? super T> order) {
            return children.computeIfAbsent(name, key -> new Node<>(this, key, order));
        }

        private NavigableSet<T> here(boolean write) {
            return write ? writers : readers;
        }

        /** Removes the node when it has no members left. */
        private void count(boolean write, int change) {
            for (Node<T> node = this; node != null; node = node.parent) {
                if (write) {
                    node.writersWithin += change;
                } else {
                    node.readersWithin += change;
                }
                if (node.parent != null) {
                    node.parent.keep(node);
                }
            }
        }

        private void keep(Node<T> child) {
            if (child.writersWithin > 0) {
                childrenWithWriters.put(child.segment, child);
            } else {
                childrenWithWriters.remove(child.segment);
                if (child.readersWithin == 0) {
                    children.remove(child.segment);
                }
            }
        }
    }
}
