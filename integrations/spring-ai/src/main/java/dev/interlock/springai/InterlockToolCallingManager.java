package dev.interlock.springai;

import dev.interlock.execution.MdcPropagator;
import dev.interlock.execution.SettingsBuilder;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.micrometer.MicrometerContextPropagator;
import dev.interlock.plan.CallPlan;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.model.tool.internal.ToolCallReactiveContextHolder;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.util.Assert;
import reactor.util.context.ContextView;

/**
 * Executes the tool calls of Spring AI's chat clients: independent ones in parallel, conflicting ones in the model's
 * order.
 *
 * {@snippet :
 * InterlockToolCallingManager manager = InterlockToolCallingManager.builder()
 *         .timeout(Duration.ofSeconds(10))
 *         .build();
 * ChatClient client = ChatClient.builder(chatModel)
 *         .defaultAdvisors(ToolCallingAdvisor.builder().toolCallingManager(manager).build())
 *         .defaultTools(new BankTools())
 *         .build();
 * }
 *
 * <p>In all else it does what {@code DefaultToolCallingManager} does: one answer for each call, in call order, with the
 * same texts, exceptions, limits and observations. It learns what tools touch from annotations on {@code @Tool} methods
 * such as {@link dev.interlock.effect.Reads}, from {@link EffectsMetadata}, from the builder's settings, or by
 * inference. Calls with unknown effects run alone, on the owner.
 *
 * <p>Thread-safe; one manager serves any number of chat clients.
 */
public final class InterlockToolCallingManager implements ToolCallingManager, AutoCloseable {

    private final ManagerSettings.Values settings;
    private final ToolCallExecutor engine;
    private final ToolBindings bindings;

    private InterlockToolCallingManager(Builder builder) {
        this.settings = builder.values();
        this.engine = ToolCallExecutor.of(builder);
        this.bindings =
                new ToolBindings(engine.rounds(), builder.trust(engine.rounds().inference()));
    }

    /**
     * Starts a manager with the defaults of {@code DefaultToolCallingManager} and of {@link SettingsBuilder}. The
     * values registered with Micrometer's context propagation, and SLF4J's MDC, reach the threads of calls.
     *
     * @return a new builder
     */
    public static Builder builder() {
        // Spring AI runs tools on the calling thread, where these values are present.
        return builderWithoutContext()
                .contextPropagator(MicrometerContextPropagator.create())
                .contextPropagator(MdcPropagator.create());
    }

    /**
     * Starts a manager as {@link #builder()} does, but without context. Only propagators that the user adds carry
     * context to the threads of calls.
     *
     * @return a new builder
     */
    public static Builder builderWithoutContext() {
        return new Builder();
    }

    @Override
    public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions chatOptions) {
        Assert.notNull(chatOptions, "chatOptions cannot be null");
        return callbacks(chatOptions).stream()
                .map(ToolCallback::getToolDefinition)
                .toList();
    }

    /**
     * Executes the calls of a response on the current thread and on threads of its own. Returns when all calls have
     * ended.
     *
     * @param prompt the request to the model, with the tools that it may call in its options
     * @param chatResponse the response of the model
     * @return the prompt's messages, the response, and its answers: one for each call, in call order
     * @throws IllegalArgumentException if an argument is null
     * @throws IllegalStateException if the response has no calls, or calls an unknown tool
     * @throws org.springframework.ai.model.tool.ToolCallLimitExceededException if a call is over a limit of the turn
     * @throws java.util.concurrent.CancellationException if the current thread was interrupted or the round was
     *     cancelled; do not ask the model again. The interrupt flag stays set
     * @throws RuntimeException what the processor of failures threw, or what a callback threw other than a
     *     {@code ToolExecutionException}; of several, the earliest call's. All other calls have ended by then
     */
    @Override
    public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse chatResponse) {
        Prepared prepared = prepare(prompt, chatResponse);
        return prepared.run().execute(engine.rounds(), prepared.conversation());
    }

    /**
     * Plans the calls of a response without executing them.
     *
     * @param prompt the request to the model, with the tools that it may call in its options
     * @param chatResponse the response of the model
     * @return which call waits for which, and why
     * @throws IllegalStateException if the response has no calls
     */
    public CallPlan plan(Prompt prompt, ChatResponse chatResponse) {
        return prepare(prompt, chatResponse).run().plan(engine.rounds());
    }

    /**
     * Returns what the manager knows about a tool.
     *
     * @param callback the tool
     * @return the tool's effects and policy, with their source
     */
    public ToolBinding binding(ToolCallback callback) {
        return bindings.of(callback, false);
    }

    /** {@return the engine, which knows the abandoned calls and footprints of all rounds} */
    public ToolCallExecutor engine() {
        return engine;
    }

    /** Cancels all running and future rounds, see {@link ToolCallExecutor#close}. */
    @Override
    public void close() {
        engine.close();
    }

    private record Prepared(ResponseRun run, @Nullable Object conversation) {}

    private Prepared prepare(Prompt prompt, ChatResponse chatResponse) {
        Assert.notNull(prompt, "prompt cannot be null");
        Assert.notNull(chatResponse, "chatResponse cannot be null");
        Generation response = calling(chatResponse);
        ToolCallingChatOptions options = prompt.getOptions() instanceof ToolCallingChatOptions calling ? calling : null;
        RequestTools tools = new RequestTools(callbacks(options), settings.fallback());
        engine.rounds().offered(tools.names());
        ToolContext context = context(options);
        Object conversation = conversation(context, prompt.getInstructions());
        ResponseRun run = new ResponseRun(prompt.getInstructions(), response);
        run.prepare(tools, bindings, settings.limits(), surroundings(context, conversation));
        return new Prepared(run, conversation);
    }

    /** The conversation that the context names; else that of the enclosing tool call; else the turn. */
    private @Nullable Object conversation(ToolContext context, List<Message> messages) {
        Object known = settings.conversation().apply(context);
        known = known == null ? EnclosingCall.conversation() : known;
        return known == null ? TurnScope.of(messages, engine.abandoned()) : known;
    }

    private static Generation calling(ChatResponse chatResponse) {
        return chatResponse.getResults().stream()
                .filter(generation -> generation.getOutput().hasToolCalls())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No tool call requested by the chat model"));
    }

    private static List<ToolCallback> callbacks(@Nullable ToolCallingChatOptions options) {
        List<ToolCallback> callbacks = options == null ? null : options.getToolCallbacks();
        return callbacks == null ? List.of() : callbacks;
    }

    private static ToolContext context(@Nullable ToolCallingChatOptions options) {
        Map<String, Object> given = options == null ? null : options.getToolContext();
        return new ToolContext(given == null || given.isEmpty() ? Map.of() : new HashMap<>(given));
    }

    /** In a stream the parent observation is in the subscriber's context, otherwise in the thread's. */
    private CallSurroundings surroundings(ToolContext context, @Nullable Object conversation) {
        ContextView reactive = ToolCallReactiveContextHolder.getContext();
        Observation parent = reactive.getOrDefault(
                ObservationThreadLocalAccessor.KEY, settings.registry().getCurrentObservation());
        return new CallSurroundings(
                context,
                reactive,
                parent,
                settings.registry(),
                settings.convention(),
                settings.failures(),
                conversation);
    }

    /**
     * Builds an {@link InterlockToolCallingManager}. It has the settings of {@code DefaultToolCallingManager} and those
     * of the engine. Not thread-safe.
     */
    public static final class Builder extends ManagerSettings<Builder> {

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Builds the manager. Later changes of this builder do not affect it.
         *
         * @return a new manager
         */
        public InterlockToolCallingManager build() {
            return new InterlockToolCallingManager(this);
        }
    }
}
