package dev.interlock.temporal;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/**
 * A round as a workflow: started by {@link RoundClient#execute}, or by a workflow of one's own as its child. Its id
 * names the round, and is part of the {@linkplain TemporalCall#idempotencyKey() keys} that tools are given.
 */
@WorkflowInterface
public interface RoundWorkflow {

    /**
     * Runs the calls: independent ones at the same time, conflicting ones in call order. A workflow that is cancelled as
     * such starts no further call, interrupts those that run, and ends as cancelled, without results; see {@link #cancel}.
     *
     * @param request the calls
     * @return one report a call, in call order
     */
    @WorkflowMethod(name = "InterlockRound")
    List<CallReport> run(RoundRequest request);

    /**
     * Says what is decided of a pending call. A decision that does not fit what its call waits for is noted in the log, and
     * has no effect.
     *
     * @param decision the decision
     */
    @SignalMethod(name = "decide")
    void decide(CallDecision decision);

    /**
     * Cancels the round: no further call starts, and running ones are interrupted. It ends with results, those of calls
     * that did not run, or were interrupted, say so.
     *
     * @param why in words, for these results
     */
    @SignalMethod(name = "cancel")
    void cancel(String why);

    /**
     * How far the calls have come.
     *
     * @return in call order; none until the round has been planned
     */
    @QueryMethod(name = "progress")
    List<CallProgress> progress();
}
