package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.benchmarks.ToolRow.Label;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.EffectInference.Answer;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Counts recorded responses of independent calls that run wholly in parallel with nothing declared, because their plans
 * have no dependencies. Among the others it counts those with a write by label, which no inference can make parallel.
 */
final class IndependentResponses {

    private final ToolCallExecutor executor = ToolCallExecutor.builder().build();
    private final Map<String, ToolRow> tools;
    private int responses;
    private int parallel;
    private int writing;

    /** How many responses each tool without inferred effects keeps from running in parallel. */
    private final Map<ToolRow, Integer> holders = new LinkedHashMap<>();

    /**
     * @param tools the tools by name, for rows that only name them
     */
    IndependentResponses(Map<String, ToolRow> tools) {
        this.tools = tools;
    }

    /** Counts a row with several {@code calls} of which none certainly depends on another. */
    void count(JsonNode row) {
        List<ToolCall> calls = new ArrayList<>();
        boolean independent = !row.has("gold_exact") || row.path("gold_exact").asBoolean();
        for (JsonNode call : row.path("calls")) {
            independent &= call.path("depends_on").isEmpty();
            calls.add(new ToolCall(null, call.path("name").asText(), call.path("arguments")));
        }
        if (!independent || calls.size() < 2) {
            return;
        }
        responses++;
        Map<String, ToolRow> known = toolsOf(row);
        ToolSet set = ToolSet.of(
                called(calls, known).stream().map(ToolRow::definition).toList());
        if (executor.plan(calls, set).dependencies().isEmpty()) {
            parallel++;
        } else {
            hold(called(calls, known));
        }
    }

    private static List<ToolRow> called(List<ToolCall> calls, Map<String, ToolRow> known) {
        return calls.stream()
                .map(ToolCall::tool)
                .distinct()
                .filter(known::containsKey)
                .map(known::get)
                .toList();
    }

    private void hold(List<ToolRow> called) {
        writing += called.stream().anyMatch(tool -> tool.label() == Label.WRITE) ? 1 : 0;
        called.stream()
                .filter(tool -> tool.inferred() == Answer.UNKNOWN)
                .forEach(tool -> holders.merge(tool, 1, Integer::sum));
    }

    private Map<String, ToolRow> toolsOf(JsonNode row) {
        Map<String, ToolRow> own = new LinkedHashMap<>(tools);
        for (JsonNode tool : row.path("tools")) {
            if (tool.isObject()) {
                ToolRow each = ToolRow.of(tool);
                own.put(each.name(), each);
            }
        }
        return own;
    }

    void add(IndependentResponses other) {
        responses += other.responses;
        parallel += other.parallel;
        writing += other.writing;
        other.holders.forEach((tool, held) -> holders.merge(tool, held, Integer::sum));
    }

    /**
     * Returns the tools that keep responses from running in parallel, with the number and the tool's label; the largest
     * number first.
     */
    List<String> holders() {
        return holders.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<ToolRow, Integer> each) -> -each.getValue())
                        .thenComparing(each -> each.getKey().name()))
                .map(each -> String.format(
                        Locale.ROOT,
                        "%3d  %-8s  %s",
                        each.getValue(),
                        each.getKey().label() == Label.NONE
                                ? "no label"
                                : each.getKey().label().name().toLowerCase(Locale.ROOT),
                        each.getKey().name()))
                .toList();
    }

    static String header() {
        return String.format(
                Locale.ROOT,
                "%-26s %12s %16s %7s %6s %12s %8s %17s",
                "file",
                "independent",
                "wholly parallel",
                "share",
                "held",
                "write in it",
                "ceiling",
                "share of the rest");
    }

    String row(String name) {
        int rest = responses - writing;
        return String.format(
                Locale.ROOT,
                "%-26s %12d %16d %7s %6d %12d %8s %17s",
                name,
                responses,
                parallel,
                percent(parallel, responses),
                responses - parallel,
                writing,
                percent(rest, responses),
                percent(parallel, rest));
    }

    private static String percent(int part, int whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }
}
