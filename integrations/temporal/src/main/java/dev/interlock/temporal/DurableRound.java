package dev.interlock.temporal;

import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.ActivityStub;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The workflow of a round. Everything that it does follows from its request, from the plan that a worker made, and from
 * the activities, signals and timers in its history. It never asks a tool, a setting, a clock or a random number.
 */
final class DurableRound implements RoundWorkflow {

    private final ActivityStub planning = Workflow.newUntypedLocalActivityStub(CallActivity.planning());
    private final Decisions decisions =
            new Decisions(call -> planning.execute(Activities.REPLAN, RoundPlan.Terms.class, call));
    private @Nullable RoundRun round;

    /** The reason of the first cancel; null if there was none. */
    private @Nullable String cancelled;

    @Override
    public List<CallReport> run(RoundRequest request) {
        RoundPlan plan;
        try {
            plan = planning.execute(Activities.PLAN, RoundPlan.class, request);
        } catch (TemporalFailure e) {
            if (CancellationScope.current().isCancelRequested()) {
                return request.calls().stream().map(DurableRound::notStarted).toList();
            }
            throw e;
        }
        RoundRun run = new RoundRun(request, plan, planning);
        round = run;
        if (cancelled != null) {
            run.cancel(cancelled);
        }
        return run.run(decisions::areWaiting, () -> decisions.apply(run), () -> decisions.applyLast(run));
    }

    private static CallReport notStarted(RoundRequest.Call call) {
        long now = Workflow.currentTimeMillis();
        return CallReport.of(call, Words.notStarted(call.tool(), "the workflow was cancelled"), 0, now, now);
    }

    @Override
    public void decide(CallDecision decision) {
        decisions.add(decision, round);
    }

    @Override
    public void cancel(String why) {
        if (cancelled == null) {
            cancelled = why;
        }
        RoundRun run = round;
        if (run != null) {
            run.cancel(why);
        }
    }

    @Override
    public List<CallProgress> progress() {
        RoundRun run = round;
        return run == null ? List.of() : run.calls().progress();
    }
}
