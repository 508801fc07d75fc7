package dev.interlock.langchain4j;

import dev.interlock.call.Outcome;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Executes the requests of a message for a loop that is not LangChain4j's: every failure becomes a result. */
final class HandWrittenLoop {

    private final ToolCallExecutor engine;
    private final ToolBindings bindings;

    HandWrittenLoop(ToolCallExecutor engine, McpTrust trust) {
        this.engine = engine;
        this.bindings = new ToolBindings(engine, trust);
    }

    static InvocationContext newContext() {
        return InvocationContext.builder()
                .invocationId(UUID.randomUUID())
                .invocationParameters(new InvocationParameters())
                .timestampNow()
                .build();
    }

    List<ToolExecutionResultMessage> execute(
            AiMessage message, Iterable<AiServiceTool> tools, InvocationContext context) {
        if (!message.hasToolExecutionRequests()) {
            return List.of();
        }
        Map<String, AiServiceTool> byName = new HashMap<>();
        for (AiServiceTool tool : tools) {
            if (byName.putIfAbsent(tool.name(), tool) != null) {
                throw new IllegalArgumentException("there are two tools named '" + tool.name() + "'");
            }
        }
        ErrorHandling handling = new ErrorHandling(
                null,
                null,
                (error, errorContext) -> ToolErrorHandlerResult.text(new Outcome.Failed(error).message()),
                (error, errorContext) -> ToolErrorHandlerResult.text(new Outcome.Failed(error).message()),
                request -> ToolExecutionResult.builder()
                        .isError(true)
                        .resultText("there is no tool named '" + request.name() + "', there are "
                                + byName.keySet().stream().sorted().toList())
                        .build());
        List<RequestTask> tasks = new ArrayList<>();
        for (ToolExecutionRequest request : message.toolExecutionRequests()) {
            String name = request.name() == null ? "" : request.name();
            AiServiceTool tool = byName.get(name);
            ToolBinding binding = tool == null
                    ? engine.bindUnknown(name)
                    : bindings.binding(name, tool.toolExecutor(), tool.toolSpecification());
            tasks.add(new RequestTask(request, binding, tool == null ? null : tool.toolExecutor(), context, handling));
        }
        engine.round(tasks).execute();
        return tasks.stream().map(RequestTask::resultMessage).toList();
    }
}
