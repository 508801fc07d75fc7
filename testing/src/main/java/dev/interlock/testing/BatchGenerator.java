package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Makes batches of calls. Arguments come from few values, which parameters of one name share. So calls often touch the
 * same thing, and then a wrong declaration shows. The seed determines all batches.
 */
final class BatchGenerator {

    /** All parameters have their first value. */
    private static final int ALL_FIRST = 0;

    /** All parameters have their second value. */
    private static final int ALL_SECOND = 1;

    /**
     * The first parameter has its second value, all others their first. In the next variant the second parameter has
     * it, and so on.
     */
    private static final int ONE_OTHER = 2;

    private static final int MAX_VARIANT = 8;
    private static final int MAX_PAIRS = 3_000;
    private static final int MAX_CALLS = 100;
    private static final int RANDOM_BATCHES = 60;
    private static final int MIN_SIZE = 3;
    private static final int MAX_SIZE = 6;

    private final List<ToolShape> tools;
    private final Map<String, List<JsonNode>> samples;
    private final Map<String, List<JsonNode>> values;
    private final SplittableRandom random;

    /**
     * @param samples complete arguments by tool
     * @param values values of parameters, by {@code parameter} or {@code tool.parameter}
     * @param seed the seed of all random choices
     */
    BatchGenerator(
            List<ToolShape> tools, Map<String, List<JsonNode>> samples, Map<String, List<JsonNode>> values, long seed) {
        this.tools = tools;
        this.samples = samples;
        this.values = values;
        this.random = new SplittableRandom(seed);
    }

    /**
     * Pairs each tool with each, itself included: with the same values, with other values, and with all values but one
     * the same.
     */
    List<List<ToolCall>> pairs(Predicate<String> focus) {
        List<List<ToolCall>> pairs = new ArrayList<>();
        for (int variant = 0; variant <= MAX_VARIANT; variant++) {
            for (ToolShape first : tools) {
                for (ToolShape second : tools) {
                    if (pairs.size() < MAX_PAIRS
                            && variant < variants(second)
                            && (focus.test(first.name()) || focus.test(second.name()))) {
                        pairs.add(List.of(call(first, ALL_FIRST), call(second, variant)));
                    }
                }
            }
        }
        return pairs;
    }

    /** Returns some calls of each tool, each once, from its samples or from variants. */
    List<ToolCall> calls() {
        List<ToolCall> calls = new ArrayList<>();
        for (ToolShape tool : tools) {
            int variants = Math.max(samplesOf(tool).size(), variants(tool));
            IntStream.range(0, Math.min(MAX_CALLS, variants))
                    .mapToObj(variant -> call(tool, variant))
                    .distinct()
                    .forEach(calls::add);
        }
        return calls;
    }

    /** Returns longer batches of any tools. */
    List<List<ToolCall>> random(Predicate<String> focus) {
        List<List<ToolCall>> batches = new ArrayList<>();
        for (int i = 0; i < RANDOM_BATCHES && !tools.isEmpty(); i++) {
            List<ToolCall> batch = new ArrayList<>();
            for (int size = random.nextInt(MIN_SIZE, MAX_SIZE + 1); size > 0; size--) {
                batch.add(call(tools.get(random.nextInt(tools.size()))));
            }
            if (batch.stream().anyMatch(call -> focus.test(call.tool()))) {
                batches.add(batch);
            }
        }
        return batches;
    }

    private ToolCall call(ToolShape tool) {
        List<JsonNode> whole = samplesOf(tool);
        if (!whole.isEmpty()) {
            return new ToolCall(null, tool.name(), whole.get(random.nextInt(whole.size())));
        }
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        for (ToolShape.Parameter parameter : tool.parameters()) {
            List<JsonNode> choices = choices(tool, parameter);
            if (parameter.required() || random.nextBoolean()) {
                arguments.set(parameter.name(), choices.get(random.nextInt(choices.size())));
            }
        }
        return new ToolCall(null, tool.name(), arguments);
    }

    private int variants(ToolShape tool) {
        return Math.min(
                MAX_VARIANT,
                ONE_OTHER + Math.max(tool.parameters().size(), samplesOf(tool).size()));
    }

    private List<JsonNode> samplesOf(ToolShape tool) {
        return samples.getOrDefault(tool.name(), List.of());
    }

    /** Returns the call in a variant: {@link #ALL_FIRST}, {@link #ALL_SECOND}, or {@link #ONE_OTHER} and above. */
    private ToolCall call(ToolShape tool, int variant) {
        List<JsonNode> whole = samplesOf(tool);
        if (!whole.isEmpty()) {
            return new ToolCall(null, tool.name(), whole.get(variant % whole.size()));
        }
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < tool.parameters().size(); i++) {
            ToolShape.Parameter parameter = tool.parameters().get(i);
            List<JsonNode> choices = choices(tool, parameter);
            boolean second = variant == ALL_SECOND || variant == ONE_OTHER + i;
            arguments.set(parameter.name(), choices.get(second ? 1 % choices.size() : 0));
        }
        return new ToolCall(null, tool.name(), arguments);
    }

    private List<JsonNode> choices(ToolShape tool, ToolShape.Parameter parameter) {
        List<JsonNode> own = values.get(tool.name() + "." + parameter.name());
        List<JsonNode> shared = values.get(parameter.name());
        return own != null ? own : shared != null ? shared : parameter.defaults();
    }
}
