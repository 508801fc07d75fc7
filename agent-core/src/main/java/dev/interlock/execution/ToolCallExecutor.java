package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.footprint.AuditReport;
import dev.interlock.plan.CallPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
 * <p>Thread-safe. Any number of batches can run at the same time, each with its own limit of concurrency. A tool may
 * call the same executor.
 */
public final class ToolCallExecutor implements AutoCloseable {

    /** The longest time that fits into nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final RoundSettings settings;
    private final Rounds rounds;
    private final Batches batches;

    private ToolCallExecutor(SettingsBuilder<?> builder) {
        ToolBinder binder = builder.toolBinder();
        this.settings = builder.roundSettings();
        binder.listeners(settings.listeners());
        this.rounds = new Rounds(settings, binder);
        this.batches = new Batches(rounds, binder, settings.chaining());
    }

    /**
     * Starts an executor with the defaults: 5 calls at a time, no time limits, undeclared tools serial, inference on.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * For integrations: creates an executor with the settings of the integration's own builder. Later changes of the
     * builder do not affect it.
     *
     * @param builder the settings
     * @return a new executor
     */
    public static ToolCallExecutor of(SettingsBuilder<?> builder) {
        return new ToolCallExecutor(builder);
    }

    /**
     * Executes a batch on the current thread and on threads of its own. Returns when all calls have ended.
     *
     * <p>A call of a tool that {@code tools} lacks fails, and is a barrier. An interrupt of the current thread lets no
     * further call start and interrupts running calls. On return the interrupt flag is set.
     *
     * @param calls the calls in the model's order
     * @param tools the tools they may call
     * @return one result for each call, in call order
     * @throws NullPointerException if an argument or a call is null
     * @throws RoundSuspendedException if calls are pending ({@link CallPendingException}, {@link Approval#pending}) and
     *     no other call can go on. Nothing of the round runs any more;
     *     {@linkplain #resume(SuspendedRound, Map, ToolSet) resume} it later
     */
    public List<CallResult> execute(List<ToolCall> calls, ToolSet tools) {
        return batches.execute(null, calls, tools);
    }

    /**
     * Executes a batch of one of several conversations, see {@link #execute(List, ToolSet)}. Calls wait for conflicting
     * abandoned calls of the same conversation. All batches that name no conversation share one.
     *
     * @param calls the calls in the model's order
     * @param tools the tools they may call
     * @param conversation identifies the conversation by its {@code equals}, which runs under a lock and must not block
     * @return one result for each call, in call order
     */
    public List<CallResult> execute(List<ToolCall> calls, ToolSet tools, Object conversation) {
        return batches.execute(Objects.requireNonNull(conversation, "conversation"), calls, tools);
    }

    /**
     * Resumes a suspended round, here or in another process. Calls that had ended do not run again. Approved calls run,
     * and no interceptor asks about them again; edited arguments are planned anew. Refused calls fail with the reason.
     * Calls without a decision stay pending, and the round may be suspended again. In that case resume only the new
     * {@link SuspendedRound}: with the old one, the same calls would run twice.
     *
     * {@snippet :
     * try {
     *     results = executor.execute(calls, tools);
     * } catch (RoundSuspendedException suspended) {
     *     store.keep(suspended.round().toJson());
     * }
     * // days later, in any process
     * results = executor.resume(SuspendedRound.fromJson(store.get()), Map.of(2, Decision.approved()), tools);
     * }
     *
     * @param suspended the round
     * @param decisions the decisions about pending calls, by the call's place from 0 ({@link Integer}) or its id
     *     ({@link String})
     * @param tools the tools of all its calls
     * @return one result for each call, in call order, including calls that had ended before
     * @throws IllegalArgumentException if a decision is about a call that is not pending, or does not fit what the call
     *     waits for
     * @throws IllegalStateException if a {@link RoundGuard} confines the round to the current thread, and calls stay
     *     pending. No call has run then. If a guard refuses the round, no call runs, and this method throws the
     *     guard's exception
     * @throws RoundSuspendedException if it is suspended again
     */
    public List<CallResult> resume(SuspendedRound suspended, Map<?, ? extends Decision> decisions, ToolSet tools) {
        return batches.resume(null, suspended.decide(decisions), tools);
    }

    /**
     * Resumes a round of one of several conversations, see {@link #resume(SuspendedRound, Map, ToolSet)}.
     *
     * @param suspended the round
     * @param decisions the decisions, by places or ids
     * @param tools the tools of all its calls
     * @param conversation identifies the conversation, see {@link #execute(List, ToolSet, Object)}
     * @return one result for each call, in call order
     */
    public List<CallResult> resume(
            SuspendedRound suspended, Map<?, ? extends Decision> decisions, ToolSet tools, Object conversation) {
        return batches.resume(Objects.requireNonNull(conversation, "conversation"), suspended.decide(decisions), tools);
    }

    /**
     * Executes a batch in rounds of at most {@code size} calls, one after another. Each chunk begins when the one
     * before has ended. After an interrupt of the current thread, no further call starts. References number the calls
     * of the whole batch. If a chunk is suspended, the exception
     * holds the whole batch; resume it as one round.
     *
     * @param calls the calls in the model's order
     * @param tools the tools they may call
     * @param size the most calls of a chunk, at least 1
     * @return one result for each call, in call order
     * @throws IllegalArgumentException if {@code size} is below 1
     */
    public List<CallResult> executeInChunks(List<ToolCall> calls, ToolSet tools, int size) {
        return batches.executeInChunks(null, calls, tools, size);
    }

    /**
     * Executes a batch of one of several conversations in chunks, see {@link #executeInChunks(List, ToolSet, int)}.
     *
     * @param calls the calls in the model's order
     * @param tools the tools they may call
     * @param size the most calls of a chunk, at least 1
     * @param conversation identifies the conversation, see {@link #execute(List, ToolSet, Object)}
     * @return one result for each call, in call order
     */
    public List<CallResult> executeInChunks(List<ToolCall> calls, ToolSet tools, int size, Object conversation) {
        return batches.executeInChunks(Objects.requireNonNull(conversation, "conversation"), calls, tools, size);
    }

    /**
     * Repeats the calls of a batch that did not succeed, as a batch of their own. It repeats writes too, so the caller
     * must weigh what a failed call may have done. References to calls that succeeded get these calls' results.
     *
     * <p>The batch has the conversation of the results' calls if one of them was abandoned and still runs, so none runs
     * beside its own first attempt. For all other abandoned calls of a conversation,
     * {@linkplain #retryFailed(List, ToolSet, Predicate, Object) name it}.
     *
     * @param results the results of a batch, in call order
     * @param tools the tools
     * @return the results in the same order; results of calls that had succeeded are unchanged
     * @see #retryFailed(List, ToolSet, Predicate)
     */
    public List<CallResult> retryFailed(List<CallResult> results, ToolSet tools) {
        return retryFailed(results, tools, result -> true);
    }

    /**
     * Repeats some of the calls of a batch that did not succeed, as a batch of their own.
     *
     * @param results the results of a batch, in call order
     * @param tools the tools
     * @param which selects the unsuccessful results to try again
     * @return the results in the same order; all others are unchanged
     */
    public List<CallResult> retryFailed(List<CallResult> results, ToolSet tools, Predicate<? super CallResult> which) {
        return batches.retry(settings.abandoned().conversationOf(results), results, tools, which);
    }

    /**
     * Repeats some of the unsuccessful calls of a batch of one of several conversations.
     *
     * @param results the results of a batch, in call order
     * @param tools the tools
     * @param which selects the unsuccessful results to try again
     * @param conversation identifies the conversation, see {@link #execute(List, ToolSet, Object)}
     * @return the results in the same order; all others are unchanged
     */
    public List<CallResult> retryFailed(
            List<CallResult> results, ToolSet tools, Predicate<? super CallResult> which, Object conversation) {
        return batches.retry(Objects.requireNonNull(conversation, "conversation"), results, tools, which);
    }

    /**
     * Returns the calls that ignored their interrupt past the grace period and still run; the call abandoned first
     * comes first. Until such a call ends or is released, conflicting calls of its conversation wait, at most
     * {@link SettingsBuilder#heldResourceTimeout}, and then fail.
     *
     * @return a snapshot
     */
    public List<AbandonedCall> abandoned() {
        return settings.abandoned().list();
    }

    /**
     * Releases the resources of an abandoned call, at the risk that it still changes them.
     *
     * @param id the {@linkplain AbandonedCall#id() number} of the call
     * @return false if the call has ended, or was released before
     */
    public boolean release(long id) {
        return settings.abandoned().release(id);
    }

    /**
     * Returns the rounds that run now, by the numbers that events and reports have of them. A suspended round does not
     * run.
     *
     * @return a snapshot
     */
    public Set<Long> runningRounds() {
        return settings.closing().rounds().stream()
                .filter(CallRound.class::isInstance)
                .map(round -> ((CallRound) round).number())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Waits until no round runs, for an application that is about to stop. It keeps no round from beginning meanwhile
     * or afterwards; {@link #close()} cancels all rounds, later ones included.
     *
     * {@snippet :
     * if (!executor.awaitIdle(Duration.ofSeconds(30))) {
     *     log.warn("Cancelling {} rounds", executor.runningRounds().size());
     * }
     * executor.close();
     * }
     *
     * <p>Do not call it within a tool of this executor: that tool's round would run until the time has passed.
     *
     * @param longest the longest wait; zero or less only looks
     * @return whether no round runs; false if some still run after that time
     * @throws InterruptedException if the current thread is interrupted
     */
    public boolean awaitIdle(Duration longest) throws InterruptedException {
        Duration most = longest.compareTo(LONGEST) < 0 ? longest : LONGEST;
        return settings.closing().awaitNoRounds(most.isNegative() ? 0 : most.toNanos());
    }

    /**
     * Cancels all running and future rounds: no further call starts, running calls are interrupted, and the results of
     * the others say so. Does not wait for that. Closing again does nothing.
     */
    @Override
    public void close() {
        settings.closing().cancel("the executor was closed");
    }

    /**
     * Returns the {@linkplain SettingsBuilder#journal journal's} rounds whose process has ended, for the caller to
     * {@linkplain #resume(SuspendedRound, Map, ToolSet) resume}. Calls that had ended keep their results. Calls that
     * had not started will run, and so will calls that only read or are idempotent. Any other call that had started may
     * have happened ({@link dev.interlock.durable.PendingKind#MAY_HAVE_HAPPENED}): it never runs without a decision
     * that says so.
     *
     * @return a snapshot, in the order in which the rounds began
     * @throws IllegalStateException if there is no journal
     * @throws dev.interlock.durable.journal.JournalException if it cannot be read
     */
    public List<SuspendedRound> recover() {
        RoundJournal journal = settings.journal();
        if (journal == null) {
            throw new IllegalStateException("cannot recover rounds: this executor has no journal");
        }
        return journal.unfinished();
    }

    /**
     * Compares what calls have touched so far with their effects. The report lists what effects do not cover, and
     * effects that claim more than any call did.
     *
     * @return a snapshot; it has no tools if {@link SettingsBuilder#audit} is off
     */
    public AuditReport auditReport() {
        FootprintWatch watch = settings.watch();
        return watch == null ? new AuditReport(List.of()) : watch.report();
    }

    /**
     * Executes a batch with undeclared tools, given only by their bodies, see {@link #execute(List, ToolSet)}.
     *
     * @param calls the calls in the model's order
     * @param tools bodies by the names of the tools
     * @return one result for each call, in call order
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
        return batches.plan(calls, tools);
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
     * Returns why the current thread's work was cancelled: by a {@link Cancellation} around it, or by closing this
     * executor.
     *
     * @return the reason, or null if it was not
     */
    public @Nullable String cancelled() {
        String closed = settings.closing().reason();
        Within.Cancellations around = Within.current().cancellations();
        return closed != null || around == null ? closed : around.reason();
    }

    /**
     * For integrations: returns what makes rounds with this executor's settings, for an integration's own calls.
     *
     * @return the maker of rounds
     */
    public Rounds rounds() {
        return rounds;
    }

    /** Builds a {@link ToolCallExecutor}. Not thread-safe. */
    public static final class Builder extends SettingsBuilder<Builder> {

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Builds the executor. Later changes of this builder do not affect it.
         *
         * @return a new executor
         */
        public ToolCallExecutor build() {
            return of(this);
        }
    }
}
