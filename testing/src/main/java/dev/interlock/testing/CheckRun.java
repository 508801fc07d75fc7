package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.footprint.AuditReport;
import dev.interlock.plan.PlannedCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One check, from its input to its finding. Confined to one thread; use it once. */
final class CheckRun {

    /**
     * What the check runs.
     *
     * @param batches given batches
     * @param samples complete arguments by tool, to make batches of
     * @param values values of parameters, to make batches of
     */
    record Input(
            List<List<ToolCall>> batches, Map<String, List<JsonNode>> samples, Map<String, List<JsonNode>> values) {

        /** Whether the check makes batches: if it got something to make them of, or has nothing else to run. */
        boolean makesBatches() {
            return batches.isEmpty() || !samples.isEmpty() || !values.isEmpty();
        }
    }

    private final BatchRunner runner;
    private final Settings settings;
    private final Set<String> named;
    private final Predicate<String> focus;
    private final Input input;
    private final Supplier<AuditReport> audit;
    private final Search search;
    private int batches;

    CheckRun(BatchRunner runner, Settings settings, Set<String> focus, Input input, Supplier<AuditReport> audit) {
        this.runner = runner;
        this.settings = settings;
        this.named = focus;
        this.focus = focus.isEmpty() ? tool -> true : focus::contains;
        this.input = input;
        this.audit = audit;
        this.search = new Search(runner, settings, this.focus);
    }

    /**
     * Returns what is wrong; null if the check found nothing.
     *
     * @throws IllegalArgumentException if the user names a tool or a parameter that the tools do not have
     * @throws IllegalStateException if the check cannot decide
     */
    @Nullable
    Clash search() {
        if (!named.isEmpty() || !input.samples().isEmpty() || !input.values().isEmpty()) {
            new KnownNames(runner.shapes())
                    .require(named, input.samples().keySet(), input.values().keySet());
        }
        Deviation found = search(input.batches());
        if (found == null && input.makesBatches()) {
            BatchGenerator generator =
                    new BatchGenerator(runner.shapes(), input.samples(), input.values(), settings.seed());
            List<List<ToolCall>> pairs = new ArrayList<>(generator.pairs(focus));
            pairs.addAll(new Surroundings(planned(generator.calls()), runner.seesState()).of(focus));
            found = search(pairs);
            if (found == null) {
                found = search(generator.random(focus));
            }
        }
        if (found == null && batches == 0) {
            throw new IllegalStateException("no batch calls "
                    + (named.isEmpty() ? "any tool" : "one of " + new TreeSet<>(named))
                    + ", so the check says nothing");
        }
        if (found == null
                && !runner.successes().isEmpty()
                && !runner.successes().containsValue(true)) {
            throw new IllegalStateException("every call failed, so the check says nothing: give "
                    + runner.successes().keySet() + " arguments by values or sample");
        }
        return found == null ? null : new Diagnosis(runner, settings.seed()).of(found);
    }

    private List<PlannedCall> planned(List<ToolCall> calls) {
        return runner.plans(calls.stream().map(List::of).toList()).stream()
                .map(plan -> plan.calls().get(0))
                .toList();
    }

    /** Searches the batches that call a tool in focus; the others would show nothing. */
    private @Nullable Deviation search(List<List<ToolCall>> some) {
        List<List<ToolCall>> focused = some.stream()
                .filter(batch -> batch.stream().anyMatch(call -> focus.test(call.tool())))
                .toList();
        batches += focused.size();
        return focused.isEmpty() ? null : search.find(focused);
    }

    CheckReport report() {
        Set<String> neverSucceeded = new TreeSet<>();
        runner.successes().forEach((tool, once) -> {
            if (!once) {
                neverSucceeded.add(tool);
            }
        });
        return new CheckReport(batches, runner.runs(), search.incomplete() == 0, extent(), neverSucceeded, audit.get());
    }

    private String extent() {
        String runs = counted(runner.runs(), "run", "runs");
        if (search.isStopped()) {
            return "stopped at maxRuns=%d, with orders left to try in %d of %s"
                    .formatted(settings.maxRuns(), search.incomplete(), counted(batches, "batch", "batches"));
        }
        if (search.incomplete() == 0) {
            return "tried all legal orders of " + counted(batches, "batch", "batches") + " in " + runs;
        }
        return "tried all legal orders of %d of %s in %s, and a sample of the others, which have more than maxOrders=%d"
                .formatted(
                        batches - search.incomplete(),
                        counted(batches, "batch", "batches"),
                        runs,
                        settings.maxOrders());
    }

    private static String counted(int count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
