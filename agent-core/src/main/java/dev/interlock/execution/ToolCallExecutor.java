package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.interlock.event.RoundListener;
import dev.interlock.plan.CallPlan;
import dev.interlock.schedule.Limits;
import dev.interlock.share.Caps;
import dev.interlock.share.SharedLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;
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
public final class ToolCallExecutor implements AutoCloseable {

    private final RoundSettings settings;
    private final ToolBinder binder;
    private final Rounds rounds;

    private ToolCallExecutor(Builder builder) {
        this.settings = new RoundSettings(
                new Limits(
                        builder.maxConcurrency.limit(),
                        Limits.toNanos(builder.timeout),
                        Limits.toNanos(builder.callTimeout),
                        Limits.toNanos(builder.roundTimeout),
                        Limits.toNanos(builder.gracePeriod),
                        Limits.toNanos(builder.heldResourceTimeout),
                        builder.failFast),
                new BatchLimits(builder.maxCalls, builder.maxArgumentBytes, builder.resultLimit),
                builder.coalescing,
                builder.chaining,
                builder.threadFactory,
                List.copyOf(builder.propagators),
                List.copyOf(builder.interceptors),
                RoundSettings.beforeTurn(builder.interceptors),
                List.copyOf(builder.listeners),
                builder.time,
                new SharedLimits(builder.exclusiveAcrossConversations),
                new AbandonedCalls(),
                new CancelSignal());
        this.binder = new ToolBinder(
                Map.copyOf(builder.effects),
                Map.copyOf(builder.policies),
                builder.undeclared,
                builder.inference,
                new Caps(builder.groups, builder.maxConcurrencyOfAll));
        this.rounds = new Rounds(settings, binder);
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
        return executeIn(null, calls, tools);
    }

    /**
     * Executes a batch of one of several conversations, see {@link #execute(List, ToolSet)}. Calls of a conversation wait
     * for abandoned calls of the same conversation that they conflict with; batches without a conversation are all of one.
     *
     * @param calls the calls in the model's order
     * @param tools the tools they may call
     * @param conversation identifies the conversation by its {@code equals}, which runs under a lock: it must not block
     * @return one result a call, in call order
     */
    public List<CallResult> execute(List<ToolCall> calls, ToolSet tools, Object conversation) {
        return executeIn(Objects.requireNonNull(conversation, "conversation"), calls, tools);
    }

    private List<CallResult> executeIn(@Nullable Object conversation, List<ToolCall> calls, ToolSet tools) {
        Round round = rounds.round(tasks(calls, tools), null, conversation, rounds.captureContext());
        return resultsOf(round);
    }

    /** Executes a round. */
    private static List<CallResult> resultsOf(Round round) {
        round.execute();
        Throwable error = round.frame().internalError();
        if (error != null) {
            throw new IllegalStateException("round " + round.frame().number() + " ended by an internal error", error);
        }
        return round.results();
    }

    private List<BodyCall> tasks(List<ToolCall> calls, ToolSet tools) {
        List<BodyCall> tasks = new ArrayList<>(calls.size());
        for (ToolCall call : calls) {
            tasks.add(bodyCall(call, tools));
        }
        return tasks;
    }

    private BodyCall bodyCall(ToolCall call, ToolSet tools) {
        ToolDefinition tool = tools.find(call.tool());
        return new BodyCall(call, tool, binder.bindingOf(tool, call.tool()), tools);
    }

    /** References count in the whole list, whichever of its calls the round has. */
    private List<BodyCall> countingTasks(List<ToolCall> calls, ToolSet tools) {
        List<BodyCall> tasks = tasks(calls, tools);
        if (settings.chaining()) {
            for (int i = 0; i < tasks.size(); i++) {
                tasks.get(i).referTo(tasks, i);
            }
        }
        return tasks;
    }

    /**
     * Executes a batch in rounds of at most {@code size} calls, one after another: each chunk begins when the one before
     * has ended. If the current thread is interrupted, no further call starts. References count the calls of the whole
     * batch.
     *
     * @param calls the calls in the model's order
     * @param tools the tools they may call
     * @param size the most calls of a chunk, at least 1
     * @return one result a call, in call order
     * @throws IllegalArgumentException if {@code size} is below 1
     */
    public List<CallResult> executeInChunks(List<ToolCall> calls, ToolSet tools, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("size must be >= 1, was " + size);
        }
        List<CallResult> results = new ArrayList<>(calls.size());
        List<BodyCall> tasks = countingTasks(calls, tools);
        for (int from = 0; from < calls.size(); from += size) {
            Round round = rounds.round(tasks.subList(from, Math.min(calls.size(), from + size)));
            results.addAll(resultsOf(round));
        }
        return results;
    }

    /**
     * Executes once more the calls of a batch that did not succeed, as a batch of their own, whether or not they are safe
     * to repeat: what a call may have done before it failed is for the caller to weigh. What refers to a call that had
     * succeeded gets the result that this had.
     *
     * @param results the results of a batch, in call order
     * @param tools the tools
     * @return the results, in the same order; those of calls that had succeeded are as they were
     * @see #retryFailed(List, ToolSet, Predicate)
     */
    public List<CallResult> retryFailed(List<CallResult> results, ToolSet tools) {
        return retryFailed(results, tools, result -> true);
    }

    /**
     * Executes once more some of the calls of a batch that did not succeed, as a batch of their own.
     *
     * @param results the results of a batch, in call order
     * @param tools the tools
     * @param which of the results that are no success to try again
     * @return the results, in the same order; those that were not tried again are as they were
     */
    public List<CallResult> retryFailed(List<CallResult> results, ToolSet tools, Predicate<? super CallResult> which) {
        List<CallResult> merged = new ArrayList<>(results);
        List<BodyCall> tasks =
                countingTasks(results.stream().map(CallResult::call).toList(), tools);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            CallResult result = results.get(i);
            if (!result.isSuccess() && which.test(result)) {
                places.add(i);
            } else {
                tasks.get(i).cameTo(result.outcome());
            }
        }
        if (!places.isEmpty()) {
            Round round = rounds.round(places.stream().map(tasks::get).toList());
            List<CallResult> repeated = resultsOf(round);
            for (int i = 0; i < places.size(); i++) {
                merged.set(places.get(i), repeated.get(i));
            }
        }
        return List.copyOf(merged);
    }

    /**
     * The calls that ignored their interrupt past the grace period and still run, the one that was abandoned first in
     * front. Until such a call ends, or is released, calls of its conversation that conflict with it wait, at most for
     * {@link Builder#heldResourceTimeout}, and then fail.
     *
     * @return a snapshot
     */
    public List<AbandonedCall> abandoned() {
        return settings.abandoned().list();
    }

    /**
     * Frees the resources of an abandoned call, at the risk that it still changes them.
     *
     * @param id the {@linkplain AbandonedCall#id() number} of the call
     * @return false if it has ended, or was released before
     */
    public boolean release(long id) {
        return settings.abandoned().release(id);
    }

    /**
     * Cancels all rounds, and those to come: no further call starts, running ones are interrupted, the results of the
     * others say so. Does not wait for that. Does nothing if it was closed before.
     */
    @Override
    public void close() {
        settings.closing().cancel("the executor was closed");
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
        if (settings.chaining()) {
            // The round is never executed.
            Round round = rounds.round(tasks(calls, tools));
            round.frame().findReferences();
            return RoundReporter.plan(Arrays.asList(round.frame().calls()));
        }
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

    /**
     * Whether what the current thread does was cancelled: by a {@link Cancellation} that it runs within, or since this
     * executor was closed.
     *
     * @return the reason, or null if it was not
     */
    public @Nullable String cancelled() {
        String closed = settings.closing().reason();
        Within.Scope scope = Within.current().scope();
        return closed != null || scope == null ? closed : scope.reason();
    }

    /**
     * For integrations: rounds of calls of their own.
     *
     * @return those of this executor
     */
    public Rounds rounds() {
        return rounds;
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
        private final List<CallInterceptor> interceptors = new ArrayList<>();
        private final List<Caps.Group> groups = new ArrayList<>();
        private int maxConcurrencyOfAll = Concurrency.UNLIMITED;
        private int maxCalls = Integer.MAX_VALUE;
        private long maxArgumentBytes = Long.MAX_VALUE;
        private @Nullable ResultLimit resultLimit;
        private boolean failFast;
        private boolean coalescing;
        private boolean chaining;
        private boolean exclusiveAcrossConversations;
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
         * @param threadFactory makes an unstarted thread for each call. It is called on the owner's thread or on that of
         *     another call, so a thread of its making should inherit no thread-locals, see
         *     {@link Thread.Builder#inheritInheritableThreadLocals}
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

        /**
         * Adds an interceptor around every call; the first one added is the outermost.
         *
         * @param interceptor the interceptor
         * @return this
         */
        public Builder interceptor(CallInterceptor interceptor) {
            interceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
            return this;
        }

        /**
         * Sets how many calls of some tools together may run at the same time, in all rounds of this executor.
         *
         * @param maxConcurrency at least 1
         * @param tools the names of the tools; one that ends in {@code *} stands for all that begin with the rest
         * @return this
         * @throws IllegalArgumentException if it is below 1, or there are no tools
         */
        public Builder groupConcurrency(int maxConcurrency, String... tools) {
            atLeastOne(maxConcurrency, "maxConcurrency of a group");
            if (tools.length == 0) {
                throw new IllegalArgumentException("a group needs at least 1 tool, was given 0");
            }
            groups.add(new Caps.Group(Set.copyOf(Arrays.asList(tools)), maxConcurrency));
            return this;
        }

        /**
         * Sets how many calls may run at the same time in all rounds of this executor together; unlimited by default. A
         * call whose body waits for a round of its own does not count.
         *
         * @param maxConcurrency at least 1
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder totalConcurrency(int maxConcurrency) {
            maxConcurrencyOfAll = atLeastOne(maxConcurrency, "totalConcurrency");
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
            this.maxCalls = atLeastOne(maxCalls, "maxCallsPerBatch");
            return this;
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
            this.maxArgumentBytes = atLeastOne(maxBytes, "maxArgumentBytes");
            return this;
        }

        /**
         * Sets how long what a call tells the model may be, its result or the message of its failure; unlimited by
         * default. What failed with a longer message is the cause of the {@link dev.interlock.call.Outcome.Failed} that
         * is in its place.
         *
         * @param limit how long, and what becomes of a longer one
         * @return this
         */
        public Builder resultLimit(ResultLimit limit) {
            this.resultLimit = Objects.requireNonNull(limit, "limit");
            return this;
        }

        /**
         * Sets whether the first call that does not succeed cancels the rest of its batch; false by default.
         *
         * @param failFast true to cancel
         * @return this
         */
        public Builder failFast(boolean failFast) {
            this.failFast = failFast;
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
            this.coalescing = coalescing;
            return this;
        }

        /**
         * Sets whether arguments may refer to results of earlier calls of the same batch; false by default.
         * <code>${1}</code> is the result of the first call, <code>${1.results[0].title}</code> a part of it, if it is
         * JSON. As a whole value it keeps its JSON type, within a longer text it is text; where a parameter's type is
         * known to be another, text becomes a number or a truth value if it is one, and anything becomes text.
         * <code>$${</code> before a digit stands for <code>${</code>; all else that holds a dollar sign is text.
         *
         * <p>Such a call waits for those it refers to. If one of them does not succeed, it is skipped; if a reference is
         * wrong, or the part it names is not there, it fails, and other calls are not affected. What a result holds is
         * never looked through for references. Calls of tools that may write fail if they hold references, unless
         * {@link ToolPolicy.Builder#references} allows them; there parameters can be taken out, too.
         *
         * @param chaining true to replace references
         * @return this
         */
        public Builder chaining(boolean chaining) {
            this.chaining = chaining;
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
            this.exclusiveAcrossConversations = exclusive;
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

        private static int atLeastOne(int limit, String name) {
            if (limit < 1) {
                throw new IllegalArgumentException(name + " must be >= 1, was " + limit);
            }
            return limit;
        }

        private static Duration positive(Duration limit, String name) {
            if (Objects.requireNonNull(limit, name).isZero() || limit.isNegative()) {
                throw new IllegalArgumentException(name + " must be > 0 ms, was " + limit.toMillis() + " ms");
            }
            return limit;
        }
    }
}
