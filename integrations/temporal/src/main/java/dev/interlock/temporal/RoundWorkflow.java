package dev.interlock.temporal;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/**
 * A round as a workflow. {@link RoundClient#execute} starts it, or your own workflow as its child. The workflow's id
 * names the round for clients. The {@linkplain TemporalCall#idempotencyKey() keys} that tools get have the id of the
 * workflow's first run instead, which retries and resets of the workflow keep; so another round of the same id has
 * other keys. If the workflow has a cron schedule, each of its runs is another round, and the keys have the id of that
 * run, which resets keep and retries of the workflow do not.
 */
@WorkflowInterface
public interface RoundWorkflow {

    /**
     * Runs the calls: independent ones at the same time, conflicting ones in call order. If Temporal cancels the
     * workflow itself, it starts no further call, interrupts running ones, and ends as cancelled, without results. To
     * get results, use {@link #cancel}.
     *
     * @param request the calls
     * @return one report for each call, in call order. Fails before a call has run if the calls take so much of the 2
     *     MB of a payload that their reports cannot fit
     */
    @WorkflowMethod(name = "InterlockRound")
    List<CallReport> run(RoundRequest request);

    /**
     * Applies a decision about a pending call. A decision that does not fit what its call waits for has no effect, and
     * the log notes it. So has a decision that comes while the call runs, since it may be a second answer to a question
     * that has been decided. But the report of a job, {@link CallDecision.Kind#COMPLETED}, may come while the call's
     * tool runs, or before the call runs again: it is the result of the call, unless the tool succeeds itself.
     *
     * @param decision the decision
     */
    @SignalMethod(name = "decide")
    void decide(CallDecision decision);

    /**
     * Cancels the round: no further call starts, and running ones are interrupted. The round ends with results, in
     * which calls that did not run or were interrupted say so.
     *
     * @param why the reason in words, for these results
     */
    @SignalMethod(name = "cancel")
    void cancel(String why);

    /**
     * Returns the progress of the calls.
     *
     * @return the calls in call order; none until the round has been planned
     */
    @QueryMethod(name = "progress")
    List<CallProgress> progress();
}
