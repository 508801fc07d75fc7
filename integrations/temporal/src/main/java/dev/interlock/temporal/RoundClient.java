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
 * Lets the workers of a task queue run rounds, and sends decisions to rounds. A workflow's id names its round, so a
 * second request for the same id, from any process, runs nothing again. Thread-safe.
 */
public final class RoundClient {

    private final WorkflowClient client;
    private final String taskQueue;

    /**
     * Creates a client.
     *
     * @param client the client for Temporal's server
     * @param taskQueue the task queue of the workers with the tools
     */
    public RoundClient(WorkflowClient client, String taskQueue) {
        this.client = Objects.requireNonNull(client, "client");
        this.taskQueue = Objects.requireNonNull(taskQueue, "taskQueue");
    }

    /**
     * Runs a batch and waits for its end. If a round of this id runs or has ended, this waits for that round or returns
     * its results. So a caller can repeat the request after a crash.
     *
     * @param workflowId the id of the round, such as {@code order-4711/round-1}; unique among all rounds
     * @param calls the calls in the model's order
     * @return one result for each call, in call order
     * @throws IllegalArgumentException if the calls take so much of the 2 MB of a payload that their results cannot fit
     * @throws io.temporal.client.WorkflowFailedException if the workflow was terminated, or has failed
     */
    public List<CallResult> execute(String workflowId, List<ToolCall> calls) {
        start(workflowId, calls);
        return await(workflowId);
    }

    /**
     * Starts a round without waiting for it. Does nothing if a round of this id exists or existed.
     *
     * @param workflowId the id of the round
     * @param calls in the model's order
     * @throws IllegalArgumentException if the calls take so much of the 2 MB of a payload that their results cannot fit
     */
    public void start(String workflowId, List<ToolCall> calls) {
        RoundRequest request = RoundRequest.of(calls);
        String tooLong = PayloadLimit.whyTooLong(request.calls());
        if (tooLong != null) {
            throw new IllegalArgumentException(tooLong);
        }
        RoundWorkflow round = client.newWorkflowStub(
                RoundWorkflow.class,
                WorkflowOptions.newBuilder()
                        .setTaskQueue(taskQueue)
                        .setWorkflowId(workflowId)
                        .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
                        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                        .build());
        try {
            WorkflowClient.start(round::run, request);
        } catch (WorkflowExecutionAlreadyStarted e) {
            // The round has ended.
        }
    }

    /**
     * Waits for the end of a started round.
     *
     * @param workflowId the id of the round
     * @return one result for each call, in call order
     * @throws io.temporal.client.WorkflowFailedException if the workflow was terminated, or has failed
     */
    public List<CallResult> await(String workflowId) {
        CallReport[] reports = stub(workflowId).getResult(CallReport[].class);
        return List.of(reports).stream().map(CallReport::toResult).toList();
    }

    /**
     * Sends a round a decision about a pending call. What a tool has begun outside may be over before the tool is: so a
     * {@linkplain Decision#completed result} may come while the call's tool runs, and is the result of the call unless
     * the tool succeeds itself. Any other decision that comes while the call runs has no effect, since it may be a
     * second answer to a question that has been decided.
     *
     * @param workflowId the id of the round
     * @param place the place of the call, from 0
     * @param decision the decision
     */
    public void decide(String workflowId, int place, Decision decision) {
        round(workflowId).decide(CallDecision.of(place, decision));
    }

    /**
     * Returns the progress of a round.
     *
     * @param workflowId the id of the round
     * @return the calls in call order; none until the round has been planned
     */
    public List<CallProgress> progress(String workflowId) {
        return round(workflowId).progress();
    }

    /**
     * Cancels a round: no further call starts, and running ones are interrupted. The round ends with results, in which
     * calls that did not run or were interrupted say so. Does not wait.
     *
     * @param workflowId the id of the round
     * @param why the reason in words, for these results
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
