package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import dev.interlock.testing.LegalOrders.Pair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A batch of a search, and what was tried of it. Pairs of calls are of one kind if they call the same two tools, and either
 * both or neither have an argument in common: pairs of a kind most likely clash for the same reason, so one of each kind is
 * tried before a second one of any.
 */
final class Candidate {

    private final List<ToolCall> calls;
    private final List<PlannedCall> planned;
    private final LegalOrders orders;
    private final Map<Pair, String> untried = new HashMap<>();
    private final Set<String> silent = new HashSet<>();
    private final Set<List<Integer>> tried = new HashSet<>();
    private @Nullable Run expected;

    Candidate(CallPlan plan, Predicate<String> focus) {
        this.planned = plan.calls();
        this.calls = planned.stream().map(PlannedCall::call).toList();
        this.orders = LegalOrders.of(plan);
        List<Set<String>> arguments = calls.stream().map(Candidate::scalars).toList();
        for (Pair pair : orders.freePairs()) {
            String first = calls.get(pair.earlier()).tool();
            String second = calls.get(pair.later()).tool();
            if (focus.test(first) || focus.test(second)) {
                Set<String> common = new HashSet<>(arguments.get(pair.earlier()));
                common.retainAll(arguments.get(pair.later()));
                untried.put(pair, first + "\n" + second + "\n" + !common.isEmpty());
            }
        }
        for (PlannedCall each : planned) {
            if (!each.writes() && focus.test(each.call().tool())) {
                silent.add(each.call().tool());
            }
        }
        tried.add(orders.serial());
    }

    private static Set<String> scalars(ToolCall call) {
        Set<String> scalars = new TreeSet<>();
        List<JsonNode> open = new ArrayList<>(List.of(call.arguments()));
        for (int i = 0; i < open.size(); i++) {
            open.get(i).forEach(open::add);
            if (open.get(i).isValueNode() && !open.get(i).isNull() && !open.get(i).isBoolean()) {
                scalars.add(open.get(i).asText());
            }
        }
        return scalars;
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

    /** Tools whose calls here say that they write nothing. */
    Set<String> silent() {
        return silent;
    }

    /** The free pairs of interest that were not swapped yet, with their kinds. */
    Map<Pair, String> untried() {
        return untried;
    }

    /** Keeps an order; gives the kinds of those pairs that were not swapped before; null if the order was tried before. */
    @Nullable
    Set<String> takeKinds(List<Integer> order) {
        if (!tried.add(List.copyOf(order))) {
            return null;
        }
        int[] at = new int[order.size()];
        for (int i = 0; i < at.length; i++) {
            at[order.get(i)] = i;
        }
        Set<String> kinds = new HashSet<>();
        untried.entrySet().removeIf(entry -> {
            boolean swapped = at[entry.getKey().later()] < at[entry.getKey().earlier()];
            if (swapped) {
                kinds.add(entry.getValue());
            }
            return swapped;
        });
        return kinds;
    }

    /** What the serial run came to; null before it. */
    @Nullable
    Run expected() {
        return expected;
    }

    void expected(Run serial) {
        expected = serial;
    }
}
