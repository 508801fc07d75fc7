package dev.interlock.langchain4j;

import dev.interlock.execution.ContextPropagator;
import dev.interlock.execution.RoundGuard;
import dev.interlock.langchain4j.task.AgentSettings;
import dev.interlock.langchain4j.task.TaskTimer;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.memory.chat.ChatMemoryProvider;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link TaskAgent.Builder}. Not thread-safe.
 *
 * @param <B> the builder, which every setter returns
 */
abstract class TaskAgentSettings<B extends TaskAgentSettings<B>> {

    @Nullable
    ChatModel chatModel;

    @Nullable
    StreamingChatModel streamingChatModel;

    final List<Object> tools = new ArrayList<>();
    final Map<ToolSpecification, ToolExecutor> codedTools = new LinkedHashMap<>();
    final List<ToolProvider> toolProviders = new ArrayList<>();

    @Nullable
    String systemPrompt;

    @Nullable
    String instructions;

    int maxRounds = 100;

    @Nullable
    Duration timeout;

    /** Says when that time is up; tests set another. */
    TaskTimer timer = TaskTimer.CLOCK;

    @Nullable
    ChatMemoryProvider chatMemoryProvider;

    final List<TaskListener> listeners = new ArrayList<>();
    final List<ContextPropagator> propagators = new ArrayList<>();
    Consumer<ParallelTools.Builder> parallelTools = parallel -> {};
    Consumer<AiServices<?>> aiServices = services -> {};

    abstract B self();

    final AgentSettings settings() {
        return new AgentSettings(
                chatModel,
                streamingChatModel,
                tools,
                codedTools,
                toolProviders,
                systemPrompt,
                instructions,
                maxRounds,
                timeout,
                timer,
                chatMemoryProvider,
                listeners,
                propagators,
                parallelTools,
                aiServices);
    }

    /**
     * Sets the model. An agent needs either this or {@code streamingChatModel}.
     *
     * @param chatModel the model
     * @return this
     */
    public B chatModel(ChatModel chatModel) {
        this.chatModel = Objects.requireNonNull(chatModel, "chatModel");
        return self();
    }

    /**
     * Sets a streaming model. Calls that only read start while the model still writes (see
     * {@link ParallelTools.Builder#earlyStart}), and listeners receive its text.
     *
     * @param streamingChatModel the model
     * @return this
     */
    public B streamingChatModel(StreamingChatModel streamingChatModel) {
        this.streamingChatModel = Objects.requireNonNull(streamingChatModel, "streamingChatModel");
        return self();
    }

    /**
     * Adds tools.
     *
     * @param objectsWithTools objects with methods annotated with {@code @Tool}
     * @return this
     */
    public B tools(Object... objectsWithTools) {
        tools.addAll(Arrays.asList(objectsWithTools));
        return self();
    }

    /**
     * Adds tools built in code.
     *
     * @param tools their specifications and executors
     * @return this
     */
    public B tools(Map<ToolSpecification, ToolExecutor> tools) {
        codedTools.putAll(tools);
        return self();
    }

    /**
     * Adds a provider of tools, such as that of MCP servers.
     *
     * @param toolProvider the provider
     * @return this
     */
    public B toolProvider(ToolProvider toolProvider) {
        toolProviders.add(Objects.requireNonNull(toolProvider, "toolProvider"));
        return self();
    }

    /**
     * Adds providers of tools.
     *
     * @param toolProviders the providers
     * @return this
     */
    public B toolProviders(ToolProvider... toolProviders) {
        Arrays.stream(toolProviders).forEach(this::toolProvider);
        return self();
    }

    /**
     * Sets the system prompt, in place of the default, which tells the model how to put calls into responses.
     *
     * @param systemPrompt the prompt; not a template
     * @return this
     */
    public B systemPrompt(String systemPrompt) {
        this.systemPrompt = Objects.requireNonNull(systemPrompt, "systemPrompt");
        return self();
    }

    /**
     * Sets instructions that follow the system prompt and say what this agent is for.
     *
     * @param instructions the instructions; not a template
     * @return this
     */
    public B instructions(String instructions) {
        this.instructions = Objects.requireNonNull(instructions, "instructions");
        return self();
    }

    /**
     * Sets how many rounds a task may have; 100 by default. The model gets the results of the last round and may
     * answer. If it requests another round, the task ends with {@link TaskEnd#ROUND_LIMIT}.
     *
     * @param maxRounds at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxRounds(int maxRounds) {
        if (maxRounds < 1) {
            throw new IllegalArgumentException("maxRounds must be >= 1, was " + maxRounds);
        }
        this.maxRounds = maxRounds;
        return self();
    }

    /**
     * Sets how many calls the model may request in a task, over all its rounds; unlimited by default. A call over the
     * limit tells the model so. If the model goes on, the task ends with {@link TaskEnd#CALL_LIMIT}. See
     * {@link ParallelTools.Builder#maxCallsPerInvocation}.
     *
     * @param maxCalls at least 1; {@link ParallelTools#UNLIMITED} for no limit
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxCallsPerInvocation(int maxCalls) {
        return checked(parallel -> parallel.maxCallsPerInvocation(maxCalls));
    }

    /**
     * Sets how many calls of each tool the model may request in a task, over all its rounds; unlimited by default. See
     * {@link #maxCallsPerInvocation}.
     *
     * @param maxCalls at least 1; {@link ParallelTools#UNLIMITED} for no limit
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxCallsPerTool(int maxCalls) {
        return checked(parallel -> parallel.maxCallsPerTool(maxCalls));
    }

    /**
     * Sets how many calls of one tool the model may request in a task, in place of the limit for
     * {@linkplain #maxCallsPerTool(int) each}.
     *
     * @param tool the name of the tool
     * @param maxCalls at least 1; {@link ParallelTools#UNLIMITED} for no limit
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxCallsPerTool(String tool, int maxCalls) {
        return checked(parallel -> parallel.maxCallsPerTool(tool, maxCalls));
    }

    /**
     * Sets in how many rounds in a row the model may repeat a call with the same arguments and the same result; 10 by
     * default. A call over the limit tells the model so. If the model goes on, the task ends with
     * {@link TaskEnd#REPEATED_CALLS}. See {@link ParallelTools.Builder#maxRepeatedCalls}.
     *
     * @param maxRounds at least 2; {@link ParallelTools#UNLIMITED} for no limit
     * @return this
     * @throws IllegalArgumentException if it is below 2
     */
    public B maxRepeatedCalls(int maxRounds) {
        return checked(parallel -> parallel.maxRepeatedCalls(maxRounds));
    }

    /**
     * Applies the limit to a throw-away builder too, so that a wrong value fails here and not only when the agent is
     * built.
     */
    private B checked(Consumer<ParallelTools.Builder> limit) {
        limit.accept(ParallelTools.builder());
        return parallelTools(limit);
    }

    /**
     * Sets how long a task may take; no limit by default. When the time is up, the agent cancels running calls. The
     * task ends with {@link TaskEnd#DEADLINE} when they have ended or their grace period is over.
     *
     * @param timeout more than zero
     * @return this
     * @throws IllegalArgumentException if the timeout is not more than zero
     */
    public B timeout(Duration timeout) {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout must be > 0, was " + timeout);
        }
        this.timeout = timeout;
        return self();
    }

    /**
     * Sets the provider of the conversations' memories. By default the agent keeps them, complete, until the caller
     * {@linkplain TaskAgent#forget forgets} them.
     *
     * @param chatMemoryProvider called once for each conversation
     * @return this
     */
    public B chatMemoryProvider(ChatMemoryProvider chatMemoryProvider) {
        this.chatMemoryProvider = Objects.requireNonNull(chatMemoryProvider, "chatMemoryProvider");
        return self();
    }

    /**
     * Adds a listener.
     *
     * @param listener receives what happens while the agent executes tasks
     * @return this
     */
    public B listener(TaskListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return self();
    }

    /**
     * Adds a context propagator for all threads that work for a task: those of calls, of the model, and of asynchronous
     * tasks.
     *
     * @param propagator the propagator
     * @return this
     */
    public B contextPropagator(ContextPropagator propagator) {
        propagators.add(Objects.requireNonNull(propagator, "propagator"));
        return self();
    }

    /**
     * Adds a guard. It says before each round on which threads the round's calls may run. See
     * {@link ParallelTools.Builder#roundGuard}.
     *
     * @param guard decides the threads, or refuses the round; the task then ends with {@link TaskEnd#ERROR}
     * @return this
     */
    public B roundGuard(RoundGuard guard) {
        Objects.requireNonNull(guard, "guard");
        return parallelTools(parallel -> parallel.roundGuard(guard));
    }

    /**
     * Sets whether calls may refer to the results of earlier calls of the same response; false by default. See
     * {@link ParallelTools.Builder#chaining}.
     *
     * @param chaining true to allow it
     * @return this
     */
    public B chaining(boolean chaining) {
        return parallelTools(parallel -> parallel.chaining(chaining));
    }

    /**
     * Sets how calls run: caps, time limits, effects, policies.
     *
     * @param settings is called once, when the agent is built
     * @return this
     */
    public B parallelTools(Consumer<ParallelTools.Builder> settings) {
        parallelTools = parallelTools.andThen(Objects.requireNonNull(settings, "settings"));
        return self();
    }

    /**
     * Sets other features of LangChain4j's AI services: guardrails, retrieval, moderation, error handlers,
     * compensation. Models, memory, tools and round limits belong to this builder. A system message set there adds to
     * this builder's.
     *
     * @param settings is called once, when the agent is built
     * @return this
     */
    public B aiServices(Consumer<AiServices<?>> settings) {
        aiServices = aiServices.andThen(Objects.requireNonNull(settings, "settings"));
        return self();
    }
}
