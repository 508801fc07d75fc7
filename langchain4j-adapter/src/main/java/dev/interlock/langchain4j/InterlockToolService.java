package dev.interlock.langchain4j;

import dev.interlock.execution.CallTask;
import dev.interlock.execution.CapturedContext;
import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.Round;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.ToolArgumentsErrorHandler;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolExecutionErrorHandler;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolService;
import dev.langchain4j.service.tool.ToolServiceContext;
import dev.langchain4j.service.tool.ToolServiceResult;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * LangChain4j's tool service with the engine in the place where tools are executed.
 *
 * <p>LangChain4j's loop stays as it is and sequential: memory, events, compensation, return behaviours, dynamic providers
 * and tool search are its business. It is handed results that come from rounds, see {@link ToolLoop}. What LangChain4j
 * would do around a call on its own thread (hooks, error handlers) is done on the call's thread, see
 * {@link RequestTask}; so the hooks are kept here and LangChain4j's fields for them stay empty.
 */
final class InterlockToolService extends ToolService {

    private final ToolCallExecutor engine;
    private final ToolBindings bindings;
    private final Invocations invocations;
    private final EarlyStart earlyStart;
    private final boolean overlappingHooks;
    private final ExecutedRequests executed = new ExecutedRequests();

    /** LangChain4j's, of which this is the tool service. */
    private final AiServiceContext serviceContext;

    // Set while the service is built, by the thread that builds it, as LangChain4j's own.
    private @Nullable Consumer<BeforeToolExecution> before;
    private @Nullable Consumer<ToolExecution> after;
    private @Nullable Executor carrier;
    private boolean compensating;

    /** Whether the user has set a handler of errors, or of calls of tools that are not there. */
    private boolean hasHandlers;

    /** Whether calls of some tool can be undone. */
    private boolean compensable;

    private boolean hasArgumentsHandler;
    private @Nullable BiConsumer<ToolExecution, Consumer<ToolExecution>> onCompensable;
    private @Nullable Consumer<InvocationContext> onError;

    InterlockToolService(
            ToolCallExecutor engine, McpTrust trust, ServiceSettings settings, AiServiceContext serviceContext) {
        this.engine = engine;
        this.invocations = new Invocations(settings.limits());
        this.earlyStart = settings.earlyStart();
        this.overlappingHooks = settings.overlappingHooks();
        this.serviceContext = serviceContext;
        this.bindings = new ToolBindings(engine, trust);
    }

    // Registration: mistakes in declared effects show here.

    @Override
    public void tools(Map<ToolSpecification, ToolExecutor> tools) {
        super.tools(tools);
        tools.forEach(bindings::register);
    }

    @Override
    public void tools(Collection<Object> objectsWithTools) {
        super.tools(objectsWithTools);
        toolSpecifications().forEach(this::registered);
        compensable = Compensations.guard(this);
    }

    @Override
    public void tools(List<AiServiceTool> tools) {
        super.tools(tools);
        tools.forEach(tool -> registered(tool.toolSpecification()));
    }

    private void registered(ToolSpecification specification) {
        ToolExecutor executor = toolExecutors().get(specification.name());
        if (executor != null) {
            bindings.register(specification, executor);
        }
    }

    // Tools of MCP servers are to be known as such.

    @Override
    public void toolProvider(@Nullable ToolProvider toolProvider) {
        super.toolProvider(toolProvider == null ? null : ServerTools.marking(toolProvider));
    }

    @Override
    public void toolProviders(@Nullable Collection<ToolProvider> toolProviders) {
        if (toolProviders != null) {
            toolProviders.forEach(this::toolProvider);
        }
    }

    @Override
    public Set<ToolProvider> toolProviders() {
        return super.toolProviders().stream()
                .map(ServerTools::unmarked)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    @Override
    @Deprecated
    public @Nullable ToolProvider toolProvider() {
        ToolProvider provider = super.toolProvider();
        return provider == null ? null : ServerTools.unmarked(provider);
    }

    @Override
    public void compensateOnToolErrors(boolean compensateOnToolErrors) {
        compensating = compensateOnToolErrors;
        super.compensateOnToolErrors(compensateOnToolErrors);
    }

    @Override
    public void argumentsErrorHandler(@Nullable ToolArgumentsErrorHandler handler) {
        hasArgumentsHandler = handler != null;
        hasHandlers = true;
        super.argumentsErrorHandler(handler);
    }

    @Override
    public void executionErrorHandler(@Nullable ToolExecutionErrorHandler handler) {
        hasHandlers = true;
        super.executionErrorHandler(handler);
    }

    @Override
    public void hallucinatedToolNameStrategy(
            @Nullable Function<ToolExecutionRequest, ToolExecutionResultMessage> strategy) {
        hasHandlers = true;
        super.hallucinatedToolNameStrategy(strategy);
    }

    /** Undoes a call as it was run, but not beside an abandoned one that touches the same. */
    void compensate(ToolExecution told, Consumer<ToolExecution> action) {
        ToolExecution execution = executed.asRun(told);
        if (engine.abandoned().isEmpty()) {
            action.accept(execution);
            return;
        }
        ToolBinding binding = bindings.known(execution.request().name());
        Compensations.Task task = new Compensations.Task(
                binding == null ? engine.bindUnknown(execution.request().name()) : binding, execution, action);
        InvocationContext invocation = execution.invocationContext();
        engine.round(List.of(task), carrier, conversation(invocation), engine.captureContext())
                .execute();
        task.rethrow();
    }

    // The user's hooks: called by the tasks, so LangChain4j must not call them too.

    @Override
    public void beforeToolExecution(@Nullable Consumer<BeforeToolExecution> beforeToolExecution) {
        before = beforeToolExecution;
    }

    @Override
    public @Nullable Consumer<BeforeToolExecution> beforeToolExecution() {
        return before;
    }

    @Override
    public void afterToolExecution(@Nullable Consumer<ToolExecution> afterToolExecution) {
        after = afterToolExecution;
    }

    @Override
    public @Nullable Consumer<ToolExecution> afterToolExecution() {
        return after;
    }

    // A user's executor carries calls; LangChain4j gets none, so that its loop stays sequential.

    @Override
    public void executeToolsConcurrently() {
        carrier = null;
    }

    @Override
    public void executeToolsConcurrently(@Nullable Executor executor) {
        carrier = executor;
    }

    @Override
    public @Nullable Executor executor() {
        return null;
    }

    /** LangChain4j from 1.20 on asks this for services that return futures and publishers: one call after another. */
    public Executor effectiveToolExecutor() {
        return Runnable::run;
    }

    // The loop.

    @Override
    public ToolServiceResult executeInferenceAndToolsLoop(
            AiServiceContext context,
            Object memoryId,
            ChatResponse chatResponse,
            ChatRequestParameters parameters,
            List<ChatMessage> messages,
            @Nullable ChatMemory chatMemory,
            InvocationContext invocationContext,
            ToolServiceContext toolServiceContext,
            Function<ChatRequest, ChatResponse> chatModelInvoker) {
        if (!chatResponse.aiMessage().hasToolExecutionRequests()) {
            return super.executeInferenceAndToolsLoop(
                    context,
                    memoryId,
                    chatResponse,
                    parameters,
                    messages,
                    chatMemory,
                    invocationContext,
                    toolServiceContext,
                    chatModelInvoker);
        }
        RequestIds ids = requestIds(compensating);
        // LangChain4j rolls back what it finds in memory, which may hold more than the model is told.
        ChatMemory rolledBack = compensating ? chatMemory : null;
        // A guardrail of a streamed response asks the streaming model again, even if there is another.
        boolean streamed = context.chatModel == null || StreamedResponse.contextOf(invocationContext) != null;
        ToolLoop loop = new ToolLoop(this, invocationContext, toolServiceContext, chatMemory, ids, streamed);
        try {
            return super.executeInferenceAndToolsLoop(
                    context,
                    memoryId,
                    loop.received(chatResponse, rolledBack == null ? () -> messages : rolledBack::messages),
                    parameters,
                    messages,
                    chatMemory,
                    invocationContext,
                    loop.tools(),
                    request -> {
                        loop.checkInterrupt();
                        ChatResponse response = chatModelInvoker.apply(request);
                        return loop.received(response, rolledBack == null ? request::messages : rolledBack::messages);
                    });
        } catch (LoopExit e) {
            loop.completeMemory(e.leaving());
            throw e.unwrap();
        } catch (Throwable e) {
            loop.completeMemory(e);
            throw e;
        }
    }

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

    Round round(List<? extends CallTask> tasks, InvocationContext invocation) {
        CapturedContext streamed = StreamedResponse.contextOf(invocation);
        return engine.round(
                tasks, carrier, conversation(invocation), streamed == null ? engine.captureContext() : streamed);
    }

    /** Without a memory each invocation is a conversation of its own. */
    private Conversation conversation(InvocationContext invocation) {
        Object id = serviceContext.hasChatMemory() ? invocation.chatMemoryId() : invocation.invocationId();
        return new Conversation(this, id == null ? invocation : id);
    }

    /** Why what the current thread does for an invocation was cancelled; null if it was not. */
    @Nullable
    String cancelled(InvocationContext invocation) {
        CapturedContext streamed = StreamedResponse.contextOf(invocation);
        String ofStream = streamed == null ? null : streamed.cancelled();
        return ofStream == null ? engine.cancelled() : ofStream;
    }

    @Nullable
    ResultLimit resultLimit() {
        return engine.resultLimit();
    }

    // What the rounds of a stream need.

    /**
     * Makes the tasks of a response.
     *
     * @param streamBefore a hook of the stream, told after the service's own; or null
     * @param streamAfter likewise
     * @param turnstile of the invocation
     */
    RequestTasks requestTasks(
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
                argumentsErrorHandler(),
                executionErrorHandler(),
                this::applyToolHallucinationStrategy,
                compensable ? executed : null);
        return new RequestTasks(
                engine, bindings, tools, invocationContext, handling, invocations.nextResponse(invocationContext));
    }

    StreamedCalls streamedCalls(@Nullable InvocationContext invocation, CapturedContext captured) {
        return new StreamedCalls(
                engine, earlyStart, carrier, invocation == null ? null : conversation(invocation), captured);
    }

    CapturedContext captureContext() {
        return engine.captureContext();
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
        return new StreamCompensation(compensating ? this : null, onCompensable, onError);
    }

    @Override
    public void onCompensableToolExecution(
            @Nullable BiConsumer<ToolExecution, Consumer<ToolExecution>> onCompensableToolExecution) {
        onCompensable = onCompensableToolExecution;
        super.onCompensableToolExecution(onCompensableToolExecution);
    }

    @Override
    public void onToolExecutionError(@Nullable Consumer<InvocationContext> onToolExecutionError) {
        onError = onToolExecutionError;
        super.onToolExecutionError(onToolExecutionError);
    }

    /** LangChain4j is about to serve a request: by now the user has set the model, if it streams. */
    @Override
    public ToolServiceContext createContext(
            InvocationContext invocationContext, UserMessage userMessage, List<ChatMessage> messages) {
        StreamingChatModel model = serviceContext.streamingChatModel;
        if (model != null && !(model instanceof InterlockStreamingModel ours && ours.isOf(this))) {
            serviceContext.streamingChatModel = new InterlockStreamingModel(model, this, serviceContext);
        }
        ToolServiceContext tools = super.createContext(invocationContext, userMessage, messages);
        if (engine.chaining()) {
            ChatModel synchronous = serviceContext.chatModel;
            if (synchronous != null && !(synchronous instanceof InterlockChatModel ours && ours.isOf(this))) {
                serviceContext.chatModel = new InterlockChatModel(synchronous, this);
            }
            learn(tools);
        }
        return tools;
    }

    /** Which tools take references must be known before the model is asked. */
    void learn(ToolServiceContext tools) {
        if (engine.chaining()) {
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
        return engine.chaining() ? ChainedRequests.chained(request, bindings::known, provider) : request;
    }

    /** LangChain4j's streaming loop asks for results by this, one after another. */
    @Override
    public ToolExecutionResult executeTool(
            InvocationContext invocationContext,
            Map<String, ToolExecutor> toolExecutors,
            ToolExecutionRequest toolRequest,
            @Nullable Consumer<BeforeToolExecution> streamBefore,
            @Nullable Consumer<ToolExecution> streamAfter) {
        StreamedResponse delivering = StreamedResponse.delivering();
        if (delivering != null && delivering.isDue(toolRequest)) {
            ToolServiceContext tools =
                    ToolServiceContext.builder().toolExecutors(toolExecutors).build();
            return delivering.result(
                    turnstile -> requestTasks(tools, invocationContext, streamBefore, streamAfter, turnstile),
                    invocationContext);
        }
        return super.executeTool(
                invocationContext,
                toolExecutors,
                toolRequest,
                bothOf(before, streamBefore),
                bothOf(after, streamAfter));
    }

    private static <T> @Nullable Consumer<T> bothOf(@Nullable Consumer<T> first, @Nullable Consumer<T> second) {
        if (first == null) {
            return second;
        }
        return second == null ? first : first.andThen(second);
    }
}
