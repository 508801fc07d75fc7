package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.agentic.agent.AgentBuilder;
import dev.langchain4j.agentic.scope.DefaultAgenticScope;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolArgumentsErrorHandler;
import dev.langchain4j.service.tool.ToolExecutionErrorHandler;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * LangChain4j's agent builder for one agent whose tool calls run through a {@link ParallelTools}. The instance need not
 * be installed globally. Needs {@code langchain4j-agentic} on the class path.
 *
 * {@snippet :
 * // instead of AgenticServices.agentBuilder(Researcher.class)
 * Researcher researcher = ParallelAgentBuilder.of(parallel, Researcher.class)
 *         .chatModel(model)
 *         .tools(new SearchTools())
 *         .build();
 * }
 *
 * <p>The agent can be a sub-agent of any other. Agents that LangChain4j builds itself, untyped or from annotations,
 * need {@link ParallelTools#installGlobally}. Not thread-safe.
 *
 * @param <T> the type of the agent
 */
public final class ParallelAgentBuilder<T> extends AgentBuilder<T, ParallelAgentBuilder<T>> {

    // LangChain4j's builder keeps these private and passes them to the tool service that this class replaces. The field
    // has no initialiser: the super constructor already calls the setters when the agent's interface supplies tools.
    private @Nullable Map<String, Consumer<AiServices<T>>> settings;
    private @Nullable List<ToolProvider> providers;

    private final ParallelTools parallel;

    private ParallelAgentBuilder(ParallelTools parallel, Class<T> agent) {
        super(agent);
        this.parallel = Objects.requireNonNull(parallel, "parallel");
    }

    /**
     * Starts an agent whose tool calls run through an instance.
     *
     * @param <T> the type of the agent
     * @param parallel the instance
     * @param agent the agent's interface
     * @return a new builder
     */
    public static <T> ParallelAgentBuilder<T> of(ParallelTools parallel, Class<T> agent) {
        return new ParallelAgentBuilder<>(parallel, agent);
    }

    /** LangChain4j calls this for each service that it builds for the agent, after it has set up the tools. */
    @Override
    protected void build(@Nullable DefaultAgenticScope scope, AiServiceContext context, AiServices<T> services) {
        super.build(scope, context, services);
        context.toolService = parallel.toolService(context);
        if (settings != null) {
            settings.values().forEach(setting -> setting.accept(services));
        }
    }

    private void set(String name, Consumer<AiServices<T>> setting) {
        if (settings == null) {
            settings = new LinkedHashMap<>();
        }
        settings.put(name, setting);
    }

    @Override
    public ParallelAgentBuilder<T> tools(Object... objectsWithTools) {
        set("tools", services -> services.tools(objectsWithTools));
        return super.tools(objectsWithTools);
    }

    @Override
    public ParallelAgentBuilder<T> tools(Map<ToolSpecification, ToolExecutor> tools) {
        set("toolsMap", services -> services.tools(tools));
        return super.tools(tools);
    }

    @Override
    @SuppressWarnings("deprecation") // what LangChain4j's builder does with them
    public ParallelAgentBuilder<T> tools(Map<ToolSpecification, ToolExecutor> tools, Set<String> immediateReturn) {
        set("toolsMap", services -> services.tools(tools, immediateReturn));
        return super.tools(tools, immediateReturn);
    }

    @Override
    public ParallelAgentBuilder<T> toolProvider(ToolProvider provider) {
        provided(List.of(provider));
        return super.toolProvider(provider);
    }

    /** The other setter, which takes an array, calls this one. */
    @Override
    public ParallelAgentBuilder<T> toolProviders(Collection<ToolProvider> more) {
        provided(more);
        return super.toolProviders(more);
    }

    private void provided(Collection<ToolProvider> more) {
        List<ToolProvider> all = providers == null ? new ArrayList<>() : providers;
        all.addAll(more);
        providers = all;
        set("toolProviders", services -> services.toolProviders(all));
    }

    @Override
    public ParallelAgentBuilder<T> maxToolCallingRoundTrips(int max) {
        set("maxToolCallingRoundTrips", services -> services.maxToolCallingRoundTrips(max));
        return super.maxToolCallingRoundTrips(max);
    }

    @Override
    public ParallelAgentBuilder<T> hallucinatedToolNameStrategy(
            Function<ToolExecutionRequest, ToolExecutionResultMessage> strategy) {
        set("hallucinatedToolNameStrategy", services -> services.hallucinatedToolNameStrategy(strategy));
        return super.hallucinatedToolNameStrategy(strategy);
    }

    @Override
    public ParallelAgentBuilder<T> executeToolsConcurrently(Executor executor) {
        set("executeToolsConcurrently", services -> services.executeToolsConcurrently(executor));
        return super.executeToolsConcurrently(executor);
    }

    @Override
    public ParallelAgentBuilder<T> toolArgumentsErrorHandler(ToolArgumentsErrorHandler handler) {
        set("toolArgumentsErrorHandler", services -> services.toolArgumentsErrorHandler(handler));
        return super.toolArgumentsErrorHandler(handler);
    }

    @Override
    public ParallelAgentBuilder<T> toolExecutionErrorHandler(ToolExecutionErrorHandler handler) {
        set("toolExecutionErrorHandler", services -> services.toolExecutionErrorHandler(handler));
        return super.toolExecutionErrorHandler(handler);
    }
}
