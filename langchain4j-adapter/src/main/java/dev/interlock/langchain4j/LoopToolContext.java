package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ReturnBehavior;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tools of one run of the model loop, as LangChain4j's sequential loop sees them: for every tool it finds the
 * loop's collector, which hands out the round's results. This class keeps the real executors for the round.
 *
 * <p>When LangChain4j adds tools on the way (dynamic providers, tool search), it builds a new context from
 * {@link #toBuilder()}, which is again one of these.
 */
final class LoopToolContext extends ToolServiceContext {

    private static final Builder NOTHING = ToolServiceContext.builder();

    private final ToolServiceContext tools;
    private final ToolExecutor collector;
    private final Consumer<LoopToolContext> changed;

    /**
     * Creates the context that the loop sees.
     *
     * @param collector the executor that the loop finds in place of each tool's
     * @param changed gets each context that replaces this one or a later one
     */
    LoopToolContext(ToolServiceContext tools, ToolExecutor collector, Consumer<LoopToolContext> changed) {
        super(NOTHING);
        this.tools = tools;
        this.collector = collector;
        this.changed = changed;
    }

    /** The context with the real executors, for the round. */
    ToolServiceContext real() {
        return tools;
    }

    @Override
    public Map<String, ToolExecutor> toolExecutors() {
        return new Collecting();
    }

    @Override
    public List<ToolSpecification> effectiveTools() {
        return tools.effectiveTools();
    }

    @Override
    @Deprecated
    public List<ToolSpecification> toolSpecifications() {
        return tools.effectiveTools();
    }

    @Override
    public List<ToolSpecification> availableTools() {
        return tools.availableTools();
    }

    @Override
    public Map<String, ReturnBehavior> returnBehaviors() {
        return tools.returnBehaviors();
    }

    @Override
    public ReturnBehavior returnBehavior(String toolName) {
        return tools.returnBehavior(toolName);
    }

    @Override
    @Deprecated
    public Set<String> immediateReturnTools() {
        return tools.immediateReturnTools();
    }

    @Override
    public List<ToolProvider> dynamicToolProviders() {
        return tools.dynamicToolProviders();
    }

    @Override
    public Builder toBuilder() {
        return new Builder() {
            @Override
            public ToolServiceContext build() {
                return rebuilt(super.build());
            }
        }.effectiveTools(tools.effectiveTools())
                .availableTools(tools.availableTools())
                .toolExecutors(toolExecutors())
                .returnBehaviors(tools.returnBehaviors())
                .dynamicToolProviders(tools.dynamicToolProviders());
    }

    /** Puts the real executors back in place of the collector. */
    @SuppressWarnings("ReferenceEquality") // an executor that claims to be equal is not the collector
    private LoopToolContext rebuilt(ToolServiceContext built) {
        Map<String, ToolExecutor> executors = new HashMap<>(built.toolExecutors());
        executors.replaceAll((tool, executor) -> {
            ToolExecutor real = executor == collector ? tools.toolExecutors().get(tool) : executor;
            return real == null ? executor : real;
        });
        LoopToolContext next =
                new LoopToolContext(built.toBuilder().toolExecutors(executors).build(), collector, changed);
        changed.accept(next);
        return next;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LoopToolContext that && tools.equals(that.tools);
    }

    @Override
    public int hashCode() {
        return tools.hashCode();
    }

    @Override
    public String toString() {
        return tools.toString();
    }

    /** Finds the collector under every name, known or not, since calls of unknown tools are part of the round too. */
    private final class Collecting extends AbstractMap<String, ToolExecutor> {
        @Override
        public ToolExecutor get(@Nullable Object tool) {
            return collector;
        }

        @Override
        public boolean containsKey(@Nullable Object tool) {
            return tools.toolExecutors().containsKey(tool);
        }

        @Override
        public Set<Entry<String, ToolExecutor>> entrySet() {
            Set<Entry<String, ToolExecutor>> entries = new LinkedHashSet<>();
            tools.toolExecutors().keySet().forEach(tool -> entries.add(Map.entry(tool, collector)));
            return entries;
        }
    }
}
