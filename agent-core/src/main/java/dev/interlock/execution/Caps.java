package dev.interlock.execution;

import dev.interlock.call.ToolPolicy;
import dev.interlock.execution.SharedLimits.Cap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which caps the calls of a tool share, by the tool's name. Thread-safe. */
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

    private final Map<String, Cap> ofTools = new ConcurrentHashMap<>();
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
            caps.add(ofTools.computeIfAbsent(tool, name -> new Cap(policy.maxConcurrency())));
        }
        groups.stream().filter(group -> group.has(tool)).forEach(group -> caps.add(group.cap()));
        if (ofAll != null) {
            caps.add(ofAll);
        }
        return List.copyOf(caps);
    }
}
