package dev.interlock.reactive;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/**
 * A streaming model that calls back on an event loop, as those on Netty do: asks for some calls, and answers with their
 * results. What its handler throws is told to the handler.
 */
final class LoopModel implements StreamingChatModel {

    private final Executor loop;
    private final List<ToolExecutionRequest> calls;
    final List<String> threads = new CopyOnWriteArrayList<>();

    LoopModel(Executor loop, ToolExecutionRequest... calls) {
        this.loop = loop;
        this.calls = List.of(calls);
    }

    static ToolExecutionRequest call(String id, String tool) {
        return ToolExecutionRequest.builder().id(id).name(tool).arguments("{}").build();
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        loop.execute(() -> {
            threads.add(Thread.currentThread().getName());
            try {
                reply(request, handler);
            } catch (Throwable e) {
                handler.onError(e);
            }
        });
    }

    private void reply(ChatRequest request, StreamingChatResponseHandler handler) {
        List<String> results = request.messages().stream()
                .filter(ToolExecutionResultMessage.class::isInstance)
                .map(message -> ((ToolExecutionResultMessage) message).text())
                .toList();
        if (results.isEmpty()) {
            for (int i = 0; i < calls.size(); i++) {
                handler.onCompleteToolCall(new CompleteToolCall(i, calls.get(i)));
            }
            handler.onCompleteResponse(ChatResponse.builder()
                    .aiMessage(AiMessage.from(calls))
                    .finishReason(FinishReason.TOOL_EXECUTION)
                    .build());
        } else {
            results.forEach(handler::onPartialResponse);
            handler.onCompleteResponse(ChatResponse.builder()
                    .aiMessage(AiMessage.from(String.join(", ", results)))
                    .finishReason(FinishReason.STOP)
                    .build());
        }
    }
}
