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
 * Runs the tool calls of LangChain4j's AI services in parallel, as far as they are independent.
 *
 * {@snippet :
 * ParallelTools parallel = ParallelTools.builder().build();
 * Assistant assistant = parallel.aiServices(Assistant.class)     // instead of AiServices.builder(Assistant.class)
 *         .chatModel(model)
 *         .tools(new BankTools())
 *         .build();
 * }
 *
 * <p>Thread-safe. One instance serves any number of AI services and conversations; its limits of concurrency and time
 * hold for each round.
 */
public final class ParallelTools extends SuspendableTools implements AutoCloseable {

    /** No limit of concurrency; what LangChain4j's {@code executeToolsConcurrently()} does. */
    public static final int UNLIMITED = Concurrency.UNLIMITED;

    private final ToolCallExecutor engine;
    private final McpTrust trust;
    private final ServiceSettings settings;

    private ParallelTools(ToolCallExecutor engine, McpTrust trust, ServiceSettings settings) {
        super(new HandWrittenLoop(engine, trust, settings));
        this.engine = engine;
        this.trust = trust;
        this.settings = settings;
    }

    /**
     * Starts an instance with the defaults: 5 calls at a time in a round, no limits of time, tools of which nothing is
     * known serial, inference on.
     *
     * @return a new builder
     */
    public static Builder builder() {
        // The first of all propagators: what the user's own do stands around it.
        return new Builder().contextPropagator(new ManagedContext());
    }

    /**
     * Starts an AI service whose tool calls run through this instance: LangChain4j's own builder, with all its settings.
     * An executor given to {@code executeToolsConcurrently} runs the calls in place of virtual threads.
     *
     * @param <T> the type of the AI service
     * @param aiService its interface
     * @return LangChain4j's builder
     */
    public <T> AiServices<T> aiServices(Class<T> aiService) {
        return AiServices.builder(aiServiceContext(aiService));
    }

    /**
     * Makes the context of an AI service, for code that builds on the context.
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
     * The tools of objects, for {@link #execute} and {@code AiServices.tools(List)}; also of generated subclasses, whose
     * annotations are those of the class behind, and of proxies with annotated interfaces. Calls go through the object.
     *
     * @param objectsWithTools objects with methods annotated with {@code @Tool}
     * @return their tools
     * @throws dev.langchain4j.service.IllegalConfigurationException if one has none, or its effects are wrong
     */
    public List<AiServiceTool> tools(Object... objectsWithTools) {
        return handWritten()
                .tools(Arrays.stream(objectsWithTools)
                        .flatMap(object -> ProxiedTools.of(object).stream())
                        .toList());
    }

    /**
     * The tools of an object that stands before one of an annotated class, as a proxy of the JDK may, see {@link #tools}.
     *
     * @param object has the methods of the class, or implements interfaces that declare them
     * @param annotated the class with methods annotated with {@code @Tool}
     * @return the tools
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
     * @return one message a request, in order
     */
    public List<ToolExecutionResultMessage> execute(AiMessage aiMessage, Collection<AiServiceTool> tools) {
        return execute(aiMessage, tools, HandWrittenLoop.newContext());
    }

    /**
     * Executes the tool calls of a response in a hand-written loop. Unless calls are pending there is one message a request:
     * failures, arguments that cannot be parsed and unknown tools give messages with {@code isError()}. If the current thread
     * is interrupted, running calls are, the messages say so, and the flag is set on return: the loop should end then.
     *
     * @param aiMessage the response's message
     * @param tools the tools it may call, such as {@code ToolService.findTools(object)}
     * @param invocationContext is passed to the tools; responses with the same one, or with contexts of the same invocation
     *     id, belong to one invocation, for which {@linkplain #isOverLimit limits} hold
     * @return one message a request, in order; empty if the message holds no request
     * @throws InvocationSuspendedException if calls are pending, and nothing else can go on
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
     * @return one message a request, in order
     */
    public List<ToolExecutionResultMessage> execute(ChatResponse response, Collection<AiServiceTool> tools) {
        return execute(response, tools, HandWrittenLoop.newContext());
    }

    /**
     * Executes the tool calls of a response in a hand-written loop, see {@link #execute(AiMessage, Collection,
     * InvocationContext)}. If its finish reason says that it was cut, by its length or by a filter, the last call, and any
     * that lacks a required parameter or whose arguments are no JSON object, is not run and gets a message that says why.
     *
     * @param response the response
     * @param tools the tools it may call
     * @param invocationContext is passed to the tools
     * @return one message a request, in order; empty if the response holds no request
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
     * @return one message a request, in order
     */
    public List<ToolExecutionResultMessage> execute(AiMessage aiMessage, Map<ToolSpecification, ToolExecutor> tools) {
        return execute(aiMessage, HandWrittenLoop.tools(tools));
    }

    /**
     * Plans the tool calls of a response without executing them.
     *
     * @param aiMessage the response's message
     * @param tools the tools it may call
     * @return which call waits for which, and why; what each reads and writes, and who said so
     */
    public CallPlan plan(AiMessage aiMessage, Collection<AiServiceTool> tools) {
        return handWritten().plan(aiMessage, tools);
    }

    /**
     * Gives the calls of a response distinct ids, for a hand-written loop: providers reject a request in which two calls
     * have one id, or one of several has none, and the results of {@link #execute} have the ids of the message as it is.
     * To be called before the message goes to the conversation and to {@code execute}. AI services, {@link TaskAgent} and
     * {@link #streamingHandler} do so by themselves.
     *
     * {@snippet :
     * AiMessage message = ParallelTools.withDistinctIds(model.chat(conversation).aiMessage(), conversation);
     * conversation.add(message);
     * conversation.addAll(parallel.execute(message, tools));
     * }
     *
     * <p>New ids have the form of those that they replace, and at most 40 characters. Calls of which none has an id keep
     * none, unless two of them are equal.
     *
     * @param aiMessage the response's message
     * @param conversation the messages before it, of which no id is used again; may be empty
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
     * @return the handler to be given to the model, for one response
     */
    public StreamingChatResponseHandler streamingHandler(
            Collection<AiServiceTool> tools, StreamingChatResponseHandler handler) {
        return streamingHandler(tools, handler, HandWrittenLoop.newContext());
    }

    /**
     * Starts the tool calls of a response while a hand-written loop still streams it: each as soon as it is complete, if
     * no earlier call of the response conflicts with it. Calls that may not {@linkplain Builder#earlyStart start early}, and
     * all after the first such, wait for the end of the response. What was started counts only if the message holds that
     * call with those arguments. The loop gets the results by {@link #execute(AiMessage, Collection)}, once,
     * for the very message that the handler was given; that executes whatever has not been started. If the ids of the
     * response's calls are not distinct, the message that the handler is given has other ids, see {@link #withDistinctIds}.
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
     * <p>If the stream fails, or is cancelled through its handle, calls that run are interrupted and no other starts. If it
     * fails and a call had been run that may have changed something, the error has a suppressed exception that says so.
     *
     * <p>If the finish reason says that the response was cut, or there is none, calls that are not certain to be whole are
     * not run, see {@link #execute(ChatResponse, Collection, InvocationContext)}.
     *
     * @param tools the tools it may call
     * @param handler the loop's own handler
     * @param invocationContext is passed to the tools
     * @return the handler to be given to the model, for one response
     * @throws IllegalArgumentException if two tools have the same name
     */
    public StreamingChatResponseHandler streamingHandler(
            Collection<AiServiceTool> tools,
            StreamingChatResponseHandler handler,
            InvocationContext invocationContext) {
        return handWritten().streamingHandler(tools, handler, invocationContext);
    }

    /**
     * Whether a hand-written loop should end, since the model went on asking for calls after it was told that a
     * {@linkplain Builder#maxCallsPerInvocation limit} of the invocation is reached. An AI service's loop ends then by a
     * {@link CallLimitException}; a hand-written one gets a message a request as ever, each with {@code isError()}, so that
     * its conversation is complete when it ends.
     *
     * @param invocationContext that of the loop's calls of {@code execute} and {@code streamingHandler}
     * @return false if no limit is set, or the model heeds it
     */
    public boolean isOverLimit(InvocationContext invocationContext) {
        return handWritten().isOver(invocationContext);
    }

    /**
     * Tells the model of chained calls in a request of a hand-written loop: tool schemas allow references, and an
     * instruction goes with the system message. AI services do so by themselves. To be called with the loop's own request
     * each time, just before the model is asked, since nothing of this belongs into the conversation.
     *
     * @param request the request
     * @param tools the tools it offers
     * @return the request itself if calls are not {@linkplain Builder#chaining chained}, or no tool takes references
     */
    public ChatRequest chained(ChatRequest request, Collection<AiServiceTool> tools) {
        return handWritten().chained(request, tools);
    }

    /**
     * Has every AI service built from now on run its tools through an instance: for code that calls
     * {@code AiServices.builder} itself, such as LangChain4j's agentic module and starters.
     *
     * @param parallel the instance
     * @return uninstalls it; services built before keep it
     * @throws IllegalStateException if one is installed already
     */
    public static AutoCloseable installGlobally(ParallelTools parallel) {
        return InterlockAiServiceContextFactory.install(Objects.requireNonNull(parallel, "parallel")::aiServiceContext);
    }

    /**
     * Executes once more the requests of a message whose results are errors, as a batch of their own, whether or not they
     * are safe to repeat: what a call may have done before it failed is for the caller to weigh. Only a call that was not run
     * since its response was cut is not run here either: it need not be what the model meant.
     *
     * @param aiMessage the response's message
     * @param results its results, one a request, in order
     * @param tools the tools it may call
     * @return the results in the same order; those that were no errors are as they were
     * @throws IllegalArgumentException if there is not one result a request
     */
    public List<ToolExecutionResultMessage> retryFailed(
            AiMessage aiMessage, List<ToolExecutionResultMessage> results, Collection<AiServiceTool> tools) {
        return handWritten().retryFailed(aiMessage, results, tools);
    }

    /**
     * The calls that ignored their interrupt past the grace period and still run, see
     * {@link ToolCallExecutor#abandoned()}.
     *
     * @return a snapshot, the one that was abandoned first in front
     */
    public List<AbandonedCall> abandoned() {
        return engine.abandoned();
    }

    /**
     * Frees the resources of an abandoned call, at the risk that it still changes them.
     *
     * @param id the {@linkplain AbandonedCall#id() number} of the call
     * @return false if it has ended, or was released before
     */
    public boolean release(long id) {
        return engine.release(id);
    }

    /**
     * What calls were seen to touch so far, beside what their effects say, see {@link ToolCallExecutor#auditReport()}.
     *
     * @return a snapshot; without tools where {@link Builder#audit} was not set
     */
    public AuditReport auditReport() {
        return engine.auditReport();
    }

    /**
     * Cancels all that runs through this instance, and all that is to: no further call starts, running ones are
     * interrupted, and model loops end with a {@link java.util.concurrent.CancellationException}. Does not wait for that.
     * To cancel one conversation, see {@link dev.interlock.execution.Cancellation}.
     */
    @Override
    public void close() {
        engine.close();
    }

    /**
     * Builds a {@link ParallelTools}. Not thread-safe.
     *
     * <p>What holds for an AI service beyond what the settings of the engine say: what a call fails with is its error
     * result, and the loop goes on with it; hooks see a result whole, whatever its {@linkplain Builder#resultLimit limit}.
     *
     * <p>With {@linkplain Builder#chaining chained calls} the model is told of references with the system message, and
     * tool schemas allow them where a number, a truth value, a list or an object stands; neither is kept in the
     * conversation. Searching and analysing what was found is one response then, not two.
     */
    public static final class Builder extends AdapterSettings<Builder> {

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Makes the instance. Later changes of this builder do not reach it.
         *
         * @return a new instance
         */
        public ParallelTools build() {
            ToolCallExecutor engine = ToolCallExecutor.of(this);
            return new ParallelTools(engine, trust(engine.rounds().inference()), serviceSettings());
        }
    }
}
