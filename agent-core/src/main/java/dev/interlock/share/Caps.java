package dev.interlock.share;

import dev.interlock.call.ToolPolicy;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the caps of a tool's calls by the tool's name, for one executor. Only calls that run or wait keep a tool's own
 * cap alive: without them it has no state worth keeping. Thread-safe.
 */
public final class Caps {

    /** Stands for no cap. */
    private static final int UNLIMITED = Integer.MAX_VALUE;

    /**
     * Tools that share a cap.
     *
     * @param tools their names; one that ends in {@code *} stands for all that begin with the rest
     * @param limit how many of their calls may run at the same time
     */
    public record Group(Set<String> tools, int limit) {

        /** Copies the names. */
        public Group {
            tools = Set.copyOf(tools);
        }

        private String name() {
            return "group '" + String.join("', '", new TreeSet<>(tools)) + "'";
        }

        private boolean has(String tool) {
            return tools.stream().anyMatch(name -> isFor(name, tool));
        }

        /** Tells whether a group's name, which may end in {@code *}, stands for a tool. */
        public static boolean isFor(String named, String tool) {
            return named.endsWith("*") ? tool.startsWith(named.substring(0, named.length() - 1)) : tool.equals(named);
        }
    }

    private record CapOfGroup(Group group, Cap cap) {}

    private final Map<String, OfTool> ofTools = new ConcurrentHashMap<>();
    private final ReferenceQueue<Cap> gone = new ReferenceQueue<>();
    private final List<CapOfGroup> ofGroups;
    private final @Nullable Cap ofAll;

    /**
     * Makes the caps of an executor.
     *
     * @param groups in any order
     * @param maxConcurrencyOfAll the limit of all calls of all rounds; {@link Integer#MAX_VALUE} for none
     */
    public Caps(List<Group> groups, int maxConcurrencyOfAll) {
        this.ofGroups = groups.stream()
                .map(group -> new CapOfGroup(group, new Cap(group.name(), group.limit())))
                .toList();
        this.ofAll = maxConcurrencyOfAll == UNLIMITED ? null : new Cap("all calls", maxConcurrencyOfAll);
    }

    /**
     * Returns the caps of a tool, in the same order for all tools: its own, its groups', that of all calls.
     *
     * @param tool its name
     * @param policy the tool's policy, which may set a cap; the first policy that comes for a name counts
     * @return the caps, unmodifiable, perhaps empty
     */
    public List<Cap> of(String tool, ToolPolicy policy) {
        List<Cap> caps = new ArrayList<>();
        if (policy.maxConcurrency() != UNLIMITED) {
            caps.add(ofTool(tool, policy.maxConcurrency()));
        }
        ofGroups.stream().filter(some -> some.group().has(tool)).forEach(some -> caps.add(some.cap()));
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
            Cap made = new Cap("tool '" + tool + "'", limit);
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
