package dev.interlock.execution;

import dev.interlock.call.ToolPolicy;
import dev.interlock.execution.SharedLimits.Cap;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which caps the calls of a tool share, by the tool's name. A tool's own cap is kept by its bindings, and so by its calls
 * that run or wait: without any of them it has no state worth keeping. Thread-safe.
 */
final class Caps {

    /**
     * Tools that share a cap.
     *
     * @param tools their names; one that ends in {@code *} stands for all that begin with the rest
     * @param cap the cap
     */
    record Group(Set<String> tools, Cap cap) {
        boolean has(String tool) {
            return tools.stream()
                    .anyMatch(name -> name.endsWith("*")
                            ? tool.startsWith(name.substring(0, name.length() - 1))
                            : tool.equals(name));
        }
    }

    private final Map<String, OfTool> ofTools = new ConcurrentHashMap<>();
    private final ReferenceQueue<Cap> gone = new ReferenceQueue<>();
    private final List<Group> groups;
    private final @Nullable Cap ofAll;

    /**
     * Makes the caps of an executor.
     *
     * @param groups in any order
     * @param maxConcurrencyOfAll of all calls of all rounds, {@link Concurrency#UNLIMITED} for none
     */
    Caps(List<Group> groups, int maxConcurrencyOfAll) {
        this.groups = List.copyOf(groups);
        this.ofAll = maxConcurrencyOfAll == Concurrency.UNLIMITED ? null : new Cap(maxConcurrencyOfAll);
    }

    /** In one order for all tools: its own first, then its groups', then that of all. */
    List<Cap> of(String tool, ToolPolicy policy) {
        List<Cap> caps = new ArrayList<>();
        if (policy.maxConcurrency() != Integer.MAX_VALUE) {
            caps.add(ofTool(tool, policy.maxConcurrency()));
        }
        groups.stream().filter(group -> group.has(tool)).forEach(group -> caps.add(group.cap()));
        if (ofAll != null) {
            caps.add(ofAll);
        }
        return List.copyOf(caps);
    }

    private Cap ofTool(String tool, int limit) {
        for (Reference<? extends Cap> one = gone.poll(); one != null; one = gone.poll()) {
            OfTool dropped = (OfTool) one;
            ofTools.remove(dropped.tool, dropped);
        }
        while (true) {
            OfTool known = ofTools.get(tool);
            Cap cap = known == null ? null : known.get();
            if (cap != null) {
                return cap;
            }
            Cap made = new Cap(limit);
            OfTool kept = new OfTool(tool, made, gone);
            if (known == null ? ofTools.putIfAbsent(tool, kept) == null : ofTools.replace(tool, known, kept)) {
                return made;
            }
        }
    }

    /** The number of tools whose caps are known. */
    int size() {
        return ofTools.size();
    }

    private static final class OfTool extends WeakReference<Cap> {
        private final String tool;

        OfTool(String tool, Cap cap, ReferenceQueue<Cap> gone) {
            super(cap, gone);
            this.tool = tool;
        }
    }
}
