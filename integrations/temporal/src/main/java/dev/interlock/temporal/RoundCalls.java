package dev.interlock.temporal;

import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import dev.interlock.temporal.Activities.Decided;
import dev.interlock.temporal.Activities.Producer;
import dev.interlock.temporal.Activities.Suspension;
import dev.interlock.temporal.Activities.Task;
import dev.interlock.temporal.CallProgress.State;
import dev.interlock.temporal.RoundPlan.Terms;
import io.temporal.workflow.WorkflowInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The calls of a round inside its workflow, with their waits and outcomes. */
final class RoundCalls {

    private final String round;
    private final List<RoundRequest.Call> written;
    private final RoundRequest.Call[] calls;
    private final RoundTurns turns;
    private final @Nullable CallReport[] reports;
    private final @Nullable Pending[] pending;

    /** What was decided of those that an attempt has left pending. */
    private final @Nullable Decided[] decided;

    /** Which calls wait for approval, or will or may wait once they have their arguments. */
    private final boolean[] unapproved;

    /** Which calls have literal arguments, because a person gave them or references have been replaced. */
    private final boolean[] literal;

    /**
     * How many attempts had begun before the present one, which follows because a person has decided to run the call
     * again.
     */
    private final int[] attemptsBefore;

    /** When each call's limit began to count. */
    private final long[] countsFrom;

    /**
     * The thing that a pending call waits for.
     *
     * @param suspension how its attempt has left it; null if no attempt has asked
     */
    record Pending(
            PendingKind kind, String reason, @Nullable Suspension suspension) {}

    /**
     * None of them has begun.
     *
     * @param round names the round for tools
     */
    RoundCalls(String round, RoundRequest request, RoundTurns turns, long startMillis) {
        this.round = round;
        this.written = request.calls();
        this.calls = written.toArray(RoundRequest.Call[]::new);
        this.turns = turns;
        this.reports = new CallReport[calls.length];
        this.pending = new Pending[calls.length];
        this.decided = new Decided[calls.length];
        this.unapproved = new boolean[calls.length];
        this.literal = new boolean[calls.length];
        this.attemptsBefore = new int[calls.length];
        this.countsFrom = new long[calls.length];
        Arrays.fill(countsFrom, startMillis);
    }

    /**
     * Names the round of a workflow. Runs of a schedule have the first run in common, and each is a round of its own; a
     * retry of the workflow is the same round, and so is a reset.
     */
    static String nameOf(WorkflowInfo info) {
        String cron = info.getCronSchedule();
        return cron == null || cron.isEmpty() ? info.getFirstExecutionRunId() : info.getOriginalExecutionRunId();
    }

    int size() {
        return calls.length;
    }

    RoundRequest.Call call(int call) {
        return calls[call];
    }

    String tool(int call) {
        return calls[call].tool();
    }

    Terms terms(int call) {
        return turns.terms(call);
    }

    boolean changes(int call) {
        return terms(call).changes();
    }

    /** Gives a call literal arguments. */
    void replace(int call, RoundRequest.Call resolved) {
        calls[call] = resolved;
        literal[call] = true;
    }

    // Waits.

    void needsApproval(int call) {
        unapproved[call] = true;
    }

    boolean isUnapproved(int call) {
        return unapproved[call];
    }

    void needsNoApproval(int call) {
        unapproved[call] = false;
    }

    void pend(int call, PendingKind kind, String reason) {
        pending[call] = new Pending(kind, reason, null);
    }

    /** An attempt has left it pending: by its tool, or by an interceptor. */
    void pend(int call, Suspension suspension) {
        pending[call] = new Pending(suspension.kind(), suspension.reason(), suspension);
    }

    /** Whether its tool has not been started, since it waits for its approval. */
    boolean waitsForApproval(int call) {
        Pending waits = pending[call];
        return unapproved[call] || (waits != null && waits.kind() == PendingKind.APPROVAL);
    }

    /** The call as those see it who decide about it. */
    RoundRequest.Call shown(int call) {
        Pending waits = pending[call];
        return waits == null || waits.suspension() == null
                ? calls[call]
                : waits.suspension().shown();
    }

    /** Returns the thing that a call waits for; null if there is no such call or it is not pending. */
    @Nullable
    Pending pending(int call) {
        return call >= 0 && call < calls.length ? pending[call] : null;
    }

    /**
     * Whether there is such a call and it goes on without a decision: it runs, as far as the workflow knows, or waits
     * to run again.
     */
    boolean goesOn(int call) {
        return call >= 0
                && call < calls.length
                && (turns.isRunning(call) || (hasBegunBefore(call) && turns.waitsForTurn(call)));
    }

    /** Whether a job may be reported of the call: it has no outcome, and may have begun. */
    boolean mayHaveJob(int call) {
        return goesOn(call) || isPendingSinceItBegan(call) || (pending(call) != null && hasBegunBefore(call));
    }

    /** Whether the call is pending and its latest attempt has begun. */
    boolean isPendingSinceItBegan(int call) {
        Pending waits = pending(call);
        return waits != null && waits.kind() != PendingKind.APPROVAL;
    }

    /**
     * Lets a pending call go on. A wait for a person does not count for the call's limit. What an attempt has asked is
     * not asked again.
     */
    void decided(CallDecision decision, long now) {
        int call = decision.place();
        Pending waits = pending[call];
        if (waits != null && waits.suspension() != null) {
            decided[call] = new Decided(waits.suspension().round(), decision);
        }
        pending[call] = null;
        unapproved[call] = false;
        countsFrom[call] = now;
    }

    /** Records that a call has begun and is to run again. */
    void begunBefore(int call) {
        attemptsBefore[call]++;
    }

    boolean hasBegunBefore(int call) {
        return attemptsBefore[call] > 0;
    }

    // Limits.

    /** Whether the limit of a call counts now. It does not count the wait for an approval that is sure to be needed. */
    boolean limitCounts(int call) {
        return isLimited(call) && (!unapproved[call] || terms(call).undecided());
    }

    boolean isLimited(int call) {
        return limitMillis(call) > 0;
    }

    long limitMillis(int call) {
        return terms(call).callTimeoutMillis();
    }

    long leftMillis(int call, long now) {
        return limitMillis(call) - (now - countsFrom[call]);
    }

    boolean hasExpired(int call, long now) {
        return limitCounts(call) && leftMillis(call, now) <= 0;
    }

    // Outcomes.

    boolean hasEnded(int call) {
        return reports[call] != null;
    }

    /** Creates the report of a call that the workflow itself gives an outcome. */
    CallReport report(int call, Outcome outcome, int attempts, long now) {
        return CallReport.of(calls[call], outcome, attempts, now, now);
    }

    /**
     * Ends a call.
     *
     * @param last the report of its last attempt
     * @return the report of all its attempts
     */
    CallReport end(int call, CallReport last) {
        CallReport report = last;
        if (hasBegunBefore(call)) {
            report = CallReport.of(
                    last.call(),
                    last.attempts() > 0 || !changes(call) ? last.came() : Words.begunBefore(last.came()),
                    attemptsBefore[call] + last.attempts(),
                    last.startMillis(),
                    last.endMillis());
        }
        pending[call] = null;
        unapproved[call] = false;
        reports[call] = report;
        turns.end(call);
        return report;
    }

    List<CallReport> reports() {
        return PayloadLimit.fit(
                Arrays.stream(reports).map(Objects::requireNonNull).toList(), written);
    }

    /**
     * Returns the outcome of a call that needs another call's missing result; null if it has all results that it needs.
     */
    @Nullable
    Outcome skipped(int call) {
        for (int producer : terms(call).references()) {
            Outcome outcome = Objects.requireNonNull(reports[producer]).came();
            if (!outcome.isSuccess()) {
                return Words.skipped(tool(call), producer, tool(producer), outcome);
            }
        }
        return null;
    }

    /**
     * Creates the task for an attempt.
     *
     * @param leftMillis how long it may still take; 0 for no limit
     */
    Task task(int call, long leftMillis) {
        List<Producer> producers = new ArrayList<>();
        if (!literal[call]) {
            for (int place : terms(call).references()) {
                producers.add(new Producer(
                        place,
                        calls[place],
                        Objects.requireNonNull(reports[place]).outcome()));
            }
        }
        return new Task(
                round,
                call,
                calls.length,
                calls[call],
                literal[call],
                producers,
                terms(call).repeatable(),
                leftMillis,
                limitMillis(call),
                decided[call]);
    }

    // Progress.

    List<CallProgress> progress() {
        List<CallProgress> all = new ArrayList<>();
        for (int call = 0; call < calls.length; call++) {
            all.add(progress(call));
        }
        return all;
    }

    private CallProgress progress(int call) {
        CallReport report = reports[call];
        Pending waits = pending[call];
        if (report != null) {
            return new CallProgress(
                    call, calls[call], State.ENDED, null, report.came().message());
        }
        if (waits != null) {
            return new CallProgress(call, shown(call), State.PENDING, waits.kind(), waits.reason());
        }
        return turns.isRunning(call)
                ? new CallProgress(call, calls[call], State.RUNNING, null, null)
                : new CallProgress(call, calls[call], State.WAITING, null, whyWaiting(call));
    }

    private @Nullable String whyWaiting(int call) {
        List<Integer> blockers = turns.blockersOf(call);
        for (int blocker : blockers) {
            Pending waits = pending[blocker];
            if (waits != null) {
                return "waits for " + waits.kind().inWords(blocker);
            }
        }
        return blockers.isEmpty() ? null : "waits for call " + (blockers.getFirst() + 1);
    }
}
