package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.plan.CallPlan;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** LangChain4j's tools, run as in an AI service: LangChain4j parses arguments and writes results. */
final class LangChain4jTools implements Tools {

    private final ParallelTools parallel;
    private final List<AiServiceTool> tools;

    LangChain4jTools(ParallelTools parallel, Object tools) {
        this.parallel = parallel;
        this.tools = all(tools);
        if (this.tools.isEmpty()) {
            throw new IllegalArgumentException(
                    "found no tool in " + tools.getClass().getName()
                            + ": give an object with @Tool methods, AiServiceTools, a map of specifications to executors, or a"
                            + " collection of those");
        }
    }

    private static List<AiServiceTool> all(Object tools) {
        List<AiServiceTool> all = new ArrayList<>();
        if (tools instanceof AiServiceTool tool) {
            all.add(tool);
        } else if (tools instanceof Iterable<?> several) {
            several.forEach(each -> all.addAll(all(each)));
        } else if (tools instanceof Map<?, ?> built) {
            built.forEach((specification, executor) -> all.add(AiServiceTool.builder()
                    .toolSpecification((ToolSpecification) specification)
                    .toolExecutor((ToolExecutor) executor)
                    .build()));
        } else {
            all.addAll(ToolService.findTools(tools));
        }
        return all;
    }

    @Override
    public CallPlan plan(List<ToolCall> calls) {
        return parallel.plan(message(calls), tools);
    }

    @Override
    public List<Object> run(List<ToolCall> calls) {
        return parallel.execute(message(calls), tools).stream()
                .map(message -> Boolean.TRUE.equals(message.isError())
                        ? new Failure(message.text())
                        : message.hasSingleText() ? (Object) message.text() : message.contents())
                .toList();
    }

    @Override
    public List<ToolShape> shapes() {
        // A class lists its methods in no fixed order.
        return tools.stream()
                .sorted(Comparator.comparing(AiServiceTool::name))
                .map(tool -> new ToolShape(
                        tool.name(),
                        SchemaValues.parameters(tool.toolSpecification().parameters())))
                .toList();
    }

    private static AiMessage message(List<ToolCall> calls) {
        List<ToolExecutionRequest> requests = new ArrayList<>();
        for (ToolCall call : calls) {
            requests.add(ToolExecutionRequest.builder()
                    .id(call.id())
                    .name(call.tool())
                    .arguments(text(call.arguments()))
                    .build());
        }
        return AiMessage.from(requests);
    }

    private static String text(JsonNode arguments) {
        return arguments.isMissingNode() ? "not JSON" : arguments.toString();
    }
}
