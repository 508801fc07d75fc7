package dev.interlock.langchain4j;

import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.langchain4j.loop.LoopExit;
import dev.interlock.langchain4j.mcp.McpTrust;
import dev.interlock.langchain4j.mcp.ServerTools;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
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
import dev.langchain4j.service.tool.ToolServiceContext;
import dev.langchain4j.service.tool.ToolServiceResult;
import java.util.Collection;
import java.util.Collections;
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
 * LangChain4j's tool service, with the engine in place of its tool execution.
 *
 * <p>LangChain4j's loop stays unchanged and sequential: it handles memory, events, compensation, return behaviours,
 * dynamic providers and tool search. It gets results from rounds, see {@link ToolLoop}. Hooks and error handlers, which
 * LangChain4j would run on its own thread, run on the call's thread, see {@link RequestCall}. So this class keeps the
 * hooks, and LangChain4j's fields for them stay empty.
 */
final class InterlockToolService extends AsyncToolService {

    private final ToolBindings bindings;
    private final ServiceHooks hooks;
    private final ServiceConversations conversations;
    private final ServiceRounds rounds;

    /** LangChain4j's context, whose tool service this is. */
    private final AiServiceContext serviceContext;

    private final AsyncMethods asyncMethods;

    InterlockToolService(
            ToolCallExecutor engine, McpTrust trust, ServiceSettings settings, AiServiceContext serviceContext) {
        this.serviceContext = serviceContext;
        this.asyncMethods = new AsyncMethods(serviceContext.aiServiceClass);
        this.bindings = new ToolBindings(engine, trust);
        this.hooks = new ServiceHooks(this, settings.overlappingHooks());
        this.conversations =
                new ServiceConversations(serviceContext, hooks, engine.rounds().resultLimit());
        this.rounds = new ServiceRounds(engine, bindings, settings, hooks, conversations);
    }

    @Override
    ServiceRounds rounds() {
        return rounds;
    }

    // Registration: mistakes in declared effects show here.

    @Override
    public void tools(Map<ToolSpecification, ToolExecutor> tools) {
        super.tools(tools);
        tools.forEach(bindings::register);
    }

    @Override
    public void tools(Collection<Object> objectsWithTools) {
        for (Object object : objectsWithTools) {
            Class<?> behind = ProxiedTools.classBehind(object);
            if (behind == null) {
                ProxiedTools.rejectBareProxy(object);
                super.tools(Collections.singleton(object));
            } else {
                super.tools(ProxiedTools.of(object, behind));
                Compensations.addThrough(object, behind, this);
            }
        }
        toolSpecifications().forEach(this::registered);
        hooks.compensable(Compensations.guard(this, rounds::undo));
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

    // Marks the tools of MCP servers as such.

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
        hooks.compensating(compensateOnToolErrors);
        super.compensateOnToolErrors(compensateOnToolErrors);
    }

    @Override
    public void argumentsErrorHandler(@Nullable ToolArgumentsErrorHandler handler) {
        hooks.hasArgumentsHandler(handler != null);
        hooks.hasHandlers();
        super.argumentsErrorHandler(handler);
    }

    @Override
    public void executionErrorHandler(@Nullable ToolExecutionErrorHandler handler) {
        hooks.hasExecutionHandler(handler != null);
        hooks.hasHandlers();
        super.executionErrorHandler(handler);
    }

    @Override
    public void hallucinatedToolNameStrategy(
            @Nullable Function<ToolExecutionRequest, ToolExecutionResultMessage> strategy) {
        hooks.hasHandlers();
        super.hallucinatedToolNameStrategy(strategy);
    }

    // The user's hooks. Calls run them, so LangChain4j must not run them too.

    @Override
    public void beforeToolExecution(@Nullable Consumer<BeforeToolExecution> beforeToolExecution) {
        hooks.before(beforeToolExecution);
    }

    @Override
    public @Nullable Consumer<BeforeToolExecution> beforeToolExecution() {
        return hooks.before();
    }

    @Override
    public void afterToolExecution(@Nullable Consumer<ToolExecution> afterToolExecution) {
        hooks.after(afterToolExecution);
    }

    @Override
    public @Nullable Consumer<ToolExecution> afterToolExecution() {
        return hooks.after();
    }

    // A user's executor runs calls. LangChain4j gets none, so that its loop stays sequential.

    @Override
    public void executeToolsConcurrently() {
        hooks.callExecutor(null);
    }

    @Override
    public void executeToolsConcurrently(@Nullable Executor executor) {
        hooks.callExecutor(executor);
    }

    @Override
    public @Nullable Executor executor() {
        return null;
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
        RequestIds ids = conversations.requestIds(hooks.isCompensating());
        // LangChain4j rolls back what it finds in memory, which may hold more than the model sees.
        ChatMemory rolledBack = hooks.isCompensating() ? chatMemory : null;
        // A guardrail of a streamed response asks the streaming model again, even if the service has another model too.
        boolean streamed = context.chatModel == null || StreamedResponse.contextOf(invocationContext) != null;
        List<ChatMessage> told = chatMemory == null
                ? Resumption.withEarlier(messages, Resumption.of(chatResponse.aiMessage()))
                : messages;
        ToolLoop loop = new ToolLoop(rounds, invocationContext, toolServiceContext, chatMemory, told, ids, streamed);
        try {
            return super.executeInferenceAndToolsLoop(
                    context,
                    memoryId,
                    loop.received(chatResponse, rolledBack == null ? () -> told : rolledBack::messages),
                    parameters,
                    told,
                    rolledBack == null ? chatMemory : new CompensableMemory(rolledBack),
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

    @Override
    public void onCompensableToolExecution(
            @Nullable BiConsumer<ToolExecution, Consumer<ToolExecution>> onCompensableToolExecution) {
        hooks.onCompensable(onCompensableToolExecution);
        super.onCompensableToolExecution(onCompensableToolExecution);
    }

    @Override
    public void onToolExecutionError(@Nullable Consumer<InvocationContext> onToolExecutionError) {
        hooks.onError(onToolExecutionError);
        super.onToolExecutionError(onToolExecutionError);
    }

    /** Creates the tools for a request. By now the user has set the model, if it streams. */
    @Override
    public ToolServiceContext createContext(
            InvocationContext invocationContext, UserMessage userMessage, List<ChatMessage> messages) {
        StreamingChatModel model = serviceContext.streamingChatModel;
        if (model != null && !(model instanceof InterlockStreamingModel ours && ours.isOf(rounds))) {
            serviceContext.streamingChatModel = new InterlockStreamingModel(model, rounds, serviceContext);
        }
        Resumption resumption = Resumption.current();
        boolean resumes = resumption != null && resumption.begins(invocationContext, rounds);
        if (resumes && asyncMethods.contain(invocationContext.methodName())) {
            throw new UnsupportedOperationException(
                    "method '" + invocationContext.methodName() + "' gives a future or a publisher, and cannot be"
                            + " resumed; nothing has run. Finish the calls with ParallelTools.resume(round, decisions,"
                            + " tools), and tell the model their results yourself");
        }
        begins(invocationContext, asyncMethods);
        ToolServiceContext tools = super.createContext(invocationContext, userMessage, messages);
        bindings.offered(tools.toolExecutors().keySet());
        if (bindings.chaining() || resumes) {
            ChatModel synchronous = serviceContext.chatModel;
            if (synchronous != null && !(synchronous instanceof InterlockChatModel ours && ours.isOf(rounds))) {
                serviceContext.chatModel = new InterlockChatModel(synchronous, rounds);
            }
            bindings.learn(tools);
        }
        return tools;
    }

    /** Returns a result to LangChain4j's streaming loop, which asks for one after another. */
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
                    turnstile -> rounds.callFactory(
                            tools, invocationContext, hooks.handling(streamBefore, streamAfter, turnstile)),
                    invocationContext);
        }
        return super.executeTool(
                invocationContext,
                toolExecutors,
                toolRequest,
                ServiceHooks.bothOf(hooks.before(), streamBefore),
                ServiceHooks.bothOf(hooks.after(), streamAfter));
    }
}
