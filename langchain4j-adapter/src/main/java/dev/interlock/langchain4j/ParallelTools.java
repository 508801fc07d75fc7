package dev.interlock.langchain4j;

import dev.interlock.execution.AbandonedCall;
import dev.interlock.execution.Concurrency;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.footprint.AuditReport;
import dev.interlock.langchain4j.mcp.McpTrust;
import dev.interlock.plan.CallPlan;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs independent tool calls of LangChain4j's AI services in parallel, and conflicting ones in the model's order.
 *
 * {@snippet :
 * ParallelTools parallel = ParallelTools.builder().build();
 * Assistant assistant = parallel.aiServices(Assistant.class)     // instead of AiServices.builder(Assistant.class)
 *         .chatModel(model)
 *         .tools(new BankTools())
 *         .build();
 * }
 *
 * <p>Thread-safe. One instance serves all AI services. Caps of tools and groups hold for all their rounds together.
 */
public final class ParallelTools extends SuspendableTools implements AutoCloseable {

    /** No limit of concurrency, as in LangChain4j's {@code executeToolsConcurrently()}. */
    public static final int UNLIMITED = Concurrency.UNLIMITED;

    private final ToolCallExecutor engine;
    private final McpTrust trust;
    private final ServiceSettings settings;

    private ParallelTools(ToolCallExecutor engine, McpTrust trust, ServiceSettings settings) {
        super(engine, new HandWrittenLoop(engine, trust, settings));
        this.engine = engine;
        this.trust = trust;
        this.settings = settings;
    }

    /**
     * Starts an instance with the defaults: at most 5 calls of a round at a time, no time limits, inference on.
     *
     * @return a new builder
     */
    public static Builder builder() {
        // The first propagator: the user's own surround it.
        return new Builder().contextPropagator(new ManagedContext());
    }

    /**
     * Starts an AI service whose tool calls run through this instance: LangChain4j's own builder, with all its
     * settings. An executor given to {@code executeToolsConcurrently} runs the calls in place of virtual threads.
     *
     * @param <T> the type of the AI service
     * @param aiService its interface
     * @return LangChain4j's builder
     */
    public <T> AiServices<T> aiServices(Class<T> aiService) {
        return AiServices.builder(aiServiceContext(aiService));
    }

    /**
     * Makes an AI service's context, for code that builds on the context.
     *
     * @param aiService the interface of the AI service
     * @return a new context, with this instance's tool service
     */
    public AiServiceContext aiServiceContext(Class<?> aiService) {
        AiServiceContext context = InterlockAiServiceContextFactory.createPlain(aiService);
        context.toolService = toolService(context);
        return context;
    }

    ToolService toolService(AiServiceContext context) {
        serves(context);
        return new InterlockToolService(engine, trust, settings, context);
    }

    /**
     * Returns the tools of objects, for {@link #execute} and {@code AiServices.tools(List)}. The objects may be
     * generated subclasses or proxies with annotated interfaces. Calls go through the object.
     *
     * @param objectsWithTools objects with methods annotated with {@code @Tool}
     * @return their tools
     * @throws dev.langchain4j.service.IllegalConfigurationException if an object has no tools, or wrong effects
     */
    public List<AiServiceTool> tools(Object... objectsWithTools) {
        return handWritten()
                .tools(Arrays.stream(objectsWithTools)
                        .flatMap(object -> ProxiedTools.of(object).stream())
                        .toList());
    }

    /**
     * {@return the tools of an object that stands for an annotated one, such as a JDK proxy, see {@link #tools}}
     *
     * @param object an object with the class's methods, or with interfaces that declare them
     * @param annotated the class with methods annotated with {@code @Tool}
     * @throws dev.langchain4j.service.IllegalConfigurationException as {@link #tools}, or if the object lacks a method
     */
    public List<AiServiceTool> tools(Object object, Class<?> annotated) {
        return handWritten().tools(ProxiedTools.of(object, annotated));
    }

    /**
     * Executes the tool calls of a response in a hand-written loop, see {@link #execute(AiMessage, Collection,
     * InvocationContext)}.
     *
     * @param aiMessage the response's message
     * @param tools the tools it may call
     * @return one message for each request, in order
     */
    public List<ToolExecutionResultMessage> execute(AiMessage aiMessage, Collection<AiServiceTool> tools) {
        return handWritten().execute(aiMessage, ResponseEnd.UNKNOWN, tools, null);
    }

    /**
     * Executes the tool calls of a response in a hand-written loop. Unless calls are pending, each gets one message:
     * failures, arguments that cannot be parsed and unknown tools give messages with {@code isError()}. An interrupt of
     * the current thread interrupts running calls, and their messages say so. On return the flag is set; the loop
     * should end.
     *
     * @param aiMessage the response's message
     * @param tools the tools it may call, such as {@code ToolService.findTools(object)}
     * @param invocationContext the context for the tools; responses with the same context, or the same invocation id,
     *     belong to one invocation, for which {@linkplain #isOverLimit limits} hold
     * @return one message for each request, in order; empty if the message holds no request
     * @throws InvocationSuspendedException if calls are pending, and no other call can go on
     */
    public List<ToolExecutionResultMessage> execute(
            AiMessage aiMessage, Collection<AiServiceTool> tools, InvocationContext invocationContext) {
        return handWritten().execute(aiMessage, ResponseEnd.UNKNOWN, tools, invocationContext);
    }

    /**
     * Executes the tool calls of a response in a hand-written loop, see {@link #execute(ChatResponse, Collection,
     * InvocationContext)}.
     *
     * @param response the response
     * @param tools the tools it may call
     * @return one message for each request, in order
     */
    public List<ToolExecutionResultMessage> execute(ChatResponse response, Collection<AiServiceTool> tools) {
        return handWritten().execute(response.aiMessage(), ResponseEnd.of(response, false), tools, null);
    }

    /**
     * Executes the tool calls of a response in a hand-written loop, see
     * {@link #execute(AiMessage, Collection, InvocationContext)}. If the finish reason says that a length limit or a
     * filter cut the response, some calls do not run and get a message that says why: the last call, and any call that
     * lacks a required parameter or whose arguments are not a JSON object.
     *
     * @param response the response
     * @param tools the tools it may call
     * @param invocationContext the context for the tools
     * @return one message for each request, in order; empty if the response holds no request
     */
    public List<ToolExecutionResultMessage> execute(
            ChatResponse response, Collection<AiServiceTool> tools, InvocationContext invocationContext) {
        return handWritten().execute(response.aiMessage(), ResponseEnd.of(response, false), tools, invocationContext);
    }

    /**
     * Executes the tool calls of a response, with tools built in code, see {@link #execute(AiMessage, Collection)}.
     *
     * @param aiMessage the response's message
     * @param tools the tools it may call
     * @return one message for each request, in order
     */
    public List<ToolExecutionResultMessage> execute(AiMessage aiMessage, Map<ToolSpecification, ToolExecutor> tools) {
        return execute(aiMessage, HandWrittenLoop.tools(tools));
    }

    /**
     * Executes the tool calls of a response, with tools built in code, see {@link #execute(AiMessage, Collection,
     * InvocationContext)}.
     *
     * @param aiMessage the response's message
     * @param tools the tools it may call
     * @param invocationContext the context for the tools
     * @return one message for each request, in order
     */
    public List<ToolExecutionResultMessage> execute(
            AiMessage aiMessage, Map<ToolSpecification, ToolExecutor> tools, InvocationContext invocationContext) {
        return execute(aiMessage, HandWrittenLoop.tools(tools), invocationContext);
    }

    /**
     * Plans the tool calls of a response without executing them.
     *
     * @param aiMessage the response's message
     * @param tools the tools it may call
     * @return which call waits for which, and why; what each reads and writes, and the source of that
     */
    public CallPlan plan(AiMessage aiMessage, Collection<AiServiceTool> tools) {
        return handWritten().plan(aiMessage, tools);
    }

    /**
     * Gives the calls of a response distinct ids, for a hand-written loop. Providers reject a request in which two
     * calls have the same id, or in which only some calls have ids. The results of {@link #execute} have the message's
     * ids. Call this before the message goes to the conversation and to {@code execute}. AI services, {@link TaskAgent}
     * and {@link #streamingHandler} do it themselves.
     *
     * {@snippet :
     * AiMessage message = ParallelTools.withDistinctIds(model.chat(conversation).aiMessage(), conversation);
     * conversation.add(message);
     * conversation.addAll(parallel.execute(message, tools));
     * }
     *
     * <p>New ids have the form of the replaced ones, and at most 40 characters. If no call has an id, this method
     * adds ids only if two calls are equal.
     *
     * @param aiMessage the response's message
     * @param conversation the earlier messages, whose ids stay unique; may be empty
     * @return the message itself if there is nothing to change
     */
    public static AiMessage withDistinctIds(AiMessage aiMessage, List<? extends ChatMessage> conversation) {
        Objects.requireNonNull(conversation, "conversation");
        AiMessage repaired = new RequestIds(RequestIds.Need.CONVERSATION).repair(aiMessage, () -> conversation);
        return repaired == null ? aiMessage : repaired;
    }

    /**
     * Starts the tool calls of a response while a hand-written loop still streams it, see
     * {@link #streamingHandler(Collection, StreamingChatResponseHandler, InvocationContext)}.
     *
     * @param tools the tools it may call
     * @param handler the loop's own handler
     * @return the handler for the model, for one response
     */
    public StreamingChatResponseHandler streamingHandler(
            Collection<AiServiceTool> tools, StreamingChatResponseHandler handler) {
        return handWritten().streamingHandler(tools, handler, null);
    }

    /**
     * Starts the tool calls of a response while a hand-written loop still streams it: each as soon as it is complete,
     * if no earlier call of the response conflicts with it. The first call that must not
     * {@linkplain Builder#earlyStart start early} waits for the response's end, and so do all calls after it. The round
     * drops a started call if the message lacks it or has it with other arguments. The loop gets the results by calling
     * {@link #execute(AiMessage, Collection)} once, with the same message object that the handler got; this also
     * executes the remaining calls. If the response's ids are not distinct, the handler's message has other ids, see
     * {@link #withDistinctIds}.
     *
     * {@snippet :
     * model.chat(request, parallel.streamingHandler(tools, new StreamingChatResponseHandler() {
     *     public void onCompleteResponse(ChatResponse response) {
     *         conversation.add(response.aiMessage());
     *         conversation.addAll(parallel.execute(response.aiMessage(), tools));
     *     }
     *     // ...
     * }));
     * }
     *
     * <p>If the stream fails, or its handle cancels it, running calls are interrupted and no other starts. If it fails
     * after a call that may have changed something, a suppressed exception of the error says so.
     *
     * <p>If there is no finish reason, or it says that the response was cut, calls that may be incomplete do not run,
     * see {@link #execute(ChatResponse, Collection, InvocationContext)}.
     *
     * @param tools the tools it may call
     * @param handler the loop's own handler
     * @param invocationContext the context for the tools
     * @return the handler for the model, for one response
     * @throws IllegalArgumentException if two tools have the same name
     */
    public StreamingChatResponseHandler streamingHandler(
            Collection<AiServiceTool> tools,
            StreamingChatResponseHandler handler,
            InvocationContext invocationContext) {
        return handWritten().streamingHandler(tools, handler, invocationContext);
    }

    /**
     * Tells whether a hand-written loop should end, because the model kept requesting calls after it learnt that it had
     * reached a {@linkplain Builder#maxCallsPerInvocation limit} of the invocation. An AI service's loop ends with a
     * {@link CallLimitException}. A hand-written loop still gets a message for each request.
     *
     * @param invocationContext the context that the loop passes to {@code execute} and {@code streamingHandler}
     * @return false if no limit is set or the model respects it
     */
    public boolean isOverLimit(InvocationContext invocationContext) {
        return handWritten().isOver(invocationContext);
    }

    /**
     * Tells the model about chained calls in a request of a hand-written loop: tool schemas allow references, and the
     * system message gets an instruction. AI services do this themselves. Call this right before each request to the
     * model, and keep the returned request out of the conversation.
     *
     * @param request the request
     * @param tools the tools that it offers
     * @return the request itself if calls are not {@linkplain Builder#chaining chained}, or no tool takes references
     */
    public ChatRequest chained(ChatRequest request, Collection<AiServiceTool> tools) {
        return handWritten().chained(request, tools);
    }

    /**
     * Makes every AI service built from now on use an instance. This is for code that calls {@code AiServices.builder}
     * itself, such as LangChain4j's agentic module and starters.
     *
     * @param parallel the instance
     * @return closing it uninstalls the instance; services built before keep it
     * @throws IllegalStateException if another one is installed
     */
    public static AutoCloseable installGlobally(ParallelTools parallel) {
        return InterlockAiServiceContextFactory.install(Objects.requireNonNull(parallel, "parallel")::aiServiceContext);
    }

    /**
     * Returns the calls that ignored their interrupt past the grace period and still run, see
     * {@link ToolCallExecutor#abandoned()}.
     *
     * @return a snapshot; the call abandoned first comes first
     */
    public List<AbandonedCall> abandoned() {
        return engine.abandoned();
    }

    /**
     * Releases the resources of an abandoned call, at the risk that it still changes them.
     *
     * @param id the {@linkplain AbandonedCall#id() number} of the call
     * @return false if the call has ended, or was released before
     */
    public boolean release(long id) {
        return engine.release(id);
    }

    /**
     * Compares what calls have touched so far with their effects, see {@link ToolCallExecutor#auditReport()}.
     *
     * @return a snapshot; it has no tools if {@link Builder#audit} is off
     */
    public AuditReport auditReport() {
        return engine.auditReport();
    }

    /**
     * Cancels all running and future rounds of this instance: no further call starts, running calls are interrupted,
     * and model loops end with a {@link java.util.concurrent.CancellationException}. Does not wait for that. To cancel
     * one conversation, see {@link dev.interlock.execution.Cancellation}.
     */
    @Override
    public void close() {
        engine.close();
    }

    /**
     * Builds a {@link ParallelTools}. Not thread-safe.
     *
     * <p>In an AI service, a call's failure becomes its error result, and the loop goes on with it. Hooks see the whole
     * result, regardless of its {@linkplain Builder#resultLimit limit}.
     *
     * <p>With {@linkplain Builder#chaining chained calls}, the system message explains references to the model, and
     * tool schemas allow them in place of a number, a truth value, a list or an object. The conversation keeps neither.
     * A search and the analysis of its result then take one response, not two.
     */
    public static final class Builder extends AdapterSettings<Builder> {

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Builds the instance. Later changes of this builder do not affect it.
         *
         * @return a new instance
         */
        public ParallelTools build() {
            ToolCallExecutor engine = ToolCallExecutor.of(this);
            return new ParallelTools(engine, trust(engine.rounds().inference()), serviceSettings());
        }
    }
}
