package dev.interlock.langchain4j;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.execution.CapturedContext;
import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.Round;
import dev.interlock.execution.RoundCall;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.langchain4j.mcp.McpTrust;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates the rounds of one AI service from the engine and the service's tools, hooks and conversations.
 *
 * <p>Only the thread that builds the service calls the setters, while it builds it. Everything else is thread-safe.
 */
final class ServiceRounds {

    private final ToolCallExecutor engine;
    private final ToolBindings bindings;
    private final InvocationLimits invocationLimits;
    private final EarlyStart earlyStart;
    private final boolean overlappingHooks;
    private final ExecutedRequests executed = new ExecutedRequests();
    private final UndoneCalls undone = new UndoneCalls();
    private final WeakIdentityMap<InvocationContext, AsyncInvocation> asyncInvocations = new WeakIdentityMap<>();

    /** Holds the user's error handlers. */
    private final ToolService service;

    /** Holds the user's models and memory. */
    private final AiServiceContext serviceContext;

    private @Nullable Consumer<BeforeToolExecution> before;
    private @Nullable Consumer<ToolExecution> after;
    private @Nullable Executor callExecutor;
    private boolean compensating;
    private boolean hasArgumentsHandler;
    private boolean hasExecutionHandler;

    /** Whether the user has set a handler for errors or for calls of unknown tools. */
    private boolean hasHandlers;

    /** Whether calls of any tool can be undone. */
    private boolean compensable;

    private @Nullable BiConsumer<ToolExecution, Consumer<ToolExecution>> onCompensable;
    private @Nullable Consumer<InvocationContext> onError;

    ServiceRounds(
            ToolCallExecutor engine,
            McpTrust trust,
            ServiceSettings settings,
            ToolService service,
            AiServiceContext serviceContext) {
        this.engine = engine;
        this.bindings = new ToolBindings(engine, trust);
        this.invocationLimits = new InvocationLimits(settings.limits());
        this.earlyStart = settings.earlyStart();
        this.overlappingHooks = settings.overlappingHooks();
        this.service = service;
        this.serviceContext = serviceContext;
    }

    // Settings of the user.

    void before(@Nullable Consumer<BeforeToolExecution> hook) {
        before = hook;
    }

    @Nullable
    Consumer<BeforeToolExecution> before() {
        return before;
    }

    void after(@Nullable Consumer<ToolExecution> hook) {
        after = hook;
    }

    @Nullable
    Consumer<ToolExecution> after() {
        return after;
    }

    /** Sets the executor that runs calls in place of virtual threads; null for virtual threads. */
    void callExecutor(@Nullable Executor executor) {
        callExecutor = executor;
    }

    void compensating(boolean isSet) {
        compensating = isSet;
    }

    boolean isCompensating() {
        return compensating;
    }

    void hasArgumentsHandler(boolean isSet) {
        hasArgumentsHandler = isSet;
    }

    void hasExecutionHandler(boolean isSet) {
        hasExecutionHandler = isSet;
    }

    void hasHandlers() {
        hasHandlers = true;
    }

    void compensable(boolean isSet) {
        compensable = isSet;
    }

    void onCompensable(@Nullable BiConsumer<ToolExecution, Consumer<ToolExecution>> hook) {
        onCompensable = hook;
    }

    void onError(@Nullable Consumer<InvocationContext> hook) {
        onError = hook;
    }

    // Tools.

    /** Registers a tool for as long as the service lives. Mistakes in its declared effects show here. */
    void register(ToolSpecification specification, ToolExecutor executor) {
        bindings.register(specification, executor);
    }

    /** Reports tools that the model may call now, besides the registered ones. */
    void offered(Collection<String> tools) {
        engine.rounds().offered(tools);
    }

    boolean chaining() {
        return engine.rounds().chaining();
    }

    /** Binds tools before the model is asked, since it must be known which tools take references. */
    void learn(ToolServiceContext tools) {
        if (engine.rounds().chaining()) {
            for (ToolSpecification tool : tools.effectiveTools()) {
                ToolExecutor executor = tools.toolExecutors().get(tool.name());
                if (executor != null) {
                    bindings.binding(tool.name(), executor, tool);
                }
            }
        }
    }

    /** Returns the request as it goes to the model. */
    ChatRequest chained(ChatRequest request, ModelProvider provider) {
        return engine.rounds().chaining() ? ChainedRequests.chained(request, bindings::known, provider) : request;
    }

    // Rounds.

    CapturedContext captureContext() {
        return engine.rounds().captureContext();
    }

    Round round(List<? extends RoundCall> calls, InvocationContext invocation, CapturedContext context) {
        return engine.rounds().round(calls, callExecutor, conversation(invocation), context);
    }

    /** Creates a round that resumes a suspended one, with its calls in the same order. */
    Round resumed(
            SuspendedRound suspended,
            List<? extends RoundCall> calls,
            InvocationContext invocation,
            CapturedContext context) {
        return engine.rounds().resumed(suspended, calls, callExecutor, conversation(invocation), context);
    }

    /** Returns what is known about an invocation whose round is suspended, see {@link Suspending}. */
    Suspending suspending(
            InvocationContext invocation,
            List<ChatMessage> earlier,
            @Nullable TokenUsage usage,
            ResponseLimits limits) {
        return new Suspending(invocation, serviceContext.hasChatMemory(), earlier, usage, limits.counts());
    }

    /** Restores a suspended invocation under a new context. */
    void restore(InvocationContext invocation, Map<String, Integer> callsOfTools) {
        invocationLimits.restore(invocation, true, callsOfTools);
    }

    StreamedCalls streamedCalls(@Nullable InvocationContext invocation, CapturedContext captured) {
        return new StreamedCalls(
                engine, earlyStart, callExecutor, invocation == null ? null : conversation(invocation), captured);
    }

    /**
     * Returns the conversation of an invocation. Without a memory each
     * invocation is a conversation of its own.
     */
    private Conversation conversation(InvocationContext invocation) {
        Object id = serviceContext.hasChatMemory() ? invocation.chatMemoryId() : invocation.invocationId();
        return new Conversation(this, id == null ? invocation : id);
    }

    /** Why the current thread's work was cancelled; null if it was not. */
    @Nullable
    String cancelled() {
        return engine.cancelled();
    }

    @Nullable
    ResultLimit resultLimit() {
        return engine.rounds().resultLimit();
    }

    /**
     * Creates the factory of a response's calls.
     *
     * @param streamBefore a hook of the stream, which runs after the service's own; or null
     * @param streamAfter a hook of the stream, which runs after the service's own; or null
     * @param turnstile the invocation's turnstile, or null
     */
    RequestCallFactory callFactory(
            ToolServiceContext tools,
            InvocationContext invocationContext,
            @Nullable Consumer<BeforeToolExecution> streamBefore,
            @Nullable Consumer<ToolExecution> streamAfter,
            @Nullable Turnstile turnstile) {
        Consumer<BeforeToolExecution> allBefore = bothOf(before, streamBefore);
        Consumer<ToolExecution> allAfter = bothOf(after, streamAfter);
        ErrorHandling handling = new ErrorHandling(
                allBefore,
                allAfter,
                allBefore == null && allAfter == null && !hasHandlers ? null : turnstile,
                hasArgumentsHandler,
                service.argumentsErrorHandler(),
                service.executionErrorHandler(),
                service::applyToolHallucinationStrategy,
                false,
                compensable ? executed : null);
        return new RequestCallFactory(
                engine, bindings, tools, invocationContext, handling, invocationLimits.nextResponse(invocationContext));
    }

    /**
     * Creates the factory of a response's calls, see {@link #callFactory}, for a service that returns a future or a publisher.
     * LangChain4j handles errors the other way round there, unless the user has set how.
     */
    RequestCallFactory asyncCallFactory(
            ToolServiceContext tools,
            InvocationContext invocationContext,
            @Nullable Consumer<BeforeToolExecution> streamBefore,
            @Nullable Consumer<ToolExecution> streamAfter,
            @Nullable Turnstile turnstile) {
        RequestCallFactory factory = callFactory(tools, invocationContext, streamBefore, streamAfter, turnstile);
        ErrorHandling handling = factory.handling();
        ErrorHandling async = new ErrorHandling(
                handling.before(),
                handling.after(),
                handling.turnstile(),
                true,
                hasArgumentsHandler ? handling.argumentsHandler() : ErrorHandling.UNREADABLE_TO_MODEL,
                hasExecutionHandler ? handling.executionHandler() : ErrorHandling.FAILURE_LEAVES,
                handling.unknownTool(),
                true,
                handling.executed());
        return new RequestCallFactory(engine, bindings, tools, invocationContext, async, factory.limits());
    }

    /**
     * Returns what the responses of an invocation share, since LangChain4j began it or from now on. Propagators may
     * capture meanwhile, so this holds no lock; if two threads begin an invocation at the same time, the first one
     * wins.
     */
    AsyncInvocation asyncInvocation(InvocationContext invocationContext) {
        return asyncInvocation(invocationContext, () -> new AsyncInvocation(this::captureContext, turnstileOfStream()));
    }

    /** Returns the same, but begins the invocation in another way if it has not begun. */
    AsyncInvocation asyncInvocation(InvocationContext invocationContext, Supplier<AsyncInvocation> begin) {
        return asyncInvocations.computeIfAbsent(invocationContext, begin);
    }

    /** Returns the memory of an invocation's conversation, or null. */
    @Nullable
    ChatMemory memory(InvocationContext invocationContext) {
        return serviceContext.hasChatMemory()
                ? serviceContext.chatMemoryService.getOrCreateChatMemory(invocationContext.chatMemoryId())
                : null;
    }

    /**
     * Completes a memory before an exception leaves the loop, see {@link MemoryCompletion}. Calls that were undone do
     * not count as successful.
     */
    void completeMemory(
            Supplier<? extends @Nullable ChatMemory> memory,
            InvocationContext invocation,
            AiMessage message,
            @Nullable List<? extends @Nullable RequestCall> calls,
            Throwable leaving) {
        undone.mark(invocation, message, calls);
        MemoryCompletion.complete(memory, message, calls, leaving, resultLimit(), completed -> {
            if (compensating) {
                undone.correct(invocation, completed, calls);
            }
        });
    }

    UndoneCalls undone() {
        return undone;
    }

    static <T> @Nullable Consumer<T> bothOf(@Nullable Consumer<T> first, @Nullable Consumer<T> second) {
        if (first == null) {
            return second;
        }
        return second == null ? first : first.andThen(second);
    }

    // Parts of an invocation.

    /** Creates the ids of one invocation. */
    RequestIds requestIds(boolean compensated) {
        if (compensated) {
            return new RequestIds(RequestIds.Need.COMPENSATION);
        }
        ChatModel synchronous = serviceContext.chatModel;
        StreamingChatModel streaming = serviceContext.streamingChatModel;
        ModelProvider provider =
                synchronous != null ? synchronous.provider() : streaming == null ? null : streaming.provider();
        return new RequestIds(RequestIds.needOf(provider));
    }

    /**
     * Creates the turnstile for hooks and handlers of a new invocation; null if there are none, or if they may overlap.
     */
    @Nullable
    Turnstile turnstile() {
        return before == null && after == null && !hasHandlers ? null : turnstileOfStream();
    }

    /** Creates the turnstile for hooks and callbacks that a stream may set; null if they may overlap. */
    @Nullable
    Turnstile turnstileOfStream() {
        return overlappingHooks ? null : new Turnstile();
    }

    /** Creates the compensation of a streamed invocation, which LangChain4j has in its synchronous loop only. */
    StreamCompensation compensation() {
        return new StreamCompensation(service, compensating, onCompensable, onError);
    }

    /**
     * Undoes a call with the arguments that it ran with, but not while an abandoned call touches the same resources.
     */
    void compensate(ToolExecution told, Consumer<ToolExecution> action) {
        undone.add(told);
        ToolExecution execution = executed.asRun(told);
        if (engine.abandoned().isEmpty()) {
            action.accept(execution);
            return;
        }
        ToolBinding binding = bindings.known(execution.request().name());
        Compensations.ActionCall call = new Compensations.ActionCall(
                binding == null
                        ? engine.rounds().bindUnknown(execution.request().name())
                        : binding,
                execution,
                action);
        round(List.of(call), execution.invocationContext(), engine.rounds().captureContext())
                .execute();
        call.rethrow();
    }
}
