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
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * <p>Thread-safe. Any number of batches can run at the same time, each with its own limit of concurrency. A tool may
 * call the same executor.
 */
public final class ToolCallExecutor implements AutoCloseable {

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
     * For integrations: makes an executor with the settings of their own builder. Later changes of the builder do not
     * affect it.
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
     * @throws RoundSuspendedException if calls are pending ({@link CallPendingException}, {@link Approval#pending}) and nothing
     *     else can go on: to be {@linkplain #resume(SuspendedRound, Map, ToolSet) resumed}; nothing of the round runs any more
     */
    public List<CallResult> execute(List<ToolCall> calls, ToolSet tools) {
        return batches.execute(null, calls, tools);
    }

    /**
     * Executes a batch of one of several conversations, see {@link #execute(List, ToolSet)}. Calls wait for conflicting
     * abandoned calls of the same conversation. All batches without a conversation belong to one.
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
     * Goes on with a round that was suspended, here or in another process. Calls that had ended are not run again; those that
     * were approved run without being asked for again, with edited arguments planned anew with these; those that were refused
     * fail with the reason; calls without a decision stay pending, and the round may be suspended again. Then
     * resume the new {@link SuspendedRound} only: with the old one the same calls would run twice.
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
     * @param decisions by the places of pending calls, from 0 ({@link Integer}), or their ids ({@link String})
     * @param tools the tools of all its calls
     * @return one result for each call, in call order, those that had ended before included
     * @throws IllegalArgumentException if a decision is of a call that is not pending, or does not fit what that waits for
     * @throws IllegalStateException if a {@link RoundGuard} confines the round to the current thread, and calls stay pending;
     *     nothing has run then, nor if a guard refuses the round, whose exception leaves this
     * @throws RoundSuspendedException if it is suspended again
     */
    public List<CallResult> resume(SuspendedRound suspended, Map<?, ? extends Decision> decisions, ToolSet tools) {
        return batches.resume(null, suspended.decide(decisions), tools);
    }

    /**
     * Goes on with a round of one of several conversations, see {@link #resume(SuspendedRound, Map, ToolSet)}.
     *
     * @param suspended the round
     * @param decisions by places or ids
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
        if (size < 1) {
            throw new IllegalArgumentException("size must be >= 1, was " + size);
        }
        return batches.executeInChunks(calls, tools, size);
    }

    /**
     * Executes the calls of a batch that did not succeed once more, as a batch of their own, safe to repeat or not: the
     * caller must weigh what a failed call may have done. References to calls that succeeded get these calls' results.
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
     * Executes some of the calls of a batch that did not succeed once more, as a batch of their own.
     *
     * @param results the results of a batch, in call order
     * @param tools the tools
     * @param which selects the unsuccessful results to try again
     * @return the results in the same order; all others are unchanged
     */
    public List<CallResult> retryFailed(List<CallResult> results, ToolSet tools, Predicate<? super CallResult> which) {
        return batches.retry(results, tools, which);
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
     * Cancels all running and future rounds: no further call starts, running calls are interrupted, and the results of
     * the others say so. Does not wait for that. Closing again does nothing.
     */
    @Override
    public void close() {
        settings.closing().cancel("the executor was closed");
    }

    /**
     * The rounds that were under way when the process ended that ran them, as far as the {@linkplain SettingsBuilder#journal
     * journal} has them: each to be {@linkplain #resume(SuspendedRound, Map, ToolSet) resumed}. Calls that had ended keep their
     * results. Those that had not started, or only read, or are idempotent, will run. The others that had started may have
     * happened ({@link dev.interlock.durable.PendingKind#MAY_HAVE_HAPPENED}): they never run without a decision that says so.
     *
     * @return a snapshot, the round that began first in front
     * @throws IllegalStateException if there is no journal
     * @throws dev.interlock.durable.journal.JournalException if it cannot be read
     */
    public List<SuspendedRound> recover() {
        RoundJournal journal = settings.journal();
        if (journal == null) {
            throw new IllegalStateException("there is no journal to recover from");
        }
        return journal.unfinished();
    }

    /**
     * Returns what calls have touched so far, next to what their effects say: what these do not cover, and which
     * effects say more than any call did.
     *
     * @return a snapshot; without tools if {@link SettingsBuilder#audit} is off
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
        Within.Scope scope = Within.current().scope();
        return closed != null || scope == null ? closed : scope.reason();
    }

    /**
     * For integrations: returns this executor's rounds, for calls of their own.
     *
     * @return the rounds
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
