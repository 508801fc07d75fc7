package dev.interlock.testing;

import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;

/**
 * Passes all callbacks on, and records the end of the stream. If that cannot be recorded, the stream ends with the
 * failure.
 */
record RecordingHandler(StreamingChatResponseHandler next, ChatRequest request, ConversationWriter writer)
        implements StreamingChatResponseHandler {

    @Override
    public void onPartialResponse(String part) {
        next.onPartialResponse(part);
    }

    @Override
    public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
        next.onPartialResponse(part, context);
    }

    @Override
    public void onPartialThinking(PartialThinking part) {
        next.onPartialThinking(part);
    }

    @Override
    public void onPartialThinking(PartialThinking part, PartialThinkingContext context) {
        next.onPartialThinking(part, context);
    }

    @Override
    public void onPartialToolCall(PartialToolCall part) {
        next.onPartialToolCall(part);
    }

    @Override
    public void onPartialToolCall(PartialToolCall part, PartialToolCallContext context) {
        next.onPartialToolCall(part, context);
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall call) {
        next.onCompleteToolCall(call);
    }

    @Override
    public void onUnmappedRawEvent(Object event) {
        next.onUnmappedRawEvent(event);
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
        try {
            writer.responded(request, response);
        } catch (RuntimeException | Error e) {
            next.onError(e);
            return;
        }
        next.onCompleteResponse(response);
    }

    @Override
    public void onError(Throwable error) {
        writer.failed(request, error);
        next.onError(error);
    }
}
