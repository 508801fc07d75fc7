package dev.interlock.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A model that gives whole responses, with what belongs to them besides the message; at once or streamed. */
final class ScriptedReplies {

    private final IntFunction<ChatResponse> script;
    private final List<ChatRequest> requests = new CopyOnWriteArrayList<>();

    private ScriptedReplies(IntFunction<ChatResponse> script) {
        this.script = script;
    }

    /** Gives each response once, in this order, and no more. */
    static ScriptedReplies of(ChatResponse... responses) {
        return new ScriptedReplies(request -> responses[request - 1]);
    }

    /**
     * Never stops.
     *
     * @param messages by the number of the request, from 1
     */
    static ScriptedReplies endless(IntFunction<AiMessage> messages) {
        return new ScriptedReplies(request -> reply(messages.apply(request), null));
    }

    static ChatResponse reply(AiMessage message, @Nullable FinishReason reason) {
        return ChatResponse.builder().aiMessage(message).finishReason(reason).build();
    }

    List<ChatRequest> requests() {
        return requests;
    }

    /** The texts of all tool messages of the last request. */
    List<String> resultTexts() {
        return requests.get(requests.size() - 1).messages().stream()
                .filter(ToolExecutionResultMessage.class::isInstance)
                .map(message -> ((ToolExecutionResultMessage) message).text())
                .toList();
    }

    private synchronized ChatResponse next(ChatRequest request) {
        requests.add(request);
        return script.apply(requests.size());
    }

    ChatModel chatModel() {
        return new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                return next(request);
            }
        };
    }

    /** Treats its handler as LangChain4j's models do: what it throws goes to its {@code onError}. */
    StreamingChatModel streamingChatModel() {
        return new StreamingChatModel() {
            @Override
            public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
                ChatResponse response = next(request);
                Thread.ofVirtual().start(() -> stream(response, handler));
            }
        };
    }

    private static void stream(ChatResponse response, StreamingChatResponseHandler handler) {
        try {
            AiMessage message = response.aiMessage();
            if (message.text() != null && !message.text().isEmpty()) {
                handler.onPartialResponse(message.text());
            }
            for (int i = 0; i < message.toolExecutionRequests().size(); i++) {
                handler.onCompleteToolCall(
                        new CompleteToolCall(i, message.toolExecutionRequests().get(i)));
            }
            handler.onCompleteResponse(response);
        } catch (Throwable e) {
            handler.onError(e);
        }
    }
}
