package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import dev.interlock.testing.LegalOrders.Pair;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A batch of a search, and what was tried of it. Pairs of calls are of one kind if they call the same two tools, and the same
 * arguments of the one are equal to the same of the other: pairs of a kind most likely clash for the same reason, so one of
 * each kind is tried before a second one of any.
 */
final class Candidate {

    private final List<ToolCall> calls;
    private final List<PlannedCall> planned;
    private final LegalOrders orders;
    private final Map<Pair, String> untried = new HashMap<>();
    private final Set<String> silent = new HashSet<>();
    private final Set<List<Integer>> tried = new HashSet<>();
    private final boolean ofInterest;
    private @Nullable Run expected;

    Candidate(CallPlan plan, Predicate<String> focus) {
        this.planned = plan.calls();
        this.calls = planned.stream().map(PlannedCall::call).toList();
        this.orders = LegalOrders.of(plan);
        List<Map<String, String>> arguments =
                calls.stream().map(Candidate::scalars).toList();
        for (Pair pair : orders.freePairs()) {
            String first = calls.get(pair.earlier()).tool();
            String second = calls.get(pair.later()).tool();
            if (focus.test(first) || focus.test(second)) {
                String common = common(arguments.get(pair.earlier()), arguments.get(pair.later()));
                untried.put(pair, first + "\n" + second + common);
            }
        }
        for (PlannedCall each : planned) {
            if (!each.writes() && focus.test(each.call().tool())) {
                silent.add(each.call().tool());
            }
        }
        this.ofInterest = !untried.isEmpty();
        tried.add(orders.serial());
    }

    /** Values by where they are. */
    private static Map<String, String> scalars(ToolCall call) {
        Map<String, String> scalars = new TreeMap<>();
        collect("", call.arguments(), scalars);
        return scalars;
    }

    private static void collect(String where, JsonNode value, Map<String, String> scalars) {
        if (value.isObject()) {
            value.properties().forEach(each -> collect(where + "." + each.getKey(), each.getValue(), scalars));
        } else if (value.isArray()) {
            value.forEach(each -> collect(where + "[]", each, scalars));
        } else if (!value.isNull() && !value.isMissingNode()) {
            scalars.put(where, value.asText());
        }
    }

    /** Which arguments of the one call are the same as which of the other one. */
    private static String common(Map<String, String> first, Map<String, String> second) {
        StringBuilder common = new StringBuilder();
        first.forEach((where, value) -> second.forEach((there, other) -> {
            if (value.equals(other)) {
                common.append('\n').append(where).append('=').append(there);
            }
        }));
        return common.toString();
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

    /** Whether it has a free pair of interest. */
    boolean ofInterest() {
        return ofInterest;
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
