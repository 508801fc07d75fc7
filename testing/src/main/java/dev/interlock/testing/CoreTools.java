package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.ParameterType;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.plan.CallPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Tools of the engine, without LangChain4j. */
final class CoreTools implements Tools {

    /** Stands for a tool's null, since lists of results hold no nulls. */
    private static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private final ToolCallExecutor executor;
    private final ToolSet tools;

    CoreTools(ToolCallExecutor executor, ToolSet tools) {
        this.executor = executor;
        this.tools = tools;
    }

    @Override
    public CallPlan plan(List<ToolCall> calls) {
        return executor.plan(calls, tools);
    }

    @Override
    public List<Object> run(List<ToolCall> calls) {
        return executor.execute(calls, tools).stream().map(CoreTools::seen).toList();
    }

    private static Object seen(CallResult result) {
        return result.outcome() instanceof Outcome.Succeeded succeeded
                ? Objects.requireNonNullElse(succeeded.value(), NULL)
                : new Failure(result.outcome().message());
    }

    @Override
    public List<ToolShape> shapes() {
        List<ToolShape> shapes = new ArrayList<>();
        for (String name : tools.names().stream().sorted().toList()) {
            ToolDefinition tool = Objects.requireNonNull(tools.find(name));
            shapes.add(new ToolShape(
                    name,
                    tool.parameters().entrySet().stream()
                            .map(each -> new ToolShape.Parameter(each.getKey(), true, defaults(each.getValue())))
                            .sorted((a, b) -> a.name().compareTo(b.name()))
                            .toList()));
        }
        return shapes;
    }

    private static List<JsonNode> defaults(ParameterType type) {
        return switch (type) {
            case INTEGER, NUMBER -> List.of(IntNode.valueOf(1), IntNode.valueOf(2));
            case BOOLEAN -> List.of(BooleanNode.TRUE, BooleanNode.FALSE);
            case STRING, ENUM, OTHER -> List.of(TextNode.valueOf("a"), TextNode.valueOf("b"));
        };
    }
}
