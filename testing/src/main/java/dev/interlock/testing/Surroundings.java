package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import dev.interlock.plan.PlannedCall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Makes batches around one tool: one or more calls of it, then calls of all tools that are free of those. It leaves out
 * conflicting calls, so nothing keeps the first calls in place. One run that moves them to the end swaps them with all
 * others at once.
 */
final class Surroundings {

    private static final int CENTRES = 3;
    private static final int CALLS_A_TOOL = 4;
    private static final int MAX_OTHERS = 20;
    private static final int MAX_BATCHES = 1_000;

    private record Known(PlannedCall planned, ArgumentValues values) {

        ToolCall call() {
            return planned.call();
        }

        int commonWith(Known other) {
            return values.common(other.values).size();
        }
    }

    private final Map<String, List<Known>> byTool = new LinkedHashMap<>();
    private final boolean seesState;

    /**
     * @param calls some calls of each tool, each once
     * @param seesState whether the check sees a state
     */
    Surroundings(List<PlannedCall> calls, boolean seesState) {
        this.seesState = seesState;
        for (PlannedCall each : calls) {
            byTool.computeIfAbsent(each.call().tool(), tool -> new ArrayList<>())
                    .add(new Known(each, ArgumentValues.of(each.call().arguments())));
        }
    }

    List<List<ToolCall>> of(Predicate<String> focus) {
        List<List<ToolCall>> batches = new ArrayList<>();
        byTool.forEach((tool, calls) -> {
            if (focus.test(tool) && batches.size() < MAX_BATCHES) {
                List<Known> centres = calls.subList(0, Math.min(CENTRES, calls.size()));
                if (centres.size() > 1) {
                    batches.addAll(around(centres));
                }
                centres.forEach(centre -> batches.addAll(around(List.of(centre))));
            }
        });
        return batches;
    }

    private List<List<ToolCall>> around(List<Known> centres) {
        List<Known> others = new ArrayList<>();
        for (List<Known> calls : byTool.values()) {
            calls.stream()
                    .filter(each -> !centres.contains(each) && isFreeOf(each, centres))
                    .sorted(Comparator.comparingInt((Known each) -> -common(each, centres)))
                    .limit(CALLS_A_TOOL)
                    .forEach(others::add);
        }
        others.sort(Comparator.comparingInt((Known each) -> -nearness(each, centres)));
        List<List<ToolCall>> batches = new ArrayList<>();
        for (int from = 0; from < others.size(); from += MAX_OTHERS) {
            List<ToolCall> batch = new ArrayList<>();
            centres.forEach(centre -> batch.add(centre.call()));
            others.subList(from, Math.min(others.size(), from + MAX_OTHERS)).forEach(each -> batch.add(each.call()));
            batches.add(batch);
        }
        return batches;
    }

    private static boolean isFreeOf(Known call, List<Known> centres) {
        return centres.stream().allMatch(centre -> Nearness.areFree(call.planned(), centre.planned()));
    }

    private static int common(Known call, List<Known> centres) {
        return centres.stream().mapToInt(call::commonWith).max().orElse(0);
    }

    private int nearness(Known call, List<Known> centres) {
        return centres.stream()
                .mapToInt(
                        centre -> Nearness.of(centre.planned(), call.planned(), centre.commonWith(call) > 0, seesState))
                .max()
                .orElse(0);
    }
}
