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
 * Makes the rounds of one AI service, from the engine, the service's tools, its hooks and its conversations.
 *
 * <p>The setters are called while the service is built, by the thread that builds it, as LangChain4j's own. All else is
 * thread-safe.
 */
final class ServiceRounds {

    private final ToolCallExecutor engine;
    private final ToolBindings bindings;
    private final Invocations invocations;
    private final EarlyStart earlyStart;
    private final boolean overlappingHooks;
    private final ExecutedRequests executed = new ExecutedRequests();
    private final WeakIdentityMap<InvocationContext, AsyncInvocation> asyncInvocations = new WeakIdentityMap<>();

    /** Has the user's handlers of errors. */
    private final ToolService service;

    /** Has the user's models and memory. */
    private final AiServiceContext serviceContext;

    private @Nullable Consumer<BeforeToolExecution> before;
    private @Nullable Consumer<ToolExecution> after;
    private @Nullable Executor callExecutor;
    private boolean compensating;
    private boolean hasArgumentsHandler;
    private boolean hasExecutionHandler;

    /** Whether the user has set a handler of errors, or of calls of tools that are not there. */
    private boolean hasHandlers;

    /** Whether calls of some tool can be undone. */
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
        this.invocations = new Invocations(settings.limits());
        this.earlyStart = settings.earlyStart();
        this.overlappingHooks = settings.overlappingHooks();
        this.service = service;
        this.serviceContext = serviceContext;
    }

    // What the user sets.

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

    /** Runs the calls in place of virtual threads; null for these. */
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

    /** A tool is there for as long as the service is: mistakes in its declared effects show here. */
    void register(ToolSpecification specification, ToolExecutor executor) {
        bindings.register(specification, executor);
    }

    /** Tools that the model may call now, beside those that are registered. */
    void offered(Collection<String> tools) {
        engine.rounds().offered(tools);
    }

    boolean chaining() {
        return engine.rounds().chaining();
    }

    /** Which tools take references must be known before the model is asked. */
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

    /** The request as it goes out to the model. */
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

    /** A round that goes on, with the calls of the suspended one in the same order. */
    Round resumed(
            SuspendedRound suspended,
            List<? extends RoundCall> calls,
            InvocationContext invocation,
            CapturedContext context) {
        return engine.rounds().resumed(suspended, calls, callExecutor, conversation(invocation), context);
    }

    /** What is known of an invocation whose round is suspended, see {@link Suspending}. */
    Suspending suspending(
            InvocationContext invocation,
            List<ChatMessage> earlier,
            @Nullable TokenUsage usage,
            ResponseCalls response) {
        return new Suspending(invocation, serviceContext.hasChatMemory(), earlier, usage, response.counts());
    }

    /** An invocation that was suspended goes on under a new context. */
    void restore(InvocationContext invocation, Map<String, Integer> callsOfTools) {
        invocations.restore(invocation, callsOfTools);
    }

    StreamedCalls streamedCalls(@Nullable InvocationContext invocation, CapturedContext captured) {
        return new StreamedCalls(
                engine, earlyStart, callExecutor, invocation == null ? null : conversation(invocation), captured);
    }

    /** Without a memory each invocation is a conversation of its own. */
    private Conversation conversation(InvocationContext invocation) {
        Object id = serviceContext.hasChatMemory() ? invocation.chatMemoryId() : invocation.invocationId();
        return new Conversation(this, id == null ? invocation : id);
    }

    /** Why what the current thread does was cancelled; null if it was not. */
    @Nullable
    String cancelled() {
        return engine.cancelled();
    }

    @Nullable
    ResultLimit resultLimit() {
        return engine.rounds().resultLimit();
    }

    /**
     * Makes the calls of a response.
     *
     * @param streamBefore a hook of the stream, told after the service's own; or null
     * @param streamAfter likewise
     * @param turnstile of the invocation
     */
    RequestCalls requestCalls(
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
        return new RequestCalls(
                engine, bindings, tools, invocationContext, handling, invocations.nextResponse(invocationContext));
    }

    /**
     * Makes the calls of a response, see {@link #requestCalls}, where the service gives a future or a publisher: LangChain4j
     * handles errors the other way round there, unless the user has said how.
     */
    RequestCalls asyncRequestCalls(
            ToolServiceContext tools,
            InvocationContext invocationContext,
            @Nullable Consumer<BeforeToolExecution> streamBefore,
            @Nullable Consumer<ToolExecution> streamAfter,
            @Nullable Turnstile turnstile) {
        RequestCalls calls = requestCalls(tools, invocationContext, streamBefore, streamAfter, turnstile);
        ErrorHandling handling = calls.handling();
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
        return new RequestCalls(engine, bindings, tools, invocationContext, async, calls.response());
    }

    /**
     * What the responses of an invocation share, from when LangChain4j began it, or from now on. Propagators capture meanwhile,
     * so no lock is held; where two threads begin it at a time, what the first one has stays.
     */
    AsyncInvocation asyncInvocation(InvocationContext invocationContext) {
        return asyncInvocation(invocationContext, () -> new AsyncInvocation(this::captureContext, turnstileOfStream()));
    }

    /** The same, begun in another way if it has not begun. */
    AsyncInvocation asyncInvocation(InvocationContext invocationContext, Supplier<AsyncInvocation> begin) {
        return asyncInvocations.computeIfAbsent(invocationContext, begin);
    }

    /** The memory of an invocation's conversation, or null. */
    @Nullable
    ChatMemory memory(InvocationContext invocationContext) {
        return serviceContext.hasChatMemory()
                ? serviceContext.chatMemoryService.getOrCreateChatMemory(invocationContext.chatMemoryId())
                : null;
    }

    static <T> @Nullable Consumer<T> bothOf(@Nullable Consumer<T> first, @Nullable Consumer<T> second) {
        if (first == null) {
            return second;
        }
        return second == null ? first : first.andThen(second);
    }

    // What an invocation needs.

    /** Makes the ids of one invocation. */
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

    /** For hooks and handlers of a new invocation; null if there are none, or if they may overlap. */
    @Nullable
    Turnstile turnstile() {
        return before == null && after == null && !hasHandlers ? null : turnstileOfStream();
    }

    /** For hooks, and callbacks of a stream, that may be set; null if they may overlap. */
    @Nullable
    Turnstile turnstileOfStream() {
        return overlappingHooks ? null : new Turnstile();
    }

    /** What LangChain4j does after the calls of a round in the synchronous loop only. */
    StreamCompensation compensation() {
        return new StreamCompensation(compensating ? service : null, onCompensable, onError);
    }

    /** Undoes a call as it was run, but not beside an abandoned one that touches the same. */
    void compensate(ToolExecution told, Consumer<ToolExecution> action) {
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
