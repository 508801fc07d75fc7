package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Of recorded responses whose calls are all independent, those that run wholly in parallel with nothing declared: the plan
 * that is made of them has no dependency.
 */
final class IndependentResponses {

    private final ToolCallExecutor executor = ToolCallExecutor.builder().build();
    private final Map<String, ToolRow> tools;
    private int responses;
    private int parallel;
    private final List<String> held = new ArrayList<>();

    /**
     * @param tools by name, for rows that only name theirs
     */
    IndependentResponses(Map<String, ToolRow> tools) {
        this.tools = tools;
    }

    /** Counts a row with {@code calls}, if there are several and none depends on another for certain. */
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
        ToolSet set = ToolSet.of(calls.stream()
                .map(ToolCall::tool)
                .distinct()
                .filter(known::containsKey)
                .map(name -> known.get(name).definition())
                .toList());
        if (executor.plan(calls, set).dependencies().isEmpty()) {
            parallel++;
        } else {
            held.add(row.path("id").asText() + "  "
                    + String.join(
                            ", ",
                            new TreeSet<>(calls.stream().map(ToolCall::tool).toList())));
        }
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
        held.addAll(other.held);
    }

    List<String> held() {
        return held;
    }

    static String header() {
        return String.format(Locale.ROOT, "%-26s %12s %16s %7s", "file", "independent", "wholly parallel", "share");
    }

    String row(String name) {
        String share = responses == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * parallel / responses);
        return String.format(Locale.ROOT, "%-26s %12d %16d %7s", name, responses, parallel, share);
    }
}
