package dev.interlock.langchain4j;

import dev.interlock.langchain4j.loop.NewerMethod;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import dev.langchain4j.service.tool.ToolServiceContext;
import dev.langchain4j.service.tool.ToolServiceResult;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of LangChain4j's tool service for services that return futures and publishers, which LangChain4j has from
 * 1.20 on.
 *
 * <p>This class overrides the methods that their loops call by name and descriptor: the version that it compiles
 * against has none of them, and older versions call none of them. The loops stay LangChain4j's. They get futures of
 * results from rounds on virtual threads.
 */
abstract class AsyncToolService extends ToolService {

    private static final NewerMethod LOOP = NewerMethod.overridden(
            MethodHandles.lookup(),
            ToolService.class,
            "executeInferenceAndToolsLoopAsync",
            MethodType.methodType(
                    CompletableFuture.class,
                    AiServiceContext.class,
                    Object.class,
                    ChatResponse.class,
                    ChatRequestParameters.class,
                    List.class,
                    ChatMemory.class,
                    InvocationContext.class,
                    ToolServiceContext.class,
                    CompletableFuture.class,
                    Function.class));

    private final WeakIdentityMap<InvocationContext, AsyncInvocation> invocations = new WeakIdentityMap<>();

    /** The started calls of services that return publishers. */
    private final WeakIdentityMap<InvocationContext, StartedCalls> started = new WeakIdentityMap<>();

    abstract ServiceRounds rounds();

    /** Begins an invocation, on its caller's thread. */
    final void begins(InvocationContext invocationContext, AsyncMethods methods) {
        if (LOOP.isThere() && methods.contain(invocationContext.methodName())) {
            var unused = asyncInvocation(invocationContext);
        }
    }

    /**
     * Returns what the responses of an invocation share, since LangChain4j began it or from now on. Propagators may
     * capture meanwhile, so this holds no lock; if two threads begin an invocation at the same time, the first one
     * wins.
     */
    final AsyncInvocation asyncInvocation(InvocationContext invocationContext) {
        return asyncInvocation(
                invocationContext,
                () -> new AsyncInvocation(
                        rounds()::captureContext, rounds().hooks().turnstileOfStream()));
    }

    /** Returns the same, but begins the invocation in another way if it has not begun. */
    final AsyncInvocation asyncInvocation(InvocationContext invocationContext, Supplier<AsyncInvocation> begin) {
        return invocations.computeIfAbsent(invocationContext, begin);
    }

    /** Runs tools one after another, in case LangChain4j starts them by other means than {@link #startTool}. */
    public Executor effectiveToolExecutor() {
        return Runnable::run;
    }

    /** The loop of services that give futures. */
    public CompletableFuture<ToolServiceResult> executeInferenceAndToolsLoopAsync(
            AiServiceContext context,
            @Nullable Object memoryId,
            ChatResponse chatResponse,
            ChatRequestParameters parameters,
            List<ChatMessage> messages,
            @Nullable ChatMemory chatMemory,
            InvocationContext invocationContext,
            ToolServiceContext toolServiceContext,
            @Nullable CompletableFuture<?> cancellation,
            Function<ChatRequest, CompletableFuture<ChatResponse>> chatModelInvoker) {
        return executeAsync(
                this::overridden,
                new AsyncModelLoop.Start(
                        context,
                        memoryId,
                        chatResponse,
                        parameters,
                        messages,
                        chatMemory,
                        invocationContext,
                        toolServiceContext,
                        cancellation,
                        chatModelInvoker));
    }

    @SuppressWarnings("unchecked") // the descriptor guarantees it
    private CompletableFuture<ToolServiceResult> overridden(AsyncModelLoop.Start start) {
        return (CompletableFuture<ToolServiceResult>) Objects.requireNonNull(LOOP.invoke(
                this,
                start.context(),
                start.memoryId(),
                start.chatResponse(),
                start.parameters(),
                start.messages(),
                start.chatMemory(),
                start.invocationContext(),
                start.toolServiceContext(),
                start.cancellation(),
                start.chatModelInvoker()));
    }

    /** Runs a loop through the engine. */
    final CompletableFuture<ToolServiceResult> executeAsync(AsyncModelLoop modelLoop, AsyncModelLoop.Start start) {
        if (!start.chatResponse().aiMessage().hasToolExecutionRequests()) {
            return modelLoop.run(start);
        }
        ChatMemory memory = start.chatMemory();
        AsyncToolLoop loop = new AsyncToolLoop(
                rounds(),
                start.invocationContext(),
                start.toolServiceContext(),
                memory,
                asyncInvocation(start.invocationContext()),
                start.context().chatModel == null);
        loop.cancelledWith(start.cancellation());
        return loop.run(
                start.chatResponse(),
                start.messages(),
                first -> modelLoop.run(start.with(
                        first,
                        rounds().hooks().isCompensating() && memory != null ? new CompensableMemory(memory) : memory,
                        loop.tools(),
                        request -> loop.ask(request, start.chatModelInvoker()))));
    }

    /** Starts a tool for either loop. The loop of publishers calls this while the model still streams. */
    public CompletableFuture<ToolExecutionResult> startTool(
            ToolExecutionRequest toolRequest,
            Map<String, ToolExecutor> toolExecutors,
            InvocationContext invocationContext,
            @Nullable Consumer<BeforeToolExecution> streamBefore,
            @Nullable Consumer<ToolExecution> streamAfter,
            @Nullable Executor executor) {
        if (toolExecutors.get(toolRequest.name()) instanceof AsyncToolLoop loop) {
            return loop.start(toolRequest);
        }
        AsyncInvocation invocation = asyncInvocation(invocationContext);
        StartedCalls calls = started.computeIfAbsent(invocationContext, () -> new StartedCalls(rounds(), invocation));
        PublishedResponse delivering = PublishedResponse.delivering();
        if (delivering != null) {
            delivering.starts(calls);
        }
        ToolServiceContext tools =
                ToolServiceContext.builder().toolExecutors(toolExecutors).build();
        return calls.start(
                toolRequest,
                () -> rounds().callFactory(
                                tools,
                                invocationContext,
                                rounds().hooks().asyncHandling(streamBefore, streamAfter, invocation.turnstile())),
                invocationContext);
    }
}
