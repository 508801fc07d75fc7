package dev.interlock.langchain4j;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.interlock.event.RoundListener;
import dev.interlock.execution.Concurrency;
import dev.interlock.execution.ContextPropagator;
import dev.interlock.execution.ToolCallExecutor;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import java.time.Duration;
import java.util.Collection;
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
public final class ParallelTools {

    /** No limit of concurrency; what LangChain4j's {@code executeToolsConcurrently()} does. */
    public static final int UNLIMITED = Concurrency.UNLIMITED;

    private final ToolCallExecutor engine;
    private final HandWrittenLoop handWritten;

    private ParallelTools(Builder builder) {
        this.engine = builder.engine.build();
        this.handWritten = new HandWrittenLoop(engine);
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
        context.toolService = new InterlockToolService(engine, context);
        return context;
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
        return handWritten.execute(aiMessage, tools, HandWrittenLoop.newContext());
    }

    /**
     * Executes the tool calls of a response in a hand-written loop. Whatever happens there is one message a request: a
     * failure, arguments that cannot be parsed and an unknown tool give a message with {@code isError()}. If the current
     * thread is interrupted, running calls are interrupted, the messages say so, and the interrupt flag is set on return:
     * the loop should end then.
     *
     * @param aiMessage the response's message
     * @param tools the tools it may call, such as {@code ToolService.findTools(object)}
     * @param invocationContext is passed to the tools
     * @return one message a request, in order; empty if the message holds no request
     */
    public List<ToolExecutionResultMessage> execute(
            AiMessage aiMessage, Collection<AiServiceTool> tools, InvocationContext invocationContext) {
        return handWritten.execute(aiMessage, tools, invocationContext);
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
     * no earlier call of the response conflicts with it. Calls of which nothing is known, and all after the first such,
     * wait for the end of the response. The loop gets the results by {@link #execute(AiMessage, Collection)}, once,
     * for the very message that the handler was given; that executes whatever has not been started.
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
     * <p>If the stream fails, or is cancelled through its handle, calls that run are interrupted and no other starts.
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

    /** Builds a {@link ParallelTools}. Not thread-safe. */
    public static final class Builder {

        private final ToolCallExecutor.Builder engine =
                ToolCallExecutor.builder().contextPropagator(new ManagedContext());

        private Builder() {}

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
            engine.inference(inference);
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
         * Makes the instance.
         *
         * @return the instance
         */
        public ParallelTools build() {
            return new ParallelTools(this);
        }
    }
}
