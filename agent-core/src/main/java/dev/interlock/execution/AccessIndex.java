package dev.interlock.execution;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who accesses what: finds those that conflict with an access by looking only at them and along its path, however many
 * others there are. Not thread-safe.
 *
 * @param <T> those that access something, compared by {@code equals}
 */
final class AccessIndex<T> {

    private final Node<T> root = new Node<>(null, "");

    /** Adds somebody, once for each set of accesses. */
    void add(T who, List<Access> accesses) {
        for (Access access : accesses) {
            Node<T> node = root;
            Resource resource = access.resource();
            for (int i = 0; i < resource.depth(); i++) {
                node = node.childToAdd(resource.segment(i));
            }
            if (node.here(access.isWrite()).add(who)) {
                node.count(access.isWrite(), 1);
            }
        }
    }

    /** Removes somebody from the accesses with which it was added. */
    void remove(T who, List<Access> accesses) {
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

    boolean isEmpty() {
        return root.readersWithin == 0 && root.writersWithin == 0;
    }

    /** Somebody who conflicts with one of the accesses and is wanted, or null if there is nobody. */
    @Nullable
    T findConflicting(List<Access> accesses, Predicate<T> wanted) {
        for (Access access : accesses) {
            T found = findConflicting(access, wanted);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable T findConflicting(Access access, Predicate<T> wanted) {
        Resource resource = access.resource();
        Node<T> node = root;
        for (int i = 0; i < resource.depth(); i++) {
            T found = node.findHere(access.isWrite(), wanted);
            if (found != null) {
                return found;
            }
            node = node.children.get(resource.segment(i));
            if (node == null) {
                return null;
            }
        }
        return node.findWithin(access.isWrite(), wanted);
    }

    /** All who conflict with one of the accesses. */
    Set<T> allConflicting(List<Access> accesses) {
        Set<T> all = new LinkedHashSet<>();
        findConflicting(accesses, one -> {
            all.add(one);
            return false;
        });
        return all;
    }

    private static final class Node<T> {
        private final @Nullable Node<T> parent;
        private final String segment;
        private final Set<T> readers = new LinkedHashSet<>(2);
        private final Set<T> writers = new LinkedHashSet<>(2);
        private final Map<String, Node<T>> children = new HashMap<>(2);

        // Here and below.
        private int readersWithin;
        private int writersWithin;

        private Node(@Nullable Node<T> parent, String segment) {
            this.parent = parent;
            this.segment = segment;
        }

        private Node<T> childToAdd(String name) {
            return children.computeIfAbsent(name, key -> new Node<>(this, key));
        }

        private Set<T> here(boolean write) {
            return write ? writers : readers;
        }

        /** A node in which nobody is left goes. */
        private void count(boolean write, int change) {
            for (Node<T> node = this; node != null; node = node.parent) {
                if (write) {
                    node.writersWithin += change;
                } else {
                    node.readersWithin += change;
                }
                if (node.parent != null && !node.hasWithin(true)) {
                    node.parent.children.remove(node.segment);
                }
            }
        }

        /** Whether there is anybody here or below who would conflict with a write, or a read, of this resource. */
        private boolean hasWithin(boolean write) {
            return writersWithin > 0 || (write && readersWithin > 0);
        }

        private @Nullable T findHere(boolean write, Predicate<T> wanted) {
            for (T one : writers) {
                if (wanted.test(one)) {
                    return one;
                }
            }
            if (write) {
                for (T one : readers) {
                    if (wanted.test(one)) {
                        return one;
                    }
                }
            }
            return null;
        }

        /** Not by recursion: paths are of any length. */
        private @Nullable T findWithin(boolean write, Predicate<T> wanted) {
            Deque<Node<T>> open = new ArrayDeque<>();
            for (Node<T> node = this; node != null; node = open.poll()) {
                T found = node.findHere(write, wanted);
                if (found != null) {
                    return found;
                }
                for (Node<T> child : node.children.values()) {
                    if (child.hasWithin(write)) {
                        open.push(child);
                    }
                }
            }
            return null;
        }
    }
}
