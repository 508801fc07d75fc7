package dev.interlock.temporal;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.execution.Concurrency;
import dev.interlock.execution.Rounds;
import dev.interlock.execution.SettingsBuilder;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.temporal.WorkerTools.Tool;
import io.temporal.worker.Worker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets Temporal workers run rounds: it has the tools, and the settings of their calls. Each round is a workflow, and
 * each attempt of a call is an activity. So a round outlives the processes that run it, and any worker of its task
 * queue may run any call.
 *
 * {@snippet :
 * TemporalRounds rounds = TemporalRounds.builder(ToolSet.of(
 *                 ToolDefinition.of("balance", Effects.reads("account/{id}"), call -> bank.balance(call.arguments())),
 *                 ToolDefinition.of("charge", Effects.writes("account/{id}"), call -> bank.charge(call.arguments()))))
 *         .needsApproval(call -> call.tool().equals("charge"))
 *         .build();
 * Worker worker = factory.newWorker("rounds");
 * rounds.registerWith(worker);
 * factory.start();
 *
 * List<CallResult> results = new RoundClient(workflowClient, "rounds").execute("order-4711/round-1", calls);
 * }
 *
 * <p>All workers of a task queue must have the same tools. The worker that begins a round plans it once: what its calls
 * access, and how they run. Thread-safe.
 */
public final class TemporalRounds implements AutoCloseable {

    private final ToolCallExecutor executor;
    private final ToolActivities activities;

    private TemporalRounds(ToolCallExecutor executor, ToolActivities activities) {
        this.executor = executor;
        this.activities = activities;
    }

    /**
     * Starts with the defaults of a {@link ToolCallExecutor}.
     *
     * @param tools the tools that calls may name
     * @return a new builder
     */
    public static Builder builder(ToolSet tools) {
        return new Builder(tools);
    }

    /**
     * Registers rounds and their calls with a worker. Call this before the worker starts.
     *
     * @param worker the worker; its other registrations stay
     */
    public void registerWith(Worker worker) {
        worker.registerWorkflowImplementationFactory(RoundWorkflow.class, DurableRound::new);
        worker.registerActivitiesImplementations(activities);
    }

    /** Cancels all running and future calls in this process. Call this after shutting down the workers. */
    @Override
    public void close() {
        executor.close();
    }

    /**
     * Builds {@link TemporalRounds}. Not thread-safe.
     *
     * <p>The settings are those of an executor. What is said of a round, as {@link #maxConcurrency},
     * {@link #maxCallsPerBatch}, {@link #roundTimeout} and {@link #failFast}, holds for the whole round, on whatever
     * workers its calls run. What is said across rounds, as caps of tools and groups, {@link #totalConcurrency} and
     * {@link #exclusiveAcrossConversations}, holds for the calls of one worker process; {@link #replicaLimits} for
     * those of all. Listeners and guards see each attempt as a round of one call, on the worker that runs it.
     * {@link #coalescing} has no effect.
     */
    public static final class Builder extends SettingsBuilder<Builder> {

        private final ToolSet tools;
        private final Map<String, ToolPolicy> policies = new HashMap<>();
        private Concurrency concurrency = Concurrency.DEFAULT;
        private int maxCalls = Integer.MAX_VALUE;
        private @Nullable Duration timeout;
        private @Nullable Duration callTimeout;
        private @Nullable Duration roundTimeout;
        private Duration gracePeriod = Duration.ofMillis(250);
        private Duration heldResourceTimeout = Duration.ofSeconds(10);
        private Duration heartbeatTimeout = Duration.ofSeconds(10);
        private boolean failFast;
        private boolean decideLost;
        private @Nullable Predicate<? super ToolCall> needsApproval;

        private Builder(ToolSet tools) {
            this.tools = Objects.requireNonNull(tools, "tools");
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets which calls wait for approval by a signal before they run; none by default. The wait may take any time
         * and holds no thread. It counts for {@link #roundTimeout} but not for {@link #callTimeout}.
         *
         * <p>What decides is the call that the tool gets. So the function meets no {@linkplain #chaining reference}: it
         * is asked about a call that uses results when these are there, with the results in its arguments.
         *
         * @param needsApproval called when the round is planned, or when a call's references have been replaced; must
         *     be quick. If it throws, the call waits for approval
         * @return this
         */
        public Builder needsApproval(Predicate<? super ToolCall> needsApproval) {
            this.needsApproval = Objects.requireNonNull(needsApproval, "needsApproval");
            return this;
        }

        /**
         * Sets after how long without a sign of life a worker counts as lost; 10 s by default. Another worker then
         * repeats its calls that only read or are idempotent. This is also the longest time until a cancel reaches a
         * tool.
         *
         * @param heartbeatTimeout more than zero
         * @return this
         * @throws IllegalArgumentException if it is not more than zero
         */
        public Builder heartbeatTimeout(Duration heartbeatTimeout) {
            this.heartbeatTimeout = positive(heartbeatTimeout, "heartbeatTimeout");
            return this;
        }

        /**
         * Sets what happens to a call that must not run twice if its worker is lost while its tool runs. By default the
         * call times out, and its message says that it may have taken effect.
         *
         * @param decideLost true to make it, and all calls that conflict with it, wait for a decision
         * @return this
         */
        public Builder decideLost(boolean decideLost) {
            this.decideLost = decideLost;
            return this;
        }

        @Override
        public Builder policy(String tool, ToolPolicy policy) {
            policies.put(Objects.requireNonNull(tool, "tool"), Objects.requireNonNull(policy, "policy"));
            return super.policy(tool, ofAttempt(policy));
        }

        @Override
        public Builder concurrency(Concurrency concurrency) {
            this.concurrency = Objects.requireNonNull(concurrency, "concurrency");
            return this;
        }

        @Override
        public Builder timeout(Duration timeout) {
            this.timeout = positive(timeout, "timeout");
            return super.timeout(timeout);
        }

        @Override
        public Builder callTimeout(Duration callTimeout) {
            this.callTimeout = positive(callTimeout, "callTimeout");
            return this;
        }

        @Override
        public Builder roundTimeout(Duration roundTimeout) {
            this.roundTimeout = positive(roundTimeout, "roundTimeout");
            return this;
        }

        @Override
        public Builder gracePeriod(Duration gracePeriod) {
            this.gracePeriod = positive(gracePeriod, "gracePeriod");
            return super.gracePeriod(gracePeriod);
        }

        @Override
        public Builder heldResourceTimeout(Duration heldResourceTimeout) {
            this.heldResourceTimeout = positive(heldResourceTimeout, "heldResourceTimeout");
            return super.heldResourceTimeout(heldResourceTimeout);
        }

        @Override
        public Builder maxCallsPerBatch(int maxCalls) {
            this.maxCalls = maxCalls;
            return super.maxCallsPerBatch(maxCalls);
        }

        /**
         * There is none for these rounds: the history of the workflow has what they have done, and a journal would have
         * a worker run again what another one has taken over.
         *
         * @throws UnsupportedOperationException always
         */
        @Override
        public Builder journal(RoundJournal journal) {
            throw new UnsupportedOperationException(
                    "rounds on Temporal take no journal: the workflow's history serves as one");
        }

        @Override
        public Builder failFast(boolean failFast) {
            this.failFast = failFast;
            return this;
        }

        /**
         * Builds the rounds. Later changes of this builder do not affect them.
         *
         * @return the rounds
         */
        public TemporalRounds build() {
            ToolCallExecutor executor = ToolCallExecutor.of(this);
            WorkerSettings settings = new WorkerSettings(
                    concurrency.limit(),
                    maxCalls,
                    timeout,
                    callTimeout,
                    roundTimeout,
                    failFast,
                    decideLost,
                    heartbeatTimeout,
                    gracePeriod,
                    heldResourceTimeout,
                    needsApproval);
            Rounds rounds = executor.rounds();
            Map<String, Tool> bound = new HashMap<>();
            for (String name : tools.names()) {
                bound.put(name, bind(Objects.requireNonNull(tools.find(name)), rounds));
            }
            rounds.offered(bound.keySet());
            Rounds resolving = ToolCallExecutor.builder().chaining(true).build().rounds();
            return new TemporalRounds(
                    executor, new ToolActivities(new WorkerTools(rounds, resolving, bound, settings)));
        }

        private Tool bind(ToolDefinition tool, Rounds rounds) {
            ToolPolicy policy = policies.getOrDefault(tool.name(), tool.policy());
            var binding = rounds.bind(forAttempt(tool));
            return new Tool(tool, binding, binding.policy().idempotent() ? policy.asIdempotent() : policy);
        }

        private static ToolDefinition forAttempt(ToolDefinition tool) {
            ToolDefinition.Builder copy = ToolDefinition.builder(tool.name(), tool.body())
                    .description(tool.description())
                    .policy(ofAttempt(tool.policy()))
                    .inferable(tool.inferable());
            if (tool.parametersKnown()) {
                copy.parameters(tool.parameters());
            }
            if (tool.effects() != null) {
                copy.effects(tool.effects(), tool.source(), tool.said());
            }
            return copy.build();
        }

        /**
         * Returns the policy for one attempt, without retries, which the server makes, and without the call's limit,
         * which the workflow applies.
         */
        private static ToolPolicy ofAttempt(ToolPolicy policy) {
            return new ToolPolicy(
                    policy.timeout(),
                    null,
                    0,
                    policy.idempotent(),
                    policy.maxConcurrency(),
                    null,
                    policy.references(),
                    policy.parameterReferences());
        }

        private static Duration positive(Duration limit, String name) {
            if (Objects.requireNonNull(limit, name).isZero() || limit.isNegative()) {
                throw new IllegalArgumentException(name + " must be > 0 ms, was " + limit.toMillis() + " ms");
            }
            return limit;
        }
    }
}
