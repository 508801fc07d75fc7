package dev.interlock.langchain4j;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.interlock.event.RoundListener;
import dev.interlock.execution.AbandonedCall;
import dev.interlock.execution.CallInterceptor;
import dev.interlock.execution.Concurrency;
import dev.interlock.execution.ContextPropagator;
import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.ToolCallExecutor;
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
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;

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
public final class ParallelTools implements AutoCloseable {

    /** No limit of concurrency; what LangChain4j's {@code executeToolsConcurrently()} does. */
    public static final int UNLIMITED = Concurrency.UNLIMITED;

    private final ToolCallExecutor engine;
    private final McpTrust trust;
    private final ServiceSettings settings;
    private final HandWrittenLoop handWritten;

    private ParallelTools(Builder builder) {
        this.engine = builder.engine.build();
        this.trust = new McpTrust(builder.trusted, builder.inference);
        this.settings = new ServiceSettings(builder.limits(), builder.earlyStart, builder.overlappingHooks);
        this.handWritten = new HandWrittenLoop(engine, trust, settings);
    }

    /**
     * Starts an instance with the defaults: 5 calls at a time in a round, no limits of time, tools of which nothing is
     * known serial, inference on.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
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

    /** A tool service for a context that others make. */
    ToolService toolService(AiServiceContext context) {
        return new InterlockToolService(engine, trust, settings, context);
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
     * Executes the tool calls of a response in a hand-written loop. Whatever happens there is one message a request: a
     * failure, arguments that cannot be parsed and an unknown tool give a message with {@code isError()}. If the current
     * thread is interrupted, running calls are interrupted, the messages say so, and the interrupt flag is set on return:
     * the loop should end then.
     *
     * @param aiMessage the response's message
     * @param tools the tools it may call, such as {@code ToolService.findTools(object)}
     * @param invocationContext is passed to the tools; responses with the same one, or with contexts of the same invocation
     *     id, belong to one invocation, for which {@linkplain #isOverLimit limits} hold
     * @return one message a request, in order; empty if the message holds no request
     */
    public List<ToolExecutionResultMessage> execute(
            AiMessage aiMessage, Collection<AiServiceTool> tools, InvocationContext invocationContext) {
        return handWritten.execute(aiMessage, ResponseEnd.UNKNOWN, tools, invocationContext);
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
        return handWritten.execute(response.aiMessage(), ResponseEnd.of(response, false), tools, invocationContext);
    }

    /**
     * Executes the tool calls of a response in a hand-written loop, with tools built in code, see
     * {@link #execute(AiMessage, Collection, InvocationContext)}.
     *
     * @param aiMessage the response's message
     * @param tools the tools it may call
     * @return one message a request, in order
     */
    public List<ToolExecutionResultMessage> execute(AiMessage aiMessage, Map<ToolSpecification, ToolExecutor> tools) {
        return execute(
                aiMessage,
                tools.entrySet().stream()
                        .map(entry -> AiServiceTool.builder()
                                .toolSpecification(entry.getKey())
                                .toolExecutor(entry.getValue())
                                .build())
                        .toList());
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
        return handWritten.streamingHandler(tools, handler, invocationContext);
    }

    /**
     * Whether a hand-written loop should end, since the model went on asking for calls after it was told that a
     * {@linkplain Builder#maxCallsPerInvocation limit} of the invocation is reached. An AI service's loop ends then by a
     * {@link CallLimitException}; a hand-written one gets a message a request as ever, each with {@code isError()}, so that
     * its conversation is complete when it ends.
     *
     * {@snippet :
     * while (aiMessage.hasToolExecutionRequests()) {
     *     conversation.addAll(parallel.execute(aiMessage, tools, invocation));
     *     if (parallel.isOverLimit(invocation)) {
     *         break;
     *     }
     *     // ask the model, and add its message
     * }
     * }
     *
     * @param invocationContext that of the loop's calls of {@code execute} and {@code streamingHandler}
     * @return false if no limit is set, or the model heeds it
     */
    public boolean isOverLimit(InvocationContext invocationContext) {
        return handWritten.isOver(invocationContext);
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
        return handWritten.chained(request, tools);
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
        return InterlockAiServiceContextFactory.install(Objects.requireNonNull(parallel, "parallel"));
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
        return handWritten.retryFailed(aiMessage, results, tools);
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
     * Cancels all that runs through this instance, and all that is to: no further call starts, running ones are
     * interrupted, and model loops end with a {@link java.util.concurrent.CancellationException}. Does not wait for that.
     * To cancel one conversation, see {@link dev.interlock.execution.Cancellation}.
     */
    @Override
    public void close() {
        engine.close();
    }

    /** Builds a {@link ParallelTools}. Not thread-safe. */
    public static final class Builder {

        private final ToolCallExecutor.Builder engine =
                ToolCallExecutor.builder().contextPropagator(new ManagedContext());
        private final Map<String, McpTrust.Server> trusted = new HashMap<>();
        private final Map<String, Integer> maxCallsOfTools = new HashMap<>();
        private boolean inference = true;
        private int maxCalls = UNLIMITED;
        private int maxCallsOfTool = UNLIMITED;
        private int maxRepeats = UNLIMITED;
        private EarlyStart earlyStart = EarlyStart.READS;
        private boolean overlappingHooks;

        private Builder() {}

        private CallLimits limits() {
            return new CallLimits(maxCalls, maxCallsOfTool, maxCallsOfTools, maxRepeats);
        }

        /**
         * Sets how many calls of a round may run at the same time; 5 by default.
         *
         * @param maxConcurrency at least 1; {@link #UNLIMITED} for no limit
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxConcurrency(int maxConcurrency) {
            engine.maxConcurrency(maxConcurrency);
            return this;
        }

        /**
         * Sets how many calls of a round may run at the same time.
         *
         * @param concurrency the limit, such as {@link Concurrency#forIo()}
         * @return this
         */
        public Builder concurrency(Concurrency concurrency) {
            engine.concurrency(concurrency);
            return this;
        }

        /**
         * Sets the limit of one attempt of a call, from its body's start; none by default.
         *
         * @param timeout more than zero
         * @return this
         */
        public Builder timeout(Duration timeout) {
            engine.timeout(timeout);
            return this;
        }

        /**
         * Sets the limit of a call with its waits, from the start of its round; none by default.
         *
         * @param callTimeout more than zero
         * @return this
         */
        public Builder callTimeout(Duration callTimeout) {
            engine.callTimeout(callTimeout);
            return this;
        }

        /**
         * Sets the limit of a round: what is unfinished then gets an error result, and the loop goes on; none by default.
         *
         * @param roundTimeout more than zero
         * @return this
         */
        public Builder roundTimeout(Duration roundTimeout) {
            engine.roundTimeout(roundTimeout);
            return this;
        }

        /**
         * Sets how long an interrupted call may take to end before it is abandoned; 250 ms by default.
         *
         * @param gracePeriod more than zero
         * @return this
         */
        public Builder gracePeriod(Duration gracePeriod) {
            engine.gracePeriod(gracePeriod);
            return this;
        }

        /**
         * Sets how long a call waits for a resource that an abandoned call of its round holds; 10 s by default.
         *
         * @param heldResourceTimeout more than zero
         * @return this
         */
        public Builder heldResourceTimeout(Duration heldResourceTimeout) {
            engine.heldResourceTimeout(heldResourceTimeout);
            return this;
        }

        /**
         * Sets what a tool reads and writes. Wins over annotations and all other sources.
         *
         * @param tool the name of the tool
         * @param effects its effects
         * @return this
         */
        public Builder effects(String tool, Effects effects) {
            engine.effects(tool, effects);
            return this;
        }

        /**
         * Sets how calls of a tool are run.
         *
         * @param tool the name of the tool
         * @param policy its policy
         * @return this
         */
        public Builder policy(String tool, ToolPolicy policy) {
            engine.policy(tool, policy);
            return this;
        }

        /**
         * Sets what holds for tools of which nothing is known; {@link Undeclared#SERIAL} by default.
         *
         * @param undeclared serial or parallel
         * @return this
         */
        public Builder undeclared(Undeclared undeclared) {
            engine.undeclared(undeclared);
            return this;
        }

        /**
         * Sets whether it is inferred from name, description and parameters that a tool only reads; true by default.
         *
         * @param inference false to turn it off
         * @return this
         */
        public Builder inference(boolean inference) {
            this.inference = inference;
            engine.inference(inference);
            return this;
        }

        /**
         * Takes an MCP server's word for what its tools do. A tool with {@code readOnlyHint} then only reads, any other
         * writes; with {@code openWorldHint: false} it touches nothing but the state of its server, the resource
         * {@code mcp/<clientKey>}, and otherwise anything. With {@code idempotentHint} its calls may be repeated. A hint
         * that is not sent, or is no boolean, counts as MCP has it: {@code false} for {@code readOnlyHint} and
         * {@code idempotentHint}, {@code true} for {@code openWorldHint}. Of a tool without any hint it may be inferred,
         * as of others, that it only reads; and the key {@code dev.interlock/effects} in its metadata counts.
         *
         * <p>Nothing that other servers say of their tools counts: their calls run alone, unless
         * {@link #effects(String, Effects)} says otherwise, which always wins. Which server a tool belongs to is told by
         * the client that executes it, not by its name.
         *
         * <p>What a trusted server says wrongly makes calls overlap that should not; it has no other power.
         *
         * @param clientKey the key of the server's client, see {@code DefaultMcpClient.Builder.key}; it stands in the
         *     resource as it is, except that {@code %}, <code>/</code>, <code>*</code>, {@code ?}, <code>[</code>, braces
         *     and the keys {@code .} and {@code ..} are percent-encoded
         * @return this
         * @throws NullPointerException if {@code clientKey} is null
         * @throws IllegalArgumentException if it is blank
         * @see #trustMcp(String, String)
         */
        public Builder trustMcp(String clientKey) {
            trusted.put(clientKey, McpTrust.server(clientKey));
            return this;
        }

        /**
         * Takes an MCP server's word for what its tools do, see {@link #trustMcp(String)}, and says what they do it to:
         * every tool of the server that does not declare its effects reads or writes this resource and no other, whatever
         * its {@code openWorldHint}. The last call for a key counts.
         *
         * @param clientKey the key of the server's client
         * @param resource what the server's tools touch, such as {@code file}; the same for all calls
         * @return this
         * @throws NullPointerException if an argument is null
         * @throws IllegalArgumentException if an argument is blank, or {@code resource} is malformed or has a placeholder
         */
        public Builder trustMcp(String clientKey, String resource) {
            trusted.put(clientKey, McpTrust.server(clientKey, resource));
            return this;
        }

        /**
         * Adds a propagator of context to the threads of calls.
         *
         * @param propagator the propagator
         * @return this
         */
        public Builder contextPropagator(ContextPropagator propagator) {
            engine.contextPropagator(propagator);
            return this;
        }

        /**
         * Adds a listener.
         *
         * @param listener is told what happens in rounds
         * @return this
         */
        public Builder listener(RoundListener listener) {
            engine.listener(listener);
            return this;
        }

        /**
         * Sets who makes the threads of calls, for tools that compute or that pin their carrier; virtual threads by
         * default.
         *
         * @param threadFactory makes an unstarted thread for each call
         * @return this
         */
        public Builder threadFactory(ThreadFactory threadFactory) {
            engine.threadFactory(threadFactory);
            return this;
        }

        /**
         * Adds an interceptor around every call; the first one added is the outermost.
         *
         * @param interceptor the interceptor
         * @return this
         */
        public Builder interceptor(CallInterceptor interceptor) {
            engine.interceptor(interceptor);
            return this;
        }

        /**
         * Sets how many calls of some tools together may run at the same time, in all rounds of this instance.
         *
         * @param maxConcurrency at least 1
         * @param tools the names of the tools; one that ends in {@code *} stands for all that begin with the rest
         * @return this
         * @throws IllegalArgumentException if it is below 1, or there are no tools
         */
        public Builder groupConcurrency(int maxConcurrency, String... tools) {
            engine.groupConcurrency(maxConcurrency, tools);
            return this;
        }

        /**
         * Sets how many calls may run at the same time in all rounds of this instance together; unlimited by default. A
         * call whose body waits for a round of its own does not count.
         *
         * @param maxConcurrency at least 1
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder totalConcurrency(int maxConcurrency) {
            engine.totalConcurrency(maxConcurrency);
            return this;
        }

        /**
         * Sets how many calls of a batch are run; unlimited by default. The others fail, with a message that says so.
         *
         * @param maxCalls at least 1
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxCallsPerBatch(int maxCalls) {
            engine.maxCallsPerBatch(maxCalls);
            return this;
        }

        /**
         * Sets how many calls the model may ask for in one invocation of an AI service, over all its rounds; unlimited by
         * default, so that a service does what it does without this library. Every call counts, whether or not it succeeds.
         * Calls over the limit are not run: each gets an error result that names the limit and asks the model to answer with
         * what it has. If the model goes on, so that a later response has nothing but calls over limits of which it was told,
         * the invocation ends by a {@link CallLimitException}, with a result for each call in memory.
         *
         * <p>The limits of an invocation hold for streamed responses and the reprompts of guardrails alike. In hand-written
         * loops the {@link InvocationContext} says which responses belong together, see {@link ParallelTools#isOverLimit}.
         * LangChain4j's own limit of rounds, {@code maxToolCallingRoundTrips}, holds as well.
         *
         * @param maxCalls at least 1; {@link #UNLIMITED} for no limit
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxCallsPerInvocation(int maxCalls) {
            this.maxCalls = atLeast(1, maxCalls, "maxCallsPerInvocation");
            return this;
        }

        /**
         * Sets how many calls of each tool the model may ask for in one invocation, over all its rounds; unlimited by
         * default. All tools that do not exist count as one. See {@link #maxCallsPerInvocation} for what becomes of the
         * others.
         *
         * @param maxCalls at least 1; {@link #UNLIMITED} for no limit
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxCallsPerTool(int maxCalls) {
            maxCallsOfTool = atLeast(1, maxCalls, "maxCallsPerTool");
            return this;
        }

        /**
         * Sets how many calls of one tool the model may ask for in one invocation, in place of what is set for
         * {@linkplain #maxCallsPerTool(int) each}.
         *
         * @param tool the name of the tool
         * @param maxCalls at least 1; {@link #UNLIMITED} for no limit
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxCallsPerTool(String tool, int maxCalls) {
            maxCallsOfTools.put(
                    Objects.requireNonNull(tool, "tool"), atLeast(1, maxCalls, "maxCallsPerTool of '" + tool + "'"));
            return this;
        }

        /**
         * Sets in how many rounds in a row the model may have a call repeated, with the same arguments, that gives the same
         * result; unlimited by default. When it asks for the call in the round after these, the call is not run, and its
         * error result asks the model not to repeat it. If the model goes on, the invocation ends, see
         * {@link #maxCallsPerInvocation}. A call whose result changes is no repeated one, such as one that asks how far a
         * job has come; nor is one that is not in each of the rounds; equal calls of one response count as one.
         *
         * @param maxRounds at least 2, since a single call repeats nothing; {@link #UNLIMITED} for no limit
         * @return this
         * @throws IllegalArgumentException if it is below 2
         */
        public Builder maxRepeatedCalls(int maxRounds) {
            maxRepeats = atLeast(2, maxRounds, "maxRepeatedCalls");
            return this;
        }

        static int atLeast(int bound, int value, String name) {
            if (value < bound) {
                throw new IllegalArgumentException(name + " must be >= " + bound + ", was " + value);
            }
            return value;
        }

        /**
         * Sets how long the arguments of a call may be; unlimited by default. A call with longer ones fails without being
         * run.
         *
         * @param maxBytes the most bytes of their JSON text in UTF-8, at least 1
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxArgumentBytes(int maxBytes) {
            engine.maxArgumentBytes(maxBytes);
            return this;
        }

        /**
         * Sets how long what a call tells the model may be, its result or its error; unlimited by default. What is counted
         * says {@link ResultLimit}. Hooks and interceptors see the whole.
         *
         * @param limit how long, and what becomes of a longer one
         * @return this
         */
        public Builder resultLimit(ResultLimit limit) {
            engine.resultLimit(limit);
            return this;
        }

        /**
         * Sets whether the first call that does not succeed cancels the rest of its batch; false by default. A call of a tool
         * that does not exist is one that does not succeed.
         *
         * @param failFast true to cancel
         * @return this
         */
        public Builder failFast(boolean failFast) {
            engine.failFast(failFast);
            return this;
        }

        /**
         * Sets whether equal calls of a batch that only read are executed once, and all have that outcome; unless a call
         * between them writes what they read. False by default.
         *
         * @param coalescing true to execute them once
         * @return this
         */
        public Builder coalescing(boolean coalescing) {
            engine.coalescing(coalescing);
            return this;
        }

        /**
         * Sets whether an argument may refer to the result of an earlier call of the same response; false by default.
         * <code>${1}</code> is the result of the first call, <code>${1.results[0].title}</code> a part of it: searching
         * and analysing what was found is one response then, not two. The model is told so with the system message, and
         * tool schemas allow references where a number, a truth value, a list or an object stands; neither is kept in the
         * conversation. See {@link ToolCallExecutor.Builder#chaining} for what is put in, and what is an error; and
         * {@link ToolPolicy.Builder#references} for tools that write, which take no references unless their policy allows
         * it.
         *
         * @param chaining true to chain calls
         * @return this
         */
        public Builder chaining(boolean chaining) {
            engine.chaining(chaining);
            return this;
        }

        /**
         * Sets which calls of a streamed response start before it is complete; {@link EarlyStart#READS} by default. The others
         * start with the message.
         *
         * @param earlyStart which calls
         * @return this
         * @throws NullPointerException if it is null
         */
        public Builder earlyStart(EarlyStart earlyStart) {
            this.earlyStart = Objects.requireNonNull(earlyStart, "earlyStart");
            return this;
        }

        /**
         * Sets whether conflicting calls of different batches exclude each other, so that their order is not set but they
         * do not overlap; false by default. A call takes all its resources at once or none. A call that is made within
         * another call's body waits for the resources of other conversations for {@link #heldResourceTimeout} at most,
         * since it holds up others meanwhile.
         *
         * @param exclusive true to exclude
         * @return this
         */
        public Builder exclusiveAcrossConversations(boolean exclusive) {
            engine.exclusiveAcrossConversations(exclusive);
            return this;
        }

        /**
         * Sets whether the hooks of an AI service ({@code beforeToolExecution}, {@code afterToolExecution}), its handlers of
         * errors and of tools that are not there, and the callbacks of its streams may run at the same time within one
         * invocation; false by default. Then each of them runs when no
         * other does, on whatever thread, and sees what those before it have written: first the callbacks, then the hooks in
         * the order of the calls, of those that are there at a time. {@code beforeToolExecution} is called for one call after
         * the other, and no tool is started before it has returned for all calls before it that could be started as early;
         * if it throws, no later call is started. Tools overlap all the same. A hook or callback must not wait for another.
         * Those of different invocations do overlap.
         *
         * @param overlapping true for hooks and callbacks that are thread-safe, and slow
         * @return this
         */
        public Builder overlappingHooks(boolean overlapping) {
            this.overlappingHooks = overlapping;
            return this;
        }

        /**
         * Makes the instance.
         *
         * @return the instance
         */
        public ParallelTools build() {
            return new ParallelTools(this);
        }
    }
}
