package dev.interlock.benchmarks;

import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.learn.Coverage;
import dev.interlock.learn.ObservedCall;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.Dependency;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Tries effects on batches: how long the batches take, whether the effects cover what calls touched, and whether every
 * order that they allow gives the serial run's state and results. The time is modelled: each call takes one unit,
 * without a limit of calls at a time. So a batch takes as many units as its plan's longest path has calls.
 */
final class LearningTrial {

    private final ToolCallExecutor executor = ToolCallExecutor.builder().build();
    private final Map<String, ToolRow> tools;
    private final Map<String, Effects> learnt;
    private final ToolSet set;

    int serialUnits;
    int bestUnits;
    int units;
    int calls;
    int callsOfLearnt;
    final List<String> uncovered = new ArrayList<>();
    final List<String> uncoveredByInference = new ArrayList<>();
    final List<String> different = new ArrayList<>();

    /**
     * @param tools the tools by name
     * @param learnt the effects of some of them; nothing is declared for the others
     */
    LearningTrial(Map<String, ToolRow> tools, Map<String, Effects> learnt) {
        this.tools = tools;
        this.learnt = learnt;
        this.set = ToolSet.of(tools.values().stream().map(this::definition).toList());
    }

    private ToolDefinition definition(ToolRow tool) {
        ToolDefinition.Builder builder = ToolDefinition.builder(tool.name(), call -> null)
                .description(tool.description())
                .parameters(tool.parameters());
        Effects effects = learnt.get(tool.name());
        return (effects == null ? builder : builder.effects(effects)).build();
    }

    void count(LearningRow row) {
        CallPlan plan = executor.plan(row.batch().calls(), set);
        int longest = plan.waves().size();
        serialUnits += row.batch().calls().size();
        bestUnits += row.batch().criticalPath();
        units += longest;
        row.observed().forEach(each -> countCoverage(row, each));
        if (differs(row.batch(), plan)) {
            different.add(row.batch().id());
        }
    }

    private void countCoverage(LearningRow row, ObservedCall observed) {
        calls++;
        String name = observed.call().tool();
        ToolRow tool = tools.get(name);
        Effects effects = learnt.get(name);
        callsOfLearnt += effects == null ? 0 : 1;
        if (tool == null) {
            return;
        }
        Effects inForce = effects != null ? effects : inferred(tool);
        List<Access> missing = new Coverage(inForce, tool.parameters()).uncovered(observed.call(), observed.accesses());
        if (!missing.isEmpty()) {
            String line = "%s  %s%s  %s  is not covered by: %s"
                    .formatted(row.batch().id(), name, observed.call().arguments(), missing, inForce);
            (effects != null ? uncovered : uncoveredByInference).add(line);
        }
    }

    private static Effects inferred(ToolRow tool) {
        return switch (tool.inferred()) {
            case PURE -> Effects.pure();
            case ONLY_READS -> Effects.reads("/");
            case UNKNOWN -> Effects.exclusive();
        };
    }

    /**
     * Whether an order that the plan allows differs from the serial run. It tries, for each call, the order in which
     * that call comes as early as possible. If two calls that touch the same thing can swap, one of these orders swaps
     * them.
     */
    private static boolean differs(TraceBatch batch, CallPlan plan) {
        int size = batch.calls().size();
        List<BitSet> before = new ArrayList<>();
        for (int call = 0; call < size; call++) {
            BitSet all = new BitSet();
            for (Dependency dependency : plan.dependencies(call)) {
                all.set(dependency.earlier());
                all.or(before.get(dependency.earlier()));
            }
            before.add(all);
        }
        for (int first = 0; first < size; first++) {
            List<Integer> order =
                    new ArrayList<>(before.get(first).stream().boxed().toList());
            order.add(first);
            for (int call = 0; call < size; call++) {
                if (call != first && !before.get(first).get(call)) {
                    order.add(call);
                }
            }
            if (!batch.isAsSerial(order)) {
                return true;
            }
        }
        return false;
    }

    /** The saved part of the time that can be saved against one call after another. */
    double share() {
        return serialUnits == bestUnits ? 1 : (double) (serialUnits - units) / (serialUnits - bestUnits);
    }

    double speedUp() {
        return (double) serialUnits / units;
    }

    double bestSpeedUp() {
        return (double) serialUnits / bestUnits;
    }
}
