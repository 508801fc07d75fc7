package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.ParameterType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A recorded chain: the calls of one response, and which of them use which results. It computes the expected arguments
 * from the recorded references, without the library.
 *
 * @param id the row's id
 * @param ambiguous whether the recorded references are ambiguous
 * @param calls the calls, in order
 * @param gold for each call, the places of the calls whose results it uses
 */
record ChainedRow(String id, boolean ambiguous, List<ToolCall> calls, List<Set<Integer>> gold) {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([0-9]+)((?:[.\\[][^}]*)?)\\}");

    private static final Pattern STEP = Pattern.compile("[^.\\[\\]]+");

    static List<ChainedRow> read(Path file) throws IOException {
        return JsonLines.read(file).stream().map(ChainedRow::parse).toList();
    }

    /** Returns all tools of some rows, documented or not. */
    static List<String> tools(List<ChainedRow> rows) {
        return rows.stream()
                .flatMap(row -> row.calls().stream())
                .map(call -> call.tool())
                .distinct()
                .sorted()
                .toList();
    }

    private static ChainedRow parse(JsonNode row) {
        boolean ambiguous = false;
        for (JsonNode flag : row.path("flags")) {
            ambiguous |= flag.asText().equals("gold_ambiguous");
        }
        List<ToolCall> calls = new ArrayList<>();
        List<Set<Integer>> gold = new ArrayList<>();
        for (JsonNode call : row.path("calls")) {
            calls.add(new ToolCall("call_" + calls.size(), call.path("name").asText(), call.get("arguments")));
            Set<Integer> uses = new TreeSet<>();
            call.path("depends_on").forEach(on -> uses.add(on.asInt()));
            gold.add(uses);
        }
        return new ChainedRow(row.path("id").asText(), ambiguous, List.copyOf(calls), List.copyOf(gold));
    }

    /**
     * Returns the arguments that a call should get; null if a part that it uses is not documented, or its call fails.
     */
    @Nullable
    ObjectNode resolved(int call, ChainedTools tools) {
        Map<String, ParameterType> types = tools.parameters(calls.get(call).tool());
        ObjectNode resolved = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> argument : calls.get(call).arguments().properties()) {
            JsonNode value = resolved(argument.getValue(), tools);
            if (value == null) {
                return null;
            }
            boolean whole = argument.getValue().isTextual()
                    && REFERENCE.matcher(argument.getValue().textValue()).matches();
            boolean toText = whole && types.get(argument.getKey()) == ParameterType.STRING && !value.isTextual();
            resolved.set(argument.getKey(), toText ? JsonNodeFactory.instance.textNode(value.toString()) : value);
        }
        return resolved;
    }

    private @Nullable JsonNode resolved(JsonNode value, ChainedTools tools) {
        if (value.isArray()) {
            var array = JsonNodeFactory.instance.arrayNode();
            for (JsonNode element : value) {
                JsonNode resolved = resolved(element, tools);
                if (resolved == null) {
                    return null;
                }
                array.add(resolved);
            }
            return array;
        }
        if (value.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                JsonNode resolved = resolved(field.getValue(), tools);
                if (resolved == null) {
                    return null;
                }
                object.set(field.getKey(), resolved);
            }
            return object;
        }
        if (!value.isTextual()) {
            return value;
        }
        Matcher match = REFERENCE.matcher(value.textValue());
        StringBuilder text = new StringBuilder();
        while (match.find()) {
            JsonNode part = part(match, tools);
            if (part == null) {
                return null;
            }
            if (match.group().equals(value.textValue())) {
                return part;
            }
            match.appendReplacement(
                    text, Matcher.quoteReplacement(part.isTextual() ? part.textValue() : part.toString()));
        }
        return JsonNodeFactory.instance.textNode(match.appendTail(text).toString());
    }

    private @Nullable JsonNode part(Matcher reference, ChainedTools tools) {
        int producer = Integer.parseInt(reference.group(1)) - 1;
        if (resolved(producer, tools) == null) {
            return null;
        }
        JsonNode part = tools.result(calls.get(producer).tool());
        Matcher steps = STEP.matcher(reference.group(2));
        while (steps.find()) {
            part = part.isArray() ? part.path(Integer.parseInt(steps.group())) : part.path(steps.group());
        }
        return part.isMissingNode() ? null : part;
    }

    /** Returns the calls in waves: each call is in the first wave after those of all calls whose results it uses. */
    List<List<Integer>> waves() {
        int[] level = new int[calls.size()];
        List<List<Integer>> waves = new ArrayList<>();
        for (int i = 0; i < level.length; i++) {
            for (int used : gold.get(i)) {
                level[i] = Math.max(level[i], level[used] + 1);
            }
            while (waves.size() <= level[i]) {
                waves.add(new ArrayList<>());
            }
            waves.get(level[i]).add(i);
        }
        return waves;
    }
}
