package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import dev.interlock.testing.LegalOrders.Pair;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A batch of a search, and what the search has tried of it. Two pairs of calls are of one kind if they call the same
 * two tools, in either order, and have the same arguments in common. Pairs of a kind most likely clash for the same
 * reason. So the search tries one pair of each kind before a second one of any.
 */
final class Candidate {

    /**
     * What a run can reveal.
     *
     * @param what the tools and what the calls have in common
     * @param weight how likely it is to reveal something
     */
    record Kind(String what, int weight) {}

    private static final int SILENT = 10;

    private final List<ToolCall> calls;
    private final List<PlannedCall> planned;
    private final LegalOrders orders;
    private final Map<Pair, Kind> untried = new HashMap<>();
    private final Set<Kind> silent = new HashSet<>();
    private final Set<List<Integer>> tried = new HashSet<>();
    private final boolean ofInterest;
    private @Nullable Run expected;

    Candidate(CallPlan plan, Predicate<String> focus, boolean seesState) {
        this.planned = plan.calls();
        this.calls = planned.stream().map(PlannedCall::call).toList();
        this.orders = LegalOrders.of(plan);
        List<ArgumentValues> arguments =
                calls.stream().map(call -> ArgumentValues.of(call.arguments())).toList();
        for (Pair pair : orders.freePairs()) {
            String first = calls.get(pair.earlier()).tool();
            String second = calls.get(pair.later()).tool();
            if (focus.test(first) || focus.test(second)) {
                boolean sorted = first.compareTo(second) <= 0;
                List<String> common = sorted
                        ? arguments.get(pair.earlier()).common(arguments.get(pair.later()))
                        : arguments.get(pair.later()).common(arguments.get(pair.earlier()));
                int weight = Nearness.of(
                        planned.get(pair.earlier()), planned.get(pair.later()), !common.isEmpty(), seesState);
                untried.put(
                        pair,
                        new Kind((sorted ? first + "\n" + second : second + "\n" + first) + "\n" + common, weight));
            }
        }
        for (PlannedCall each : planned) {
            if (!each.writes() && focus.test(each.call().tool())) {
                silent.add(new Kind(each.call().tool(), SILENT));
            }
        }
        this.ofInterest = !untried.isEmpty();
        tried.add(orders.serial());
    }

    List<ToolCall> calls() {
        return calls;
    }

    LegalOrders orders() {
        return orders;
    }

    boolean writes(int call) {
        return planned.get(call).writes();
    }

    /** Whether the batch has a free pair of interest. */
    boolean ofInterest() {
        return ofInterest;
    }

    /** Tools whose calls in this batch say that they write nothing. */
    Set<Kind> silent() {
        return silent;
    }

    /** The free pairs of interest that no order has swapped yet, with their kinds. */
    Map<Pair, Kind> untried() {
        return untried;
    }

    /**
     * Records an order. Returns the kinds of the pairs that it swaps for the first time, or null if the search has
     * tried the order before.
     */
    @Nullable
    Set<Kind> takeKinds(List<Integer> order) {
        if (!tried.add(List.copyOf(order))) {
            return null;
        }
        int[] at = new int[order.size()];
        for (int i = 0; i < at.length; i++) {
            at[order.get(i)] = i;
        }
        Set<Kind> kinds = new HashSet<>();
        untried.entrySet().removeIf(entry -> {
            boolean swapped = at[entry.getKey().later()] < at[entry.getKey().earlier()];
            if (swapped) {
                kinds.add(entry.getValue());
            }
            return swapped;
        });
        return kinds;
    }

    /** The result of the serial run; null before that run. */
    @Nullable
    Run expected() {
        return expected;
    }

    void expected(Run serial) {
        expected = serial;
    }
}
