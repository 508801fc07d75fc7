package dev.interlock.execution;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tools that a batch may call, by name. Immutable and thread-safe. */
public final class ToolSet {

    private final Map<String, ToolDefinition> byName;

    private ToolSet(Map<String, ToolDefinition> byName) {
        this.byName = byName;
    }

    /**
     * Creates a set of tools.
     *
     * @param tools the tools
     * @return the set
     * @throws IllegalArgumentException if two tools have one name
     */
    public static ToolSet of(Collection<ToolDefinition> tools) {
        Map<String, ToolDefinition> byName = new LinkedHashMap<>();
        for (ToolDefinition tool : tools) {
            if (byName.putIfAbsent(tool.name(), tool) != null) {
                throw new IllegalArgumentException("there are two tools named '" + tool.name() + "'");
            }
        }
        return new ToolSet(byName);
    }

    /**
     * Creates a set of tools.
     *
     * @param tools the tools
     * @return the set
     * @throws IllegalArgumentException if two tools have one name
     */
    public static ToolSet of(ToolDefinition... tools) {
        return of(List.of(tools));
    }

    /**
     * Finds a tool.
     *
     * @param name its name
     * @return the tool, or null if the set has none with that name
     */
    public @Nullable ToolDefinition find(String name) {
        return byName.get(name);
    }

    /**
     * Returns the names of the tools.
     *
     * @return the names, unmodifiable, in no particular order
     */
    public Set<String> names() {
        return Set.copyOf(byName.keySet());
    }
}
