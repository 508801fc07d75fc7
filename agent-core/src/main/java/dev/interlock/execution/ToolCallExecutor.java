package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.interlock.event.RoundListener;
import dev.interlock.plan.CallPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Executes batches of tool calls: independent ones in parallel, conflicting ones in call order.
 *
 * {@snippet :
 * ToolCallExecutor executor = ToolCallExecutor.builder().maxConcurrency(5).build();
 * ToolSet tools = ToolSet.of(
 *         ToolDefinition.of("balance", Effects.reads("account/{id}"), call -> bank.balance(call.arguments())),
 *         ToolDefinition.of("charge", Effects.writes("account/{id}"), call -> bank.charge(call.arguments())));
 * List<CallResult> results = executor.execute(calls, tools);
 * }
 *
 * <p>Thread-safe; any number of batches may be executed at the same time, each with its own limit of concurrency. A tool
 * may itself call into the same executor.
 */
public final class ToolCallExecutor {

    private final RoundSettings settings;
    private final ToolBinder binder;

    private ToolCallExecutor(Builder builder) {
        this.settings = new RoundSettings(
                builder.maxConcurrency.limit(),
                RoundSettings.toNanos(builder.timeout),
                RoundSettings.toNanos(builder.callTimeout),
                RoundSettings.toNanos(builder.roundTimeout),
                RoundSettings.toNanos(builder.gracePeriod),
                RoundSettings.toNanos(builder.heldResourceTimeout),
                builder.threadFactory,
                null,
                List.copyOf(builder.propagators),
                List.copyOf(builder.listeners),
                builder.time);
        this.binder = new ToolBinder(
                Map.copyOf(builder.effects), Map.copyOf(builder.policies), builder.undeclared, builder.inference);
    }

    /**
     * Starts an executor with the defaults: 5 calls at a time, no limits of time, undeclared tools serial, inference on.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Executes a batch on the current thread and threads of its own, and returns when all of it has ended.
     *
     * <p>A call of a tool that is not in {@code tools} fails, and is a barrier. If the current thread is interrupted, no
     * further call starts, running ones are interrupted, and the interrupt flag is set on return.
     *
     * @param calls the calls in the model's order
     * @param tools the tools they may call
     * @return one result a call, in call order
     * @throws NullPointerException if an argument or a call is null
     */
    public List<CallResult> execute(List<ToolCall> calls, ToolSet tools) {
        List<BodyTask> tasks = new ArrayList<>(calls.size());
        for (ToolCall call : calls) {
            tasks.add(new BodyTask(call, tools.find(call.tool()), binder, tools));
        }
        Round round = round(tasks);
        round.execute();
        return round.results();
    }

    /**
     * Executes a batch with tools of which only the bodies are known, see {@link #execute(List, ToolSet)}.
     *
     * @param calls the calls in the model's order
     * @param tools bodies by the names of the tools
     * @return one result a call, in call order
     */
    public List<CallResult> execute(List<ToolCall> calls, Map<String, ? extends ToolBody> tools) {
        return execute(calls, toolSet(tools));
    }

    /**
     * Plans a batch without executing it.
     *
     * @param calls the calls in the model's order
     * @param tools the tools they may call
     * @return which call waits for which, and why
     * @throws NullPointerException if an argument or a call is null
     */
    public CallPlan plan(List<ToolCall> calls, ToolSet tools) {
        return CallPlan.of(calls.stream()
                .map(call ->
                        binder.bindingOf(tools.find(call.tool()), call.tool()).plan(call))
                .toList());
    }

    /**
     * Plans a batch without executing it, see {@link #plan(List, ToolSet)}.
     *
     * @param calls the calls in the model's order
     * @param tools bodies by the names of the tools
     * @return which call waits for which, and why
     */
    public CallPlan plan(List<ToolCall> calls, Map<String, ? extends ToolBody> tools) {
        return plan(calls, toolSet(tools));
    }

    private static ToolSet toolSet(Map<String, ? extends ToolBody> tools) {
        return ToolSet.of(tools.entrySet().stream()
                .map(entry -> ToolDefinition.of(entry.getKey(), entry.getValue()))
                .toList());
    }

    // For integrations.

    /**
     * For integrations: makes a round of tasks of their own, to be executed on the current thread.
     *
     * @param tasks the calls in the model's order, each task new
     * @return the round
     */
    public Round round(List<? extends CallTask> tasks) {
        return round(tasks, null, captureContext());
    }

    /**
     * For integrations: makes a round whose calls run on a user's executor instead of threads of their own. A call that
     * the executor rejects or leaves lying gets a virtual thread.
     *
     * @param tasks the calls in the model's order, each task new
     * @param carrier runs the calls; null for threads of their own
     * @return the round
     */
    public Round round(List<? extends CallTask> tasks, @Nullable Executor carrier) {
        return round(tasks, carrier, captureContext());
    }

    /**
     * For integrations: makes a round whose calls run in a context that was captured before.
     *
     * @param tasks the calls in the model's order, each task new
     * @param carrier runs the calls; null for threads of their own
     * @param context what {@link #captureContext()} gave
     * @return the round
     */
    public Round round(List<? extends CallTask> tasks, @Nullable Executor carrier, CapturedContext context) {
        return new Round(tasks, carrier == null ? settings : settings.withCarrier(carrier), context);
    }

    /**
     * For integrations: begins a round whose calls come one at a time, while the model still writes.
     *
     * @param carrier runs the calls; null for threads of their own
     * @param context what {@link #captureContext()} gave
     * @return the round
     */
    public StreamedRound streamedRound(@Nullable Executor carrier, CapturedContext context) {
        return StreamedRound.begin(
                new Round(List.of(), carrier == null ? settings : settings.withCarrier(carrier), context));
    }

    /**
     * For integrations: captures the context of the current thread, by the propagators of this executor.
     *
     * @return the context for rounds that are made later, perhaps on other threads
     */
    public CapturedContext captureContext() {
        return CapturedContext.capture(settings.propagators());
    }

    /**
     * For integrations: settles a tool's effects and policy. The first source that speaks wins: this executor's own
     * effects of that name, what the definition declares, inference, and the policy for undeclared tools.
     *
     * @param tool the tool
     * @return the binding, to be kept as long as the tool
     */
    public ToolBinding bind(ToolDefinition tool) {
        return binder.bind(tool);
    }

    /**
     * For integrations: a binding for a name that no tool has. Its calls are barriers.
     *
     * @param name the name
     * @return the binding
     */
    public ToolBinding bindUnknown(String name) {
        return binder.bindUnknown(name);
    }

    /** A call of a tool with a body. */
    private static final class BodyTask extends CallTask {
        private final ToolCall call;
        private final @Nullable ToolDefinition tool;
        private final ToolSet tools;

        BodyTask(ToolCall call, @Nullable ToolDefinition tool, ToolBinder binder, ToolSet tools) {
            super(binder.bindingOf(tool, call.tool()));
            this.call = call;
            this.tool = tool;
            this.tools = tools;
        }

        @Override
        protected ToolCall call() {
            return call;
        }

        @Override
        protected @Nullable Object run() throws Exception {
            if (tool == null) {
                throw new IllegalArgumentException("there is no tool named '" + call.tool() + "', there are "
                        + tools.names().stream().sorted().toList());
            }
            return tool.body().run(call);
        }
    }

    /** Builds a {@link ToolCallExecutor}. Not thread-safe. */
    public static final class Builder {
        private Concurrency maxConcurrency = Concurrency.DEFAULT;
        private @Nullable Duration timeout;
        private @Nullable Duration callTimeout;
        private @Nullable Duration roundTimeout;
        private Duration gracePeriod = Duration.ofMillis(250);
        private Duration heldResourceTimeout = Duration.ofSeconds(10);
        private @Nullable ThreadFactory threadFactory;
        private final List<ContextPropagator> propagators = new ArrayList<>();
        private final List<RoundListener> listeners = new ArrayList<>();
        private final Map<String, Effects> effects = new HashMap<>();
        private final Map<String, ToolPolicy> policies = new HashMap<>();
        private Undeclared undeclared = Undeclared.SERIAL;
        private boolean inference = true;
        private TimeSource time = TimeSource.SYSTEM;

        private Builder() {}

        /**
         * Sets how many calls of a batch may run at the same time; 5 by default.
         *
         * @param maxConcurrency at least 1; {@link Concurrency#UNLIMITED} for no limit
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxConcurrency(int maxConcurrency) {
            return concurrency(Concurrency.of(maxConcurrency));
        }

        /**
         * Sets how many calls of a batch may run at the same time.
         *
         * @param concurrency the limit, such as {@link Concurrency#forIo()}
         * @return this
         */
        public Builder concurrency(Concurrency concurrency) {
            this.maxConcurrency = Objects.requireNonNull(concurrency, "concurrency");
            return this;
        }

        /**
         * Sets the limit of one attempt of a call, from its body's start; none by default.
         *
         * @param timeout more than zero
         * @return this
         */
        public Builder timeout(Duration timeout) {
            this.timeout = positive(timeout, "timeout");
            return this;
        }

        /**
         * Sets the limit of a call with its waits, from the start of its round; none by default.
         *
         * @param callTimeout more than zero
         * @return this
         */
        public Builder callTimeout(Duration callTimeout) {
            this.callTimeout = positive(callTimeout, "callTimeout");
            return this;
        }

        /**
         * Sets the limit of a round: what is unfinished then has timed out; none by default.
         *
         * @param roundTimeout more than zero
         * @return this
         */
        public Builder roundTimeout(Duration roundTimeout) {
            this.roundTimeout = positive(roundTimeout, "roundTimeout");
            return this;
        }

        /**
         * Sets how long an interrupted call may take to end before it is abandoned; 250 ms by default.
         *
         * @param gracePeriod more than zero
         * @return this
         */
        public Builder gracePeriod(Duration gracePeriod) {
            this.gracePeriod = positive(gracePeriod, "gracePeriod");
            return this;
        }

        /**
         * Sets how long a call waits for a resource that an abandoned call holds; 10 s by default.
         *
         * @param heldResourceTimeout more than zero
         * @return this
         */
        public Builder heldResourceTimeout(Duration heldResourceTimeout) {
            this.heldResourceTimeout = positive(heldResourceTimeout, "heldResourceTimeout");
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
            this.threadFactory = Objects.requireNonNull(threadFactory, "threadFactory");
            return this;
        }

        /**
         * Adds a propagator of context to the threads of calls.
         *
         * @param propagator the propagator; the last one added is the outermost
         * @return this
         */
        public Builder contextPropagator(ContextPropagator propagator) {
            propagators.add(Objects.requireNonNull(propagator, "propagator"));
            return this;
        }

        /**
         * Adds a listener.
         *
         * @param listener is told what happens in rounds
         * @return this
         */
        public Builder listener(RoundListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Sets what a tool reads and writes. Wins over all other sources.
         *
         * @param tool the name of the tool
         * @param effects its effects
         * @return this
         */
        public Builder effects(String tool, Effects effects) {
            this.effects.put(Objects.requireNonNull(tool, "tool"), Objects.requireNonNull(effects, "effects"));
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
            policies.put(Objects.requireNonNull(tool, "tool"), Objects.requireNonNull(policy, "policy"));
            return this;
        }

        /**
         * Sets what holds for tools of which nothing is known; {@link Undeclared#SERIAL} by default.
         *
         * @param undeclared serial or parallel
         * @return this
         */
        public Builder undeclared(Undeclared undeclared) {
            this.undeclared = Objects.requireNonNull(undeclared, "undeclared");
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
            return this;
        }

        /** The seam for tests. */
        Builder time(TimeSource time) {
            this.time = time;
            return this;
        }

        /**
         * Makes the executor.
         *
         * @return the executor
         */
        public ToolCallExecutor build() {
            return new ToolCallExecutor(this);
        }

        private static Duration positive(Duration limit, String name) {
            if (Objects.requireNonNull(limit, name).isZero() || limit.isNegative()) {
                throw new IllegalArgumentException(name + " must be > 0 ms, was " + limit.toMillis() + " ms");
            }
            return limit;
        }
    }
}
