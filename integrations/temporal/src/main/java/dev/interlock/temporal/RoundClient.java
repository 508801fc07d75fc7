package dev.interlock.temporal;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.Decision;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.util.List;
import java.util.Objects;

/**
 * Has rounds run by the workers of a task queue, and tells them decisions. The id of a workflow names the round: asking for
 * the same round once more, from whatever process, runs nothing again. Thread-safe.
 */
public final class RoundClient {

    private final WorkflowClient client;
    private final String taskQueue;

    /**
     * Makes a client.
     *
     * @param client knows the server
     * @param taskQueue that of the workers with the tools
     */
    public RoundClient(WorkflowClient client, String taskQueue) {
        this.client = Objects.requireNonNull(client, "client");
        this.taskQueue = Objects.requireNonNull(taskQueue, "taskQueue");
    }

    /**
     * Runs a batch, and waits for its end. If a round of this id runs, or has ended, it waits for that one, or gives what it
     * came to: so it may be asked for again after a crash.
     *
     * @param workflowId names the round, such as {@code order-4711/round-1}; unique among all rounds
     * @param calls in the model's order
     * @return one result a call, in call order
     * @throws io.temporal.client.WorkflowFailedException if the workflow was terminated, or has failed
     */
    public List<CallResult> execute(String workflowId, List<ToolCall> calls) {
        start(workflowId, calls);
        return await(workflowId);
    }

    /**
     * Begins a round, and does not wait. Does nothing if there is, or was, a round of this id.
     *
     * @param workflowId names the round
     * @param calls in the model's order
     */
    public void start(String workflowId, List<ToolCall> calls) {
        RoundWorkflow round = client.newWorkflowStub(
                RoundWorkflow.class,
                WorkflowOptions.newBuilder()
                        .setTaskQueue(taskQueue)
                        .setWorkflowId(workflowId)
                        .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
                        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                        .build());
        try {
            WorkflowClient.start(round::run, RoundRequest.of(calls));
        } catch (WorkflowExecutionAlreadyStarted e) {
            // It has ended.
        }
    }

    /**
     * Waits for the end of a round that was begun.
     *
     * @param workflowId names the round
     * @return one result a call, in call order
     * @throws io.temporal.client.WorkflowFailedException if the workflow was terminated, or has failed
     */
    public List<CallResult> await(String workflowId) {
        CallReport[] reports = stub(workflowId).getResult(CallReport[].class);
        return List.of(reports).stream().map(CallReport::toResult).toList();
    }

    /**
     * Tells a round what is decided of a pending call.
     *
     * @param workflowId names the round
     * @param place the place of the call, from 0
     * @param decision the decision
     */
    public void decide(String workflowId, int place, Decision decision) {
        round(workflowId).decide(CallDecision.of(place, decision));
    }

    /**
     * How far a round has come.
     *
     * @param workflowId names the round
     * @return in call order; none until the round has been planned
     */
    public List<CallProgress> progress(String workflowId) {
        return round(workflowId).progress();
    }

    /**
     * Cancels a round: no further call starts, and running ones are interrupted. It ends with results, those of calls that
     * did not run, or were interrupted, say so. Does not wait.
     *
     * @param workflowId names the round
     * @param why in words, for these results
     */
    public void cancel(String workflowId, String why) {
        round(workflowId).cancel(why);
    }

    private RoundWorkflow round(String workflowId) {
        return client.newWorkflowStub(RoundWorkflow.class, workflowId);
    }

    private WorkflowStub stub(String workflowId) {
        return client.newUntypedWorkflowStub(workflowId);
    }
}
