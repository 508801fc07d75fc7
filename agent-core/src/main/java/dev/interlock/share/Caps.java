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
 * Which caps the calls of a tool share, by the tool's name, in one executor. A tool's own cap is kept by those it was given
 * to, and so by its calls that run or wait: without any of them it has no state worth keeping. Thread-safe.
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

        /** Whether a name of a group, which may end in {@code *}, stands for a tool. */
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
     * @param maxConcurrencyOfAll of all calls of all rounds, {@link Integer#MAX_VALUE} for none
     */
    public Caps(List<Group> groups, int maxConcurrencyOfAll) {
        this.ofGroups = groups.stream()
                .map(group -> new CapOfGroup(group, new Cap(group.name(), group.limit())))
                .toList();
        this.ofAll = maxConcurrencyOfAll == UNLIMITED ? null : new Cap("all calls", maxConcurrencyOfAll);
    }

    /**
     * The caps of a tool, in one order for all tools: its own first, then its groups', then that of all.
     *
     * @param tool its name
     * @param policy may have a cap for it; the first that is asked with counts for a name
     * @return unmodifiable, perhaps empty
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
