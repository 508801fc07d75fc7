package dev.interlock.langchain4j;

import dev.interlock.call.Outcome;
import dev.interlock.execution.ToolCallExecutor;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Executes the requests of a message for a loop that is not LangChain4j's: every failure becomes a result. */
final class HandWrittenLoop {

    private final ToolCallExecutor engine;
    private final ToolBindings bindings;

    HandWrittenLoop(ToolCallExecutor engine) {
        this.engine = engine;
        this.bindings = new ToolBindings(engine);
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
        HandWrittenStream.Complete streamed = HandWrittenStream.take(message);
        List<RequestTask> tasks =
                streamed == null ? execute(message, requestTasks(tools, context)) : streamed.finish(message);
        List<ToolExecutionResultMessage> results = new ArrayList<>(tasks.size());
        for (int i = 0; i < tasks.size(); i++) {
            results.add(
                    tasks.get(i).resultMessage(message.toolExecutionRequests().get(i)));
        }
        return results;
    }

    private List<RequestTask> execute(AiMessage message, RequestTasks factory) {
        List<RequestTask> tasks =
                message.toolExecutionRequests().stream().map(factory::task).toList();
        engine.round(tasks).execute();
        return tasks;
    }

    StreamingChatResponseHandler streamingHandler(
            Iterable<AiServiceTool> tools, StreamingChatResponseHandler next, InvocationContext context) {
        return new HandWrittenStream(
                next, requestTasks(tools, context), new StreamedCalls(engine, null, engine.captureContext()));
    }

    private RequestTasks requestTasks(Iterable<AiServiceTool> tools, InvocationContext context) {
        Map<String, ToolExecutor> executors = new HashMap<>();
        List<ToolSpecification> specifications = new ArrayList<>();
        for (AiServiceTool tool : tools) {
            if (executors.putIfAbsent(tool.name(), tool.toolExecutor()) != null) {
                throw new IllegalArgumentException("there are two tools named '" + tool.name() + "'");
            }
            specifications.add(tool.toolSpecification());
        }
        ErrorHandling handling = new ErrorHandling(
                null,
                null,
                (error, errorContext) -> ToolErrorHandlerResult.text(new Outcome.Failed(error).message()),
                (error, errorContext) -> ToolErrorHandlerResult.text(new Outcome.Failed(error).message()),
                request -> ToolExecutionResult.builder()
                        .isError(true)
                        .resultText("there is no tool named '" + request.name() + "', there are "
                                + executors.keySet().stream().sorted().toList())
                        .build());
        ToolServiceContext known = ToolServiceContext.builder()
                .effectiveTools(specifications)
                .toolExecutors(executors)
                .build();
        return new RequestTasks(engine, bindings, known, context, handling);
    }
}
