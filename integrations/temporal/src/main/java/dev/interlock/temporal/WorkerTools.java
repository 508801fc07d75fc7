package dev.interlock.temporal;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectSource;
import dev.interlock.execution.Rounds;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import dev.interlock.temporal.RoundPlan.Terms;
import dev.interlock.temporal.RoundPlan.Touch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tools of a worker, and the settings of their calls. Thread-safe.
 *
 * @param rounds the rounds for single attempts, without retries, which the server makes, and without limits of calls
 *     and rounds, which the workflow applies
 * @param resolving the rounds for replacing references, without interceptors
 * @param tools the tools by name
 * @param settings the settings of whole rounds
 */
record WorkerTools(Rounds rounds, Rounds resolving, Map<String, Tool> tools, WorkerSettings settings) {

    private static final Logger log = LoggerFactory.getLogger(WorkerTools.class);

    /**
     * A tool.
     *
     * @param policy the policy of the tool's calls, with retries and limits of calls
     */
    record Tool(ToolDefinition definition, ToolBinding binding, ToolPolicy policy) {}

    WorkerTools {
        tools = Map.copyOf(tools);
    }

    Set<String> names() {
        return tools.keySet();
    }

    @Nullable
    Tool find(String name) {
        return tools.get(name);
    }

    ToolBinding binding(String name) {
        Tool tool = tools.get(name);
        return tool == null ? rounds.bindUnknown(name) : tool.binding();
    }

    RoundPlan plan(RoundRequest request) {
        List<ActivityCall> calls = request.calls().stream()
                .map(call -> ActivityCall.toPlan(call.toCall(), false, this::binding))
                .toList();
        CallPlan plan = rounds.plan(calls);
        List<Terms> terms = new ArrayList<>();
        for (int call = 0; call < plan.calls().size(); call++) {
            terms.add(terms(
                    plan.calls().get(call),
                    plan.references(call),
                    calls.get(call).holdsReferences()));
        }
        return settings.plan(terms);
    }

    Terms replan(RoundRequest.Call call) {
        CallPlan plan = rounds.plan(List.of(ActivityCall.toPlan(call.toCall(), true, this::binding)));
        return terms(plan.calls().getFirst(), List.of(), false);
    }

    private Terms terms(PlannedCall planned, List<Integer> references, boolean holdsReferences) {
        Tool tool = tools.get(planned.call().tool());
        ToolPolicy policy = tool == null ? ToolPolicy.DEFAULT : tool.policy();
        boolean changes = planned.writes() || planned.source() == EffectSource.UNDECLARED;
        boolean repeatable = !changes || policy.idempotent();
        // What the model wrote is not yet what the tool gets.
        boolean undecided = holdsReferences && tool != null && settings.needsApproval() != null;
        return new Terms(
                planned.accesses().stream().map(Touch::of).toList(),
                references,
                changes,
                repeatable,
                policy.priority(),
                policy.maxConcurrency(),
                RoundPlan.millis(policy.timeout() == null ? settings.timeout() : policy.timeout()),
                RoundPlan.millis(policy.callTimeout() == null ? settings.callTimeout() : policy.callTimeout()),
                repeatable && policy.retry() != null ? policy.retry().maxAttempts() : 1,
                undecided || (tool != null && needsApproval(planned.call())),
                undecided);
    }

    /**
     * Whether a call needs its approval whose references have been replaced. A worker that does not have the setting of
     * the one that planned the round cannot tell, so a person is to decide.
     */
    boolean needsApprovalResolved(ToolCall call) {
        return settings.needsApproval() == null || needsApproval(call);
    }

    /**
     * Where that cannot be told, a person is to decide. An error must not leave either: the workflow would not go on.
     */
    private boolean needsApproval(ToolCall call) {
        Predicate<? super ToolCall> check = settings.needsApproval();
        try {
            return check != null && check.test(call);
        } catch (Throwable e) {
            log.warn(
                    "The check whether tool '{}' needs approval failed, so the call waits for an approval",
                    call.tool(),
                    e);
            return true;
        }
    }
}
