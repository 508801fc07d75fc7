package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolServiceResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Stands in for LangChain4j's asynchronous loop, which the version that the tests run on does not have: it starts the
 * tools of a response by the tool service, waits for all without a thread, fails by the first failure, and goes on to
 * the model. Compensation, return behaviours and events are left out.
 */
record StandInAsyncLoop(AsyncToolService service) implements AsyncModelLoop {

    @Override
    public CompletableFuture<ToolServiceResult> run(Start start) {
        return round(start, start.chatResponse(), new ArrayList<>(start.messages()));
    }

    private CompletableFuture<ToolServiceResult> round(Start start, ChatResponse response, List<ChatMessage> messages) {
        AiMessage message = response.aiMessage();
        add(start, messages, message);
        if (!message.hasToolExecutionRequests()) {
            return CompletableFuture.completedFuture(ToolServiceResult.builder()
                    .intermediateResponses(List.of())
                    .finalResponse(response)
                    .toolExecutions(List.of())
                    .build());
        }
        List<ToolExecutionRequest> requests = message.toolExecutionRequests();
        List<CompletableFuture<ToolExecutionResult>> started = new ArrayList<>();
        for (ToolExecutionRequest request : requests) {
            started.add(service.startTool(
                    request,
                    start.toolServiceContext().toolExecutors(),
                    start.invocationContext(),
                    null,
                    null,
                    service.effectiveToolExecutor()));
        }
        return CompletableFuture.allOf(started.toArray(CompletableFuture[]::new))
                .handle((all, error) -> error == null ? null : firstOf(started))
                .thenCompose(error -> {
                    if (start.cancellation() != null && start.cancellation().isCancelled()) {
                        return CompletableFuture.failedFuture(new CancellationException());
                    }
                    if (error != null) {
                        return CompletableFuture.failedFuture(error);
                    }
                    for (int i = 0; i < requests.size(); i++) {
                        add(
                                start,
                                messages,
                                answer(requests.get(i), started.get(i).getNow(null)));
                    }
                    return goOn(start, messages);
                });
    }

    private CompletableFuture<ToolServiceResult> goOn(Start start, List<ChatMessage> messages) {
        ChatRequest next = ChatRequest.builder().messages(messages).build();
        return start.chatModelInvoker().apply(next).thenCompose(response -> round(start, response, messages));
    }

    private static void add(Start start, List<ChatMessage> messages, ChatMessage message) {
        messages.add(message);
        if (start.chatMemory() != null) {
            start.chatMemory().add(message);
        }
    }

    private static Throwable firstOf(List<CompletableFuture<ToolExecutionResult>> started) {
        for (CompletableFuture<ToolExecutionResult> future : started) {
            if (future.isCompletedExceptionally()) {
                Throwable error = future.exceptionNow();
                return error instanceof CompletionException ? error.getCause() : error;
            }
        }
        throw new AssertionError("none failed");
    }

    private static ToolExecutionResultMessage answer(ToolExecutionRequest request, ToolExecutionResult result) {
        return ToolExecutionResultMessage.builder()
                .id(request.id())
                .toolName(request.name())
                .contents(result.resultContents())
                .isError(result.isError())
                .build();
    }
}
