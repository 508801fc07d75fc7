package dev.interlock.recording;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes down what one run of a body touches, on whatever threads.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>What is told of while the body runs is contained in the accesses at the end; what is told of later is not, and
 *       changes nothing.
 *   <li>What a call touches that the body makes, in a round of its own, the body touches too: that is told to the
 *       recording around as well, each as long as it is open.
 *   <li>It never holds more than {@link #MAX_ACCESSES} accesses, none of more than {@link #MAX_SEGMENTS} segments and
 *       {@link #MAX_CHARS} characters. What would be more is replaced by what contains it: wider, never narrower.
 * </ul>
 *
 * <p>Thread-safe. Runs nothing but its own code with its monitor held, and never holds two of them.
 */
public final class Recording {

    static final int MAX_ACCESSES = 10_000;
    static final int MAX_SEGMENTS = 100;
    static final int MAX_CHARS = 1_000;

    /** A share of all accesses that is much of them: one in so many. */
    private static final int MUCH = 16;

    private static final Comparator<Map.Entry<String, Integer>> BY_COUNT = Map.Entry.comparingByValue();

    /** Whether there has ever been one who wants to know; so that it costs next to nothing if there has not. */
    private static volatile boolean wanted;

    private final @Nullable Recording outer;

    /** Written with this object's monitor held. */
    private volatile boolean open = true;

    // Guarded by this object's monitor.
    private Set<Access> accesses = new LinkedHashSet<>();
    private boolean widened;

    /** How many segments are kept of what begins with this one, where that is not all. */
    private final Map<String, Integer> depths = new HashMap<>();

    /** Whether all there is left to say is that something is read, or written. */
    private boolean anything;

    /**
     * Begins to take down.
     *
     * @param outer of the body that makes the call; null if there is none, or nobody wants to know
     */
    public Recording(@Nullable Recording outer) {
        this.outer = outer;
    }

    static boolean isWanted() {
        return wanted;
    }

    /** There is somebody who wants to know. */
    public static void want() {
        wanted = true;
    }

    /** Whether what is told of now is taken down, here or by a recording around. */
    public boolean isOpen() {
        for (Recording each = this; each != null; each = each.outer) {
            if (each.open) {
                return true;
            }
        }
        return false;
    }

    /** Something is touched. */
    public void add(Access access) {
        for (Recording each = this; each != null; each = each.outer) {
            each.note(access);
        }
    }

    /** The body has ended; gives what it has touched, the same every time. */
    public synchronized Touched close() {
        open = false;
        return new Touched(List.copyOf(accesses), widened);
    }

    private synchronized void note(Access access) {
        if (open) {
            accesses.add(cut(access));
            if (accesses.size() > MAX_ACCESSES) {
                widen();
            }
        }
    }

    private Access cut(Access access) {
        Resource resource = access.resource();
        int depth = anything ? 0 : Math.min(MAX_SEGMENTS, resource.depth());
        int chars = 0;
        for (int i = 0; i < depth; i++) {
            chars += resource.segment(i).length();
            if (chars > MAX_CHARS) {
                depth = i;
            }
        }
        if (depth > 1 && !depths.isEmpty()) {
            depth = Math.min(depth, depths.getOrDefault(resource.segment(0), depth));
        }
        if (depth == resource.depth()) {
            return access;
        }
        widened = true;
        return new Access(access.kind(), resource.prefix(depth));
    }

    /**
     * The deepest are replaced by their parents until half is left: of what begins with the one segment that most of it
     * begins with or, where no segment has much of it, of all.
     */
    private void widen() {
        while (accesses.size() > MAX_ACCESSES / 2) {
            Map<String, Integer> counts = new HashMap<>();
            Map<String, Integer> deepest = new HashMap<>();
            for (Access access : accesses) {
                Resource resource = access.resource();
                String first = resource.depth() == 0 ? "" : resource.segment(0);
                counts.merge(first, 1, Integer::sum);
                deepest.merge(first, resource.depth(), Math::max);
            }
            Map.Entry<String, Integer> most =
                    counts.entrySet().stream().max(BY_COUNT).orElseThrow();
            if (most.getValue() > accesses.size() / MUCH) {
                deepest.keySet().retainAll(Set.of(most.getKey()));
            }
            anything = deepest.values().stream().allMatch(depth -> depth <= 1);
            deepest.forEach((first, depth) -> depths.put(first, Math.max(1, depth - 1)));
            Set<Access> before = accesses;
            accesses = new LinkedHashSet<>();
            before.forEach(access -> accesses.add(cut(access)));
        }
        if (anything) {
            depths.clear();
        }
    }
}
