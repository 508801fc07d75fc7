package dev.interlock.temporal;

import dev.interlock.call.Outcome;
import dev.interlock.durable.Approvals;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.temporal.RoundCalls.Pending;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The decisions that came as signals, in order. They may come before the round is planned.
 *
 * <p>Invariant: no decision answers a question that an attempt asks later which ran when the decision came. It may be a
 * second answer to the question that has started this attempt. So a decision about a call that runs, or is about to run
 * again, has no effect. Only the report of a job has: it says what has happened, whatever is asked. See
 * {@link JobReports}.
 */
final class Decisions {

    private final Deque<CallDecision> waiting = new ArrayDeque<>();

    private final Function<RoundRequest.Call, RoundPlan.Terms> replan;
    private final Logger log = Workflow.getLogger("dev.interlock.temporal.RoundWorkflow");

    /**
     * Creates an empty list.
     *
     * @param replan asks a worker to plan a call with other arguments
     */
    Decisions(Function<RoundRequest.Call, RoundPlan.Terms> replan) {
        this.replan = replan;
    }

    /**
     * Adds a decision, or applies it at once if its call goes on: what the call asks later is another question.
     *
     * @param round the round; null until it has been planned
     */
    void add(CallDecision decision, @Nullable RoundRun round) {
        if (round != null && round.calls().goesOn(decision.place())) {
            applyIfItFits(round, decision, false);
        } else {
            waiting.add(decision);
        }
    }

    boolean areWaiting() {
        return !waiting.isEmpty();
    }

    /** Applies the decisions to the round. Waits for the plan of a call with other arguments. */
    void apply(RoundRun round) {
        apply(round, false);
    }

    /** Applies the decisions to a round that is about to be stopped. Does not wait: no call will start any more. */
    void applyLast(RoundRun round) {
        apply(round, true);
    }

    private void apply(RoundRun round, boolean last) {
        for (CallDecision next = waiting.poll(); next != null; next = waiting.poll()) {
            applyIfItFits(round, next, last);
        }
    }

    private void applyIfItFits(RoundRun round, CallDecision data, boolean last) {
        try {
            apply(round, data, last);
        } catch (IllegalArgumentException e) {
            log.warn("A decision about call {} has no effect: {}", data.place() + 1, e.getMessage());
        }
    }

    private void apply(RoundRun round, CallDecision data, boolean last) {
        int call = data.place();
        Pending pending = round.calls().pending(call);
        Decision decision = data.decision();
        PendingKind kind = pending == null ? null : pending.kind();
        boolean fits = decision instanceof Decision.Completed
                ? round.calls().mayHaveJob(call)
                : kind != null && kind.allows(decision);
        if (!fits) {
            throw new IllegalArgumentException("the call waits for " + (kind == null ? "no decision" : kind) + ", so "
                    + data.kind() + " does not fit");
        }
        String tool = round.calls().call(call).tool();
        switch (decision) {
            case Decision.Approved(boolean always) -> approve(round, data, always);
            case Decision.ApprovedWith(var arguments) -> {
                RoundRequest.Call edited = round.calls().call(call).with(arguments);
                round.approve(data, edited, last ? round.calls().terms(call) : planned(edited));
            }
            case Decision.Refused(String reason) ->
                round.end(
                        call,
                        kind == PendingKind.APPROVAL ? Words.refused(tool, reason) : Words.failed(reason),
                        kind == PendingKind.APPROVAL ? 0 : 1);
            case Decision.Completed(Object result) -> round.reported(call, new Outcome.Succeeded(result));
            case Decision.RunAgain runAgain -> round.runAgain(data);
            case Decision.GivenUp(String reason) ->
                round.end(call, Words.givenUp(tool, reason, round.calls().changes(call)), 1);
        }
    }

    /** If that fails, as where it asks code of the user, the call waits on, and no other call is the worse for it. */
    private RoundPlan.Terms planned(RoundRequest.Call edited) {
        try {
            return replan.apply(edited);
        } catch (ActivityFailure e) {
            if (CancellationScope.current().isCancelRequested()) {
                throw e;
            }
            throw new IllegalArgumentException("its arguments could not be planned: " + e.getCause(), e);
        }
    }

    /** Approves a call, and with {@code always} all equal ones. */
    private static void approve(RoundRun round, CallDecision decision, boolean always) {
        RoundCalls calls = round.calls();
        String key = Approvals.key(calls.shown(decision.place()).toCall());
        round.approve(decision);
        for (int other = 0; always && other < calls.size(); other++) {
            Pending pending = calls.pending(other);
            if (pending != null
                    && pending.kind() == PendingKind.APPROVAL
                    && Objects.equals(key, Approvals.key(calls.shown(other).toCall()))) {
                round.approve(new CallDecision(other, decision.kind(), null, null));
            }
        }
    }
}
