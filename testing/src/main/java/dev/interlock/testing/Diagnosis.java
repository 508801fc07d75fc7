package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import dev.interlock.testing.LegalOrders.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Turns a search's finding into what a person needs to fix it. */
final class Diagnosis {

    private static final String IN_ORDER = "in the model's order";
    private static final String SWAPPED = "when swapped";
    private static final String AT_ONCE = "at the same time";

    private final BatchRunner runner;
    private final Shrinker shrinker;
    private final long seed;
    private final int runs;

    Diagnosis(BatchRunner runner, long seed) {
        this.runner = runner;
        this.shrinker = new Shrinker(runner);
        this.seed = seed;
        this.runs = runner.runs();
    }

    /**
     * Diagnoses a finding.
     *
     * @throws IllegalStateException if the world differs from run to run, so that the check cannot decide
     */
    Clash of(Deviation deviation) {
        return switch (deviation) {
            case Deviation.InOrder found -> {
                requireStable(found.calls(), found.expected());
                requireSame(found);
                yield clash(shrinker.swap(found.calls(), found.order()));
            }
            case Deviation.SilentWrite found -> silentWrite(found.calls(), found.call());
            case Deviation.Concurrent found -> {
                requireStable(found.calls(), found.expected());
                yield concurrent(found);
            }
            case Deviation.Uncovered found -> uncovered(found);
        };
    }

    private void requireStable(List<ToolCall> calls, Run expected) {
        List<Integer> serial = LegalOrders.of(plan(calls)).serial();
        Run again = runner.inOrder(calls, serial);
        if (!again.isAs(expected)) {
            throw new IllegalStateException("the same calls in the same order gave something else the second time, so"
                    + " the check cannot judge their effects: "
                    + String.join("; ", differences(calls, expected, again, "first", "then"))
                    + ". Does the world share anything with an earlier one, does the state"
                    + " function change the world, or do results hold times or random ids? Leave"
                    + " these out with resultAs and state."
                    + " (seed " + seed + ")");
        }
    }

    private void requireSame(Deviation.InOrder found) {
        if (runner.inOrder(found.calls(), found.order()).isAs(found.expected())) {
            throw new IllegalStateException("the calls " + texts(found.calls(), found.order())
                    + " gave something else than in the model's order, but not when they ran the same way"
                    + " once more: the"
                    + " world differs from run to run (seed " + seed + ")");
        }
    }

    private Clash clash(Shrinker.Swap swap) {
        List<ToolCall> calls = swap.calls();
        Run expected = runner.inOrder(calls, swap.expected());
        Run actual = runner.inOrder(calls, swap.swapped());
        List<PlannedCall> planned = plan(calls).calls();
        PlannedCall first = planned.get(swap.first());
        PlannedCall second = planned.get(swap.second());
        List<ToolCall> inOrder = swap.expected().stream().map(calls::get).toList();
        List<ToolCall> swapped = swap.swapped().stream().map(calls::get).toList();
        Boolean firstChanges = null;
        Boolean secondChanges = null;
        if (runner.seesState()) {
            BatchRunner.Reference one = runner.reference(inOrder);
            BatchRunner.Reference other = runner.reference(swapped);
            firstChanges = one.changesState(swap.at()) || other.changesState(swap.at() + 1);
            secondChanges = one.changesState(swap.at() + 1) || other.changesState(swap.at());
        }
        Advice.Seen seen = new Advice.Seen(
                firstChanges,
                secondChanges,
                !actual.isResultAs(expected, swap.first()),
                !actual.isResultAs(expected, swap.second()));
        List<String> details = declared(first, second);
        details.addAll(differences(calls, expected, actual, IN_ORDER, SWAPPED));
        return new Clash(
                summary(first, second) + ", but their order makes a difference",
                first.call(),
                second.call(),
                inOrder.subList(0, swap.at()),
                inOrder.subList(swap.at() + 2, inOrder.size()),
                details,
                Advice.of(first, second, seen),
                seed,
                runs);
    }

    private static String summary(PlannedCall first, PlannedCall second) {
        return "Wrong effects: they say that '" + first.call().tool() + "' and '"
                + second.call().tool() + "' are independent here";
    }

    private static List<String> declared(PlannedCall first, PlannedCall second) {
        List<String> lines = new ArrayList<>();
        lines.add("first says: " + Advice.declared(first));
        lines.add("second says: " + Advice.declared(second));
        return lines;
    }

    private static List<String> differences(
            List<ToolCall> calls, Run expected, Run actual, String whenExpected, String whenActual) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            if (!actual.isResultAs(expected, i)) {
                lines.add("result of " + Clash.text(calls.get(i)) + ": "
                        + Difference.between(
                                expected.results().get(i), actual.results().get(i), whenExpected, whenActual));
            }
        }
        if (!actual.isStateAs(expected)) {
            lines.add("state: " + Difference.between(expected.state(), actual.state(), whenExpected, whenActual));
        }
        return lines;
    }

    private Clash silentWrite(List<ToolCall> calls, int place) {
        ToolCall call = calls.get(place);
        List<ToolCall> before = calls.subList(0, place);
        if (!changes(before, call)) {
            throw new IllegalStateException("the state changed when " + Clash.text(call)
                    + " ran, but not when it ran once more: the world differs from run to run (seed " + seed
                    + ")");
        }
        List<ToolCall> context = shrinker.context(before, some -> changes(some, call));
        List<ToolCall> all = with(context, call);
        BatchRunner.Reference reference = runner.reference(all);
        PlannedCall planned = plan(all).calls().get(context.size());
        return new Clash(
                "Wrong effects: they say that '" + call.tool() + "' writes nothing, but it changes the state",
                call,
                null,
                context,
                List.of(),
                List.of(
                        "it says: " + Advice.declared(planned),
                        "state: "
                                + Difference.between(
                                        reference.states().get(context.size()),
                                        reference.states().get(context.size() + 1),
                                        "before the call",
                                        "after it")),
                List.of(Advice.ofSilentWrite(planned)),
                seed,
                runs);
    }

    private boolean changes(List<ToolCall> before, ToolCall call) {
        return runner.reference(with(before, call)).changesState(before.size());
    }

    private static List<ToolCall> with(List<ToolCall> before, ToolCall call) {
        List<ToolCall> all = new ArrayList<>(before);
        all.add(call);
        return all;
    }

    private Clash concurrent(Deviation.Concurrent found) {
        List<Pair> free = LegalOrders.of(plan(found.calls())).freePairs();
        List<ToolCall> two = shrinker.concurrentPair(found.calls(), free);
        if (two != null) {
            List<PlannedCall> planned = plan(two).calls();
            List<String> details = declared(planned.get(0), planned.get(1));
            details.addAll(
                    differences(found.calls(), found.expected(), found.actual(), "one after the other", AT_ONCE));
            return new Clash(
                    summary(planned.get(0), planned.get(1)) + ", but it makes a difference whether they run"
                            + " at the same time; a repeated check need not show it",
                    two.get(0),
                    two.get(1),
                    List.of(),
                    List.of(),
                    details,
                    Advice.of(planned.get(0), planned.get(1), new Advice.Seen(null, null, true, true)),
                    seed,
                    runs);
        }
        List<String> details = new ArrayList<>(
                differences(found.calls(), found.expected(), found.actual(), "one after the other", AT_ONCE));
        for (Pair pair : free) {
            details.add("may run at the same time: " + Clash.text(found.calls().get(pair.earlier())) + " and "
                    + Clash.text(found.calls().get(pair.later())));
        }
        return new Clash(
                "Wrong effects, or tools that are not thread-safe: the batch gave something else when its calls"
                        + " ran at the same time. No two of the calls alone showed it again",
                found.calls().get(0),
                null,
                List.of(),
                found.calls().subList(1, found.calls().size()),
                details,
                List.of("a tool object that is not thread-safe: add @Exclusive(\"…\") to its class"),
                seed,
                runs);
    }

    private Clash uncovered(Deviation.Uncovered found) {
        return new Clash(
                "Wrong effects: a call touched something that they do not cover",
                found.event().call(),
                null,
                List.of(),
                List.of(),
                List.of(found.event().message()),
                List.of(),
                seed,
                runs);
    }

    private CallPlan plan(List<ToolCall> calls) {
        return Objects.requireNonNull(runner.plans(List.of(calls)).get(0));
    }

    private static String texts(List<ToolCall> calls, List<Integer> order) {
        return String.join(
                ", ", order.stream().map(place -> Clash.text(calls.get(place))).toList());
    }
}
