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
 * Records what one run of a body touches, on any threads.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>The final accesses contain all that threads report while the body runs. Later reports change nothing.
 *   <li>If the body makes calls in a round of its own, what they touch counts for the body too. The outer recording
 *       receives it while it is open.
 *   <li>A recording holds at most {@link #MAX_ACCESSES} accesses, each of at most {@link #MAX_SEGMENTS} segments and
 *       {@link #MAX_CHARS} characters. Beyond that it replaces accesses by ones that contain them: wider, never
 *       narrower.
 * </ul>
 *
 * <p>Thread-safe. It runs no foreign code under its monitor, and never holds two monitors.
 */
public final class Recording {

    static final int MAX_ACCESSES = 10_000;
    static final int MAX_SEGMENTS = 100;
    static final int MAX_CHARS = 1_000;

    /** A first segment has many accesses if it has at least one in this many. */
    private static final int MUCH = 16;

    private static final Comparator<Map.Entry<String, Integer>> BY_COUNT = Map.Entry.comparingByValue();

    /** Whether any executor has ever wanted recordings. Until then a report costs next to nothing. */
    private static volatile boolean wanted;

    private final @Nullable Recording outer;

    /** Writes hold this object's monitor. */
    private volatile boolean open = true;

    // Guarded by this object's monitor.
    private Set<Access> accesses = new LinkedHashSet<>();
    private boolean widened;

    /** By first segment, how many segments of its accesses to keep; no entry means all. */
    private final Map<String, Integer> depths = new HashMap<>();

    /** Whether the recording is so wide that it only says: reads anything, or writes anything. */
    private boolean anything;

    /**
     * Begins to record.
     *
     * @param outer the recording of the body that makes the call; null if there is none
     */
    public Recording(@Nullable Recording outer) {
        this.outer = outer;
    }

    static boolean isWanted() {
        return wanted;
    }

    /** Turns recording on. */
    public static void want() {
        wanted = true;
    }

    /** Whether a report now reaches this recording or an outer one. */
    public boolean isOpen() {
        for (Recording each = this; each != null; each = each.outer) {
            if (each.open) {
                return true;
            }
        }
        return false;
    }

    /** Records an access. */
    public void add(Access access) {
        for (Recording each = this; each != null; each = each.outer) {
            each.note(access);
        }
    }

    /** Ends the recording when the body has ended. Returns what the body has touched, the same on each call. */
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
     * Replaces the deepest accesses by their parents until half are left. It takes those with the most frequent first
     * segment, or all accesses if no first segment has much of them.
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
