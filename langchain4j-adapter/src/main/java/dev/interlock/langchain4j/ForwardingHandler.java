package dev.interlock.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;

/** Forwards a streamed response, and notices when the stream is cancelled through one of its handles. */
abstract class ForwardingHandler implements StreamingChatResponseHandler {

    private final StreamingChatResponseHandler next;

    ForwardingHandler(StreamingChatResponseHandler next) {
        this.next = next;
    }

    /** Somebody has cancelled the stream: nobody will be called back. May be called on any thread, and repeatedly. */
    abstract void onCancel();

    private StreamingHandle watched(StreamingHandle handle) {
        return new StreamingHandle() {
            @Override
            public void cancel() {
                try {
                    handle.cancel();
                } finally {
                    onCancel();
                }
            }

            @Override
            public boolean isCancelled() {
                return handle.isCancelled();
            }
        };
    }

    @Override
    public void onPartialResponse(String partialResponse) {
        next.onPartialResponse(partialResponse);
    }

    @Override
    public void onPartialResponse(PartialResponse partialResponse, PartialResponseContext context) {
        next.onPartialResponse(partialResponse, new PartialResponseContext(watched(context.streamingHandle())));
    }

    @Override
    public void onPartialThinking(PartialThinking partialThinking) {
        next.onPartialThinking(partialThinking);
    }

    @Override
    public void onPartialThinking(PartialThinking partialThinking, PartialThinkingContext context) {
        next.onPartialThinking(partialThinking, new PartialThinkingContext(watched(context.streamingHandle())));
    }

    @Override
    public void onPartialToolCall(PartialToolCall partialToolCall) {
        next.onPartialToolCall(partialToolCall);
    }

    @Override
    public void onPartialToolCall(PartialToolCall partialToolCall, PartialToolCallContext context) {
        next.onPartialToolCall(partialToolCall, new PartialToolCallContext(watched(context.streamingHandle())));
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall completeToolCall) {
        next.onCompleteToolCall(completeToolCall);
    }

    @Override
    public void onUnmappedRawEvent(Object rawEvent) {
        next.onUnmappedRawEvent(rawEvent);
    }

    @Override
    public void onCompleteResponse(ChatResponse completeResponse) {
        next.onCompleteResponse(completeResponse);
    }

    @Override
    public void onError(Throwable error) {
        next.onError(error);
    }
}
