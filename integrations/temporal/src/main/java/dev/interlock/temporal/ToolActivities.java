package dev.interlock.temporal;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.Cancellation;
import dev.interlock.execution.CapturedContext;
import dev.interlock.execution.Round;
import dev.interlock.execution.Rounds;
import dev.interlock.temporal.Activities.Reply;
import dev.interlock.temporal.Activities.Suspension;
import dev.interlock.temporal.Activities.Task;
import dev.interlock.temporal.WorkerTools.Tool;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a worker's activities. Each call is a round of one call on the worker's own engine, which applies the attempt's
 * limits, interrupts the tool, and has interceptors and context.
 *
 * <p>Invariant: an activity ends only when its tool has ended. If the tool ignores its interrupt, the reply says so. So
 * no worker starts a conflicting call too early.
 */
final class ToolActivities implements Activities.OfRounds {

    private final WorkerTools tools;

    ToolActivities(WorkerTools tools) {
        this.tools = tools;
    }

    /**
     * Plans a round.
     *
     * @throws ApplicationFailure if it could not end. So its workflow fails before a call has run
     */
    @Override
    public RoundPlan plan(RoundRequest request) {
        String tooLong = PayloadLimit.whyTooLong(request.calls());
        if (tooLong != null) {
            throw ApplicationFailure.newNonRetryableFailure(tooLong, "RoundTooLong");
        }
        return tools.plan(request);
    }

    @Override
    public RoundPlan.Terms replan(RoundRequest.Call call) {
        return tools.replan(call);
    }

    /** Returns the call as it will run, for the person who decides about it, unless it needs no approval. */
    @Override
    public Reply resolve(Task task) {
        ActivityCall call = ActivityCall.of(task, tools::binding, true, resolved -> RoundRequest.Call.of(resolved));
        Round round = tools.resolving().round(List.of(call));
        round.execute();
        CallResult result = round.results().getFirst();
        if (!(result.outcome() instanceof Outcome.Succeeded(RoundRequest.Call resolved))) {
            return Reply.ended(report(task, result, 0), false);
        }
        if (!tools.needsApprovalResolved(resolved.toCall())) {
            return Reply.needsNoApproval();
        }
        long bytes = PayloadLimit.bytes(resolved);
        return PayloadLimit.exceededBy(bytes)
                ? Reply.ended(report(task, Words.tooLong(task.call().tool(), bytes), result, 0), false)
                : Reply.resolved(resolved);
    }

    @Override
    public @Nullable Reply call(Task task) {
        ActivityExecutionContext context = Activity.getExecutionContext();
        return ReplySender.replying(context, () -> run(task, context));
    }

    private Reply run(Task task, ActivityExecutionContext context) {
        ActivityInfo info = context.getInfo();
        Tool tool = tools.find(task.call().tool());
        String workflowId = Objects.requireNonNull(info.getWorkflowId(), "the activity does not belong to a workflow");
        TemporalCall scope = new TemporalCall(workflowId, task.round(), task.place(), info.getAttempt());
        ActivityCall call = ActivityCall.of(
                task,
                tools::binding,
                tools.rounds().chaining(),
                tool == null ? this::noTool : ActivityCall.of(tool.definition(), scope));
        Cancellation cancellation = new Cancellation();
        long left = left(task.leftMillis(), info);
        long heartbeat = RoundPlan.millis(tools.settings().heartbeat());
        try (SignsOfLife signs = SignsOfLife.begin(context, cancellation, heartbeat, left)) {
            Round round = cancellation.call(() -> execute(call, task, workflowId));
            boolean stillRuns = stillRuns(call);
            boolean stopped = round.interrupted() && !cancellation.isCancelled();
            SuspendedRound suspended = round.suspended();
            if (suspended != null) {
                return pending(task, Suspension.of(suspended), info.getAttempt());
            }
            CallResult result = round.results().getFirst();
            if (stopped && !hasOwnFailure(call, result.outcome())) {
                return afterStop(call, task, result, stillRuns, info.getAttempt());
            }
            if (signs.limitPassed() && result.outcome() instanceof Outcome.Cancelled) {
                return Reply.ended(report(task, timedOut(task, result), result, info.getAttempt()), stillRuns);
            }
            if (!cancellation.isCancelled() && !stillRuns) {
                tryAgain(task, tool, result.outcome(), info.getAttempt(), left);
            }
            return Reply.ended(report(task, result, info.getAttempt()), stillRuns);
        }
    }

    /**
     * Replies for a worker that is being stopped. A success is known and stays. What still runs is handed over to no
     * other worker.
     *
     * @throws ApplicationFailure if the call may run again and is over here
     */
    private static Reply afterStop(ActivityCall call, Task task, CallResult result, boolean stillRuns, int attempt) {
        CallReport report = report(task, result, attempt);
        if (result.outcome().isSuccess() || stillRuns) {
            return Reply.ended(report, stillRuns);
        }
        if (!call.hasBegun()) {
            return Reply.notBegun();
        }
        if (task.repeatable()) {
            throw ApplicationFailure.newFailure(
                    "tool '" + task.call().tool() + "' was interrupted: its worker was stopped", "WorkerStopped");
        }
        return Reply.lost(report);
    }

    /**
     * Whether a call failed or timed out by itself, before the stop. What the stop has ended is cancelled, and a call
     * that has not begun may have been refused only because of it.
     */
    private static boolean hasOwnFailure(ActivityCall call, Outcome outcome) {
        return call.hasBegun()
                && switch (outcome) {
                    case Outcome.Failed failed -> true;
                    case Outcome.TimedOut timedOut -> true;
                    case Outcome.Succeeded succeeded -> false;
                    case Outcome.Cancelled cancelled -> false;
                    case Outcome.Skipped skipped -> false;
                };
    }

    private static Reply pending(Task task, Suspension suspension, int attempt) {
        long bytes = PayloadLimit.bytes(suspension);
        if (!PayloadLimit.exceededBy(bytes)) {
            return Reply.pending(suspension);
        }
        long now = System.currentTimeMillis();
        PendingKind kind = suspension.kind();
        Outcome outcome = Words.cannotWait(task.call().tool(), kind, bytes);
        return Reply.ended(
                CallReport.of(task.call(), outcome, kind == PendingKind.APPROVAL ? attempt - 1 : attempt, now, now),
                false);
    }

    private Round execute(ActivityCall call, Task task, String conversation) {
        Rounds rounds = tools.rounds();
        CapturedContext context = rounds.captureContext();
        Round round = task.decided() == null
                ? rounds.round(List.of(call), null, conversation, context)
                : rounds.resumed(task.decided().resumed(), List.of(call), null, conversation, context);
        round.execute();
        return round;
    }

    private Object noTool(ToolCall call) {
        throw new IllegalArgumentException("there is no tool named '" + call.tool() + "', there are "
                + tools.names().stream().sorted().toList());
    }

    /**
     * How long a call may still take when an attempt of it begins: its waits for a worker count, and earlier attempts.
     * By the server's times, not this machine's, as theirs may differ.
     *
     * @param leftMillis how long it might take when it was scheduled; 0 for no limit
     */
    static long left(long leftMillis, ActivityInfo info) {
        long since = Math.max(0, info.getStartedTimestamp() - info.getScheduledTimestamp());
        return leftMillis == 0 ? 0 : Math.max(1, leftMillis - since);
    }

    /**
     * Waits for the tool's thread, also if the worker is stopped meanwhile. Returns whether the tool has ignored its
     * interrupt.
     */
    private boolean stillRuns(ActivityCall call) {
        long until = System.nanoTime() + tools.settings().heldResourceTimeout().toNanos();
        while (true) {
            try {
                return !call.awaitEnd(until - System.nanoTime());
            } catch (InterruptedException e) {
                // The worker is stopped; the wait goes on.
            }
        }
    }

    /**
     * Throws if another attempt must follow. The policy decides when, and the server waits until then.
     *
     * @param left how many milliseconds the call had left when this attempt began
     */
    private static void tryAgain(Task task, @Nullable Tool tool, Outcome outcome, int attempt, long left) {
        RetryPolicy retry =
                tool == null || !task.repeatable() ? null : tool.policy().retry();
        Throwable failure = failureOf(outcome);
        if (retry == null || failure == null) {
            return;
        }
        Duration delay = retry.delayAfter(attempt, failure, ThreadLocalRandom.current());
        if (delay != null && (left == 0 || delay.toMillis() < left)) {
            throw ApplicationFailure.newBuilder()
                    .setMessage(outcome.message())
                    .setType("TryAgain")
                    .setNextRetryDelay(delay)
                    .build();
        }
    }

    private static @Nullable Throwable failureOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Failed(Throwable error) -> error instanceof CallRefusedException ? null : error;
            case Outcome.TimedOut timedOut -> new TimeoutException(timedOut.message());
            case Outcome.Succeeded succeeded -> null;
            case Outcome.Cancelled cancelled -> null;
            case Outcome.Skipped skipped -> null;
        };
    }

    private static Outcome timedOut(Task task, CallResult result) {
        return Words.timedOut(
                task.call().tool(),
                "the call",
                task.limitMillis(),
                result.attempts() > 0,
                ((Outcome.Cancelled) result.outcome()).mayHaveTakenEffect());
    }

    private static CallReport report(Task task, CallResult result, int attempt) {
        return report(task, result.outcome(), result, attempt);
    }

    private static CallReport report(Task task, Outcome outcome, CallResult result, int attempt) {
        return PayloadLimit.fit(CallReport.of(
                task.call(),
                outcome,
                result.attempts() > 0 ? attempt : Math.max(0, attempt - 1),
                result.start().toEpochMilli(),
                result.end().toEpochMilli()));
    }
}
