package dev.interlock.langchain4j;

import dev.interlock.execution.Cancellation;
import dev.interlock.execution.ContextPropagator;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.ChatMemoryProvider;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries out tasks in plain words: asks the model, runs the tool calls of its responses in parallel, as far as they are
 * independent, gives it the results, until it answers.
 *
 * {@snippet :
 * TaskAgent agent = TaskAgent.builder()
 *         .chatModel(model)
 *         .tools(new SearchTools(), new Calculator(), new Translator())
 *         .build();
 * TaskResult result = agent.execute("Search for Python, calculate 2+2 and translate 'Hello' to Spanish");
 * }
 *
 * <p>The loop is that of LangChain4j's AI services, with the tools of {@link ParallelTools}. A task that fails, that has to
 * end before it is answered, or whose answer is none, gives a result that says so, with the rounds so far: see
 * {@link TaskEnd}.
 *
 * <p>{@code execute} runs the loop on the current thread; an interrupt cancels the task and leaves the interrupt flag
 * set. A {@link Cancellation} around {@code execute} or {@code executeAsync} cancels it too. If there is one, or a limit of
 * time, the model is asked on a virtual thread, so that the task can end while the model hangs.
 *
 * <p>Thread-safe: one agent serves any number of tasks at the same time. Those of a conversation are executed one after
 * another, in the order in which they were given; waiting counts as time of the task. A tool, or a model, cannot have a task
 * of its own conversation executed, nor one that would have to wait for it in any other way: that throws an
 * {@link IllegalStateException}. This is only seen on the thread on which the tool or the model is called. On a thread of
 * their own, and through an agent's caps, they can wait for themselves: a call whose tool has a task of another
 * conversation executed keeps its permits, such as that of {@link ParallelTools.Builder#totalConcurrency}, while that task
 * waits for its turn, and a task before it may need them. Set a {@linkplain Builder#timeout limit of time} where tools
 * execute tasks of conversations: then such a wait ends.
 */
public final class TaskAgent implements AutoCloseable {

    private final ParallelTools parallel;
    private final TaskSettings settings;
    private final TaskService service;
    private final TaskLoop loop;
    private final Set<Capability> ofModel;
    private final RunningTasks running = new RunningTasks();
    private volatile boolean closed;

    private TaskAgent(Builder builder) {
        TaskRounds rounds = new TaskRounds();
        List<ContextPropagator> propagators = new ArrayList<>(builder.propagators);
        propagators.add(new ManagedContext());
        this.settings = new TaskSettings(
                builder.maxRounds, builder.timeout, List.copyOf(builder.listeners), List.copyOf(propagators));
        this.parallel = builder.parallelTools(rounds);
        this.service = builder.service(parallel);
        this.loop = new TaskLoop(service, builder.streamingChatModel != null, settings, rounds);
        this.ofModel = builder.capabilities();
    }

    /**
     * Starts an agent with the defaults: at most 100 rounds, at most 10 rounds in a row that repeat a call and its result, no
     * limit of time, and what {@link ParallelTools#builder()} starts with.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Carries out a task. It has a memory of its own, whose id is a unique string; nothing of it stays.
     *
     * @param task in plain words
     * @return what became of it
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed
     */
    public TaskResult execute(String task) {
        return executeNow(task, null, null).result();
    }

    /**
     * Carries out a task as a part of a conversation: the model sees what was said before.
     *
     * @param task in plain words
     * @param conversation the id of its memory
     * @return what became of it
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed, or on a tool's thread whose call the conversation waits for
     */
    public TaskResult execute(String task, Object conversation) {
        return executeNow(task, Objects.requireNonNull(conversation, "conversation"), null)
                .result();
    }

    /**
     * Carries out a task that is to be answered with a value. A model that takes JSON schemas is given that of the type,
     * others are told the format in words.
     *
     * @param <T> the type of the answer
     * @param task in plain words
     * @param type a record, a bean, an enum, a number, a boolean or a date
     * @return the answer, and what became of the task
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed
     */
    public <T> TypedTaskResult<T> execute(String task, Class<T> type) {
        return executeNow(task, null, AnswerType.of(type, ofModel));
    }

    /**
     * Carries out a task that is to be answered with a value, as a part of a conversation.
     *
     * @param <T> the type of the answer
     * @param task in plain words
     * @param type see {@link #execute(String, Class)}
     * @param conversation the id of its memory
     * @return the answer, and what became of the task
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed, or on a tool's thread whose call the conversation waits for
     */
    public <T> TypedTaskResult<T> execute(String task, Class<T> type, Object conversation) {
        return executeNow(task, Objects.requireNonNull(conversation, "conversation"), AnswerType.of(type, ofModel));
    }

    /**
     * Carries out a task on a virtual thread.
     *
     * @param task in plain words
     * @return completed with what became of the task, exceptionally only if a propagator of context fails on the new thread;
     *     to cancel it, or to complete it in any other way, cancels the task
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed
     */
    public CompletableFuture<TaskResult> executeAsync(String task) {
        return startNow(task, null, null, TypedTaskResult::result);
    }

    /**
     * Carries out a task as a part of a conversation, on a virtual thread.
     *
     * @param task in plain words
     * @param conversation the id of its memory
     * @return see {@link #executeAsync(String)}
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed, or on a tool's thread whose call the conversation waits for
     */
    public CompletableFuture<TaskResult> executeAsync(String task, Object conversation) {
        return startNow(task, Objects.requireNonNull(conversation, "conversation"), null, TypedTaskResult::result);
    }

    /**
     * Carries out a task that is to be answered with a value, on a virtual thread.
     *
     * @param <T> the type of the answer
     * @param task in plain words
     * @param type see {@link #execute(String, Class)}
     * @return see {@link #executeAsync(String)}
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed
     */
    public <T> CompletableFuture<TypedTaskResult<T>> executeAsync(String task, Class<T> type) {
        return startNow(task, null, AnswerType.of(type, ofModel), Function.identity());
    }

    /**
     * Carries out a task that is to be answered with a value, as a part of a conversation, on a virtual thread.
     *
     * @param <T> the type of the answer
     * @param task in plain words
     * @param type see {@link #execute(String, Class)}
     * @param conversation the id of its memory
     * @return see {@link #executeAsync(String)}
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed, or on a tool's thread whose call the conversation waits for
     */
    public <T> CompletableFuture<TypedTaskResult<T>> executeAsync(String task, Class<T> type, Object conversation) {
        return startNow(
                task,
                Objects.requireNonNull(conversation, "conversation"),
                AnswerType.of(type, ofModel),
                Function.identity());
    }

    private <T> TypedTaskResult<T> executeNow(
            String task, @Nullable Object conversation, @Nullable AnswerType<T> type) {
        return execute(newRun(task, conversation, type, false), type);
    }

    private <T, R> CompletableFuture<R> startNow(
            String task,
            @Nullable Object conversation,
            @Nullable AnswerType<T> type,
            Function<TypedTaskResult<T>, R> result) {
        TaskRun run = newRun(task, conversation, type, true);
        CompletableFuture<R> future = new CompletableFuture<>();
        // Whoever completes it but the task itself has no use for the task any more.
        var unused = future.whenComplete((value, thrown) -> run.stop(TaskEnd.CANCELLED, "the task was cancelled"));
        try {
            ModelThread.start("interlock-task-" + run.number(), () -> {
                try {
                    future.complete(result.apply(run.context().call(() -> execute(run, type))));
                } catch (Throwable e) {
                    running.leave(run);
                    future.completeExceptionally(e);
                }
            });
        } catch (Throwable e) {
            // No memory for a thread: the next of the conversation has its turn all the same.
            running.leave(run);
            throw e;
        }
        return future;
    }

    private TaskRun newRun(String task, @Nullable Object conversation, @Nullable AnswerType<?> type, boolean isAsync) {
        if (task.isBlank()) {
            throw new IllegalArgumentException("task must not be blank");
        }
        TaskRun run = new TaskRun(settings, task, conversation, type, isAsync);
        try {
            running.enter(run);
            if (closed) {
                throw new IllegalStateException("the agent is closed");
            }
        } catch (Throwable e) {
            // Also what the conversation's own equals and hashCode throw.
            running.leave(run);
            throw e;
        }
        return run;
    }

    private <T> TypedTaskResult<T> execute(TaskRun run, @Nullable AnswerType<T> type) {
        TypedTaskResult<T> result;
        try {
            result = loop.execute(run, type);
        } finally {
            running.leave(run);
        }
        // Now, since a listener may go on with the conversation.
        run.tell(new TaskEvent.TaskEnded(run.number(), result.result()));
        return result;
    }

    /**
     * Forgets a conversation. What its memory has stored elsewhere stays. Tasks of it that were given before keep its
     * memory; it is forgotten when they are over, and before any that is given later.
     *
     * @param conversation the id of its memory
     * @return false if it was not known
     */
    public boolean forget(Object conversation) {
        return running.forget(Objects.requireNonNull(conversation, "conversation"), service::evictChatMemory);
    }

    /**
     * Cancels all tasks. Does not wait for them to end: one whose model holds the thread that called {@code execute} ends
     * when the model hears an interrupt, or, if it streams, when it lets go of the thread.
     */
    @Override
    public void close() {
        closed = true;
        running.forEach(run -> run.stop(TaskEnd.CANCELLED, "the agent was closed"));
        parallel.close();
    }

    /** Builds a {@link TaskAgent}. Not thread-safe. */
    public static final class Builder {

        /** Enough for a tool that is asked whether a job is done; a model that loops is stopped before its 100 rounds. */
        private static final int MAX_REPEATED_CALLS = 10;

        private @Nullable ChatModel chatModel;
        private @Nullable StreamingChatModel streamingChatModel;
        private final List<Object> tools = new ArrayList<>();
        private final Map<ToolSpecification, ToolExecutor> codedTools = new LinkedHashMap<>();
        private final List<ToolProvider> toolProviders = new ArrayList<>();
        private @Nullable String systemPrompt;
        private @Nullable String instructions;
        private int maxRounds = 100;
        private @Nullable Duration timeout;
        private @Nullable ChatMemoryProvider chatMemoryProvider;
        private final List<TaskListener> listeners = new ArrayList<>();
        private final List<ContextPropagator> propagators = new ArrayList<>();
        private Consumer<ParallelTools.Builder> parallelTools = parallel -> {};
        private Consumer<AiServices<?>> aiServices = services -> {};
        private boolean chaining;

        private Builder() {}

        /**
         * Sets the model. Either this or {@link #streamingChatModel} is needed.
         *
         * @param chatModel the model
         * @return this
         */
        public Builder chatModel(ChatModel chatModel) {
            this.chatModel = Objects.requireNonNull(chatModel, "chatModel");
            return this;
        }

        /**
         * Sets the model, which streams: calls that only read start while it still writes (see
         * {@link ParallelTools.Builder#earlyStart}), and listeners are told its text.
         *
         * @param streamingChatModel the model
         * @return this
         */
        public Builder streamingChatModel(StreamingChatModel streamingChatModel) {
            this.streamingChatModel = Objects.requireNonNull(streamingChatModel, "streamingChatModel");
            return this;
        }

        /**
         * Adds tools.
         *
         * @param objectsWithTools objects with methods annotated with {@code @Tool}
         * @return this
         */
        public Builder tools(Object... objectsWithTools) {
            tools.addAll(Arrays.asList(objectsWithTools));
            return this;
        }

        /**
         * Adds tools that are built in code.
         *
         * @param tools their specifications and executors
         * @return this
         */
        public Builder tools(Map<ToolSpecification, ToolExecutor> tools) {
            codedTools.putAll(tools);
            return this;
        }

        /**
         * Adds a provider of tools, such as that of MCP servers.
         *
         * @param toolProvider the provider
         * @return this
         */
        public Builder toolProvider(ToolProvider toolProvider) {
            toolProviders.add(Objects.requireNonNull(toolProvider, "toolProvider"));
            return this;
        }

        /**
         * Adds providers of tools.
         *
         * @param toolProviders the providers
         * @return this
         */
        public Builder toolProviders(ToolProvider... toolProviders) {
            Arrays.stream(toolProviders).forEach(this::toolProvider);
            return this;
        }

        /**
         * Sets what the model is told first, in place of the default, which says how calls are to be put into responses.
         *
         * @param systemPrompt the prompt; not a template
         * @return this
         */
        public Builder systemPrompt(String systemPrompt) {
            this.systemPrompt = Objects.requireNonNull(systemPrompt, "systemPrompt");
            return this;
        }

        /**
         * Sets what the model is told after the system prompt: what this agent is for.
         *
         * @param instructions the instructions; not a template
         * @return this
         */
        public Builder instructions(String instructions) {
            this.instructions = Objects.requireNonNull(instructions, "instructions");
            return this;
        }

        /**
         * Sets how many rounds a task may have; 100 by default. The model gets the results of the last one and may answer;
         * if it asks for another, the task ends by {@link TaskEnd#ROUND_LIMIT}.
         *
         * @param maxRounds at least 1
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxRounds(int maxRounds) {
            if (maxRounds < 1) {
                throw new IllegalArgumentException("maxRounds must be >= 1, was " + maxRounds);
            }
            this.maxRounds = maxRounds;
            return this;
        }

        /**
         * Sets how many calls the model may ask for in a task, over all its rounds; unlimited by default. It is told of the
         * limit; if it goes on, the task ends by {@link TaskEnd#CALL_LIMIT}. See
         * {@link ParallelTools.Builder#maxCallsPerInvocation}.
         *
         * @param maxCalls at least 1; {@link ParallelTools#UNLIMITED} for no limit
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxCallsPerInvocation(int maxCalls) {
            ParallelTools.Builder.atLeast(1, maxCalls, "maxCallsPerInvocation");
            return parallelTools(parallel -> parallel.maxCallsPerInvocation(maxCalls));
        }

        /**
         * Sets how many calls of each tool the model may ask for in a task, over all its rounds; unlimited by default. See
         * {@link #maxCallsPerInvocation}.
         *
         * @param maxCalls at least 1; {@link ParallelTools#UNLIMITED} for no limit
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxCallsPerTool(int maxCalls) {
            ParallelTools.Builder.atLeast(1, maxCalls, "maxCallsPerTool");
            return parallelTools(parallel -> parallel.maxCallsPerTool(maxCalls));
        }

        /**
         * Sets how many calls of one tool the model may ask for in a task, in place of what is set for
         * {@linkplain #maxCallsPerTool(int) each}.
         *
         * @param tool the name of the tool
         * @param maxCalls at least 1; {@link ParallelTools#UNLIMITED} for no limit
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxCallsPerTool(String tool, int maxCalls) {
            Objects.requireNonNull(tool, "tool");
            ParallelTools.Builder.atLeast(1, maxCalls, "maxCallsPerTool of '" + tool + "'");
            return parallelTools(parallel -> parallel.maxCallsPerTool(tool, maxCalls));
        }

        /**
         * Sets in how many rounds in a row the model may have a call repeated, with the same arguments, that gives the same
         * result; 10 by default. It is told of the limit; if it goes on, the task ends by {@link TaskEnd#REPEATED_CALLS}. See
         * {@link ParallelTools.Builder#maxRepeatedCalls}.
         *
         * @param maxRounds at least 2; {@link ParallelTools#UNLIMITED} for no limit
         * @return this
         * @throws IllegalArgumentException if it is below 2
         */
        public Builder maxRepeatedCalls(int maxRounds) {
            ParallelTools.Builder.atLeast(2, maxRounds, "maxRepeatedCalls");
            return parallelTools(parallel -> parallel.maxRepeatedCalls(maxRounds));
        }

        /**
         * Sets how long a task may take; any time by default. Then running calls are cancelled, and the task ends by
         * {@link TaskEnd#DEADLINE}, when they have ended or their grace period is over.
         *
         * @param timeout more than zero
         * @return this
         * @throws IllegalArgumentException if it is not more than zero
         */
        public Builder timeout(Duration timeout) {
            if (!timeout.isPositive()) {
                throw new IllegalArgumentException("timeout must be > 0, was " + timeout);
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * Sets who makes the memories of conversations; by default they are kept in this agent, whole, until they are
         * {@linkplain TaskAgent#forget forgotten}.
         *
         * @param chatMemoryProvider is called once for each conversation
         * @return this
         */
        public Builder chatMemoryProvider(ChatMemoryProvider chatMemoryProvider) {
            this.chatMemoryProvider = Objects.requireNonNull(chatMemoryProvider, "chatMemoryProvider");
            return this;
        }

        /**
         * Adds a listener.
         *
         * @param listener is told what happens while tasks are executed
         * @return this
         */
        public Builder listener(TaskListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Adds a propagator of context to all threads that work for a task: those of calls, of the model, and of tasks that
         * are executed asynchronously.
         *
         * @param propagator the propagator
         * @return this
         */
        public Builder contextPropagator(ContextPropagator propagator) {
            propagators.add(Objects.requireNonNull(propagator, "propagator"));
            return this;
        }

        /**
         * Sets whether calls may refer to the results of earlier calls of the same response; false by default. See
         * {@link ParallelTools.Builder#chaining}.
         *
         * @param chaining true to allow it
         * @return this
         */
        public Builder chaining(boolean chaining) {
            this.chaining = chaining;
            return this;
        }

        /**
         * Sets how calls are run: caps, limits of time, effects, policies.
         *
         * @param settings is called once, when the agent is built
         * @return this
         */
        public Builder parallelTools(Consumer<ParallelTools.Builder> settings) {
            parallelTools = parallelTools.andThen(Objects.requireNonNull(settings, "settings"));
            return this;
        }

        /**
         * Sets what else LangChain4j's AI services can do: guardrails, retrieval, moderation, error handlers, compensation.
         * Models, memory, tools and limits of rounds are this builder's. A system message set there
         * is added to this builder's.
         *
         * @param settings is called once, when the agent is built
         * @return this
         */
        public Builder aiServices(Consumer<AiServices<?>> settings) {
            aiServices = aiServices.andThen(Objects.requireNonNull(settings, "settings"));
            return this;
        }

        /**
         * Makes the agent.
         *
         * @return the agent
         * @throws IllegalStateException if there is not exactly one model
         */
        public TaskAgent build() {
            if ((chatModel == null) == (streamingChatModel == null)) {
                throw new IllegalStateException("either chatModel or streamingChatModel must be set, "
                        + (chatModel == null ? "none is" : "both are"));
            }
            return new TaskAgent(this);
        }

        private Set<Capability> capabilities() {
            return chatModel != null
                    ? chatModel.supportedCapabilities()
                    : Objects.requireNonNull(streamingChatModel).supportedCapabilities();
        }

        private ParallelTools parallelTools(TaskRounds rounds) {
            ParallelTools.Builder parallel =
                    ParallelTools.builder().listener(rounds).contextPropagator(rounds);
            propagators.forEach(parallel::contextPropagator);
            if (timeout != null) {
                // No call then runs on the thread that has to be back in time.
                parallel.roundTimeout(timeout);
            }
            parallel.chaining(chaining).maxRepeatedCalls(MAX_REPEATED_CALLS);
            parallelTools.accept(parallel);
            return parallel.build();
        }

        private TaskService service(ParallelTools parallel) {
            AiServices<TaskService> services = parallel.aiServices(TaskService.class)
                    .toolArgumentsErrorHandler((error, context) -> ToolErrorHandlerResult.text(text(error)))
                    .hallucinatedToolNameStrategy(request -> ToolExecutionResultMessage.from(
                            request, "Error: there is no tool '" + request.name() + "'"));
            aiServices.accept(services);
            if (chatModel != null) {
                services.chatModel(new TaskChatModel(chatModel));
            } else if (streamingChatModel != null) {
                services.streamingChatModel(new TaskStreamingModel(streamingChatModel));
            }
            services.chatMemoryProvider(this::memory)
                    .systemMessageTransformer(own -> TaskPrompt.of(systemPrompt, instructions, own))
                    .maxToolCallingRoundTrips(Integer.MAX_VALUE);
            if (!tools.isEmpty()) {
                services.tools(tools.toArray());
            }
            if (!codedTools.isEmpty()) {
                services.tools(codedTools);
            }
            if (!toolProviders.isEmpty()) {
                services.toolProviders(toolProviders);
            }
            return services.build();
        }

        private ChatMemory memory(Object id) {
            return chatMemoryProvider == null || TaskRun.isAlone(id)
                    ? MessageWindowChatMemory.builder()
                            .id(id)
                            .maxMessages(Integer.MAX_VALUE)
                            .build()
                    : chatMemoryProvider.get(id);
        }

        private static String text(Throwable error) {
            return "Error: the arguments cannot be read: " + error.getMessage();
        }
    }
}
