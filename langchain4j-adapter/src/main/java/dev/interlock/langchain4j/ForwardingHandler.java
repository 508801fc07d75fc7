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
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forwards a streamed response, and notices when the stream is cancelled through one of its handles. */
abstract class ForwardingHandler implements StreamingChatResponseHandler {

    private static final Logger log = LoggerFactory.getLogger(ForwardingHandler.class);

    private final StreamingChatResponseHandler next;

    /** The exception that {@link #next} threw last on a part of the response. */
    private volatile @Nullable Throwable thrown;

    private final AtomicBoolean completed = new AtomicBoolean();

    ForwardingHandler(StreamingChatResponseHandler next) {
        this.next = next;
    }

    /** Called when the stream is cancelled and no more callbacks follow; by any thread, perhaps several times. */
    abstract void onCancel();

    /** Called when the stream passes the handle that can cancel it. */
    void onHandle(StreamingHandle handle) {}

    /**
     * Whether an error is the handler's own and not the stream's. LangChain4j's models report to a handler what it
     * threw itself, and go on.
     */
    @SuppressWarnings("ReferenceEquality") // this same error
    final boolean isHandlersOwn(Throwable error) {
        return error == thrown;
    }

    /**
     * Whether the response is complete for the first time. Its calls run once, even if the model completes it twice.
     */
    final boolean completesFirst() {
        boolean first = completed.compareAndSet(false, true);
        if (!first) {
            log.warn("The model has completed one response more than once; only the first time counts");
        }
        return first;
    }

    /** Whether the response was complete. */
    final boolean isComplete() {
        return completed.get();
    }

    /** Runs a callback of the user's. */
    void callBack(Runnable callback) {
        callback.run();
    }

    private void tell(Runnable part) {
        noting(() -> callBack(part));
    }

    private void noting(Runnable part) {
        try {
            part.run();
        } catch (Throwable e) {
            thrown = e;
            throw e;
        }
    }

    private StreamingHandle watched(StreamingHandle handle) {
        onHandle(handle);
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
        tell(() -> next.onPartialResponse(partialResponse));
    }

    @Override
    public void onPartialResponse(PartialResponse partialResponse, PartialResponseContext context) {
        PartialResponseContext watched = new PartialResponseContext(watched(context.streamingHandle()));
        tell(() -> next.onPartialResponse(partialResponse, watched));
    }

    @Override
    public void onPartialThinking(PartialThinking partialThinking) {
        tell(() -> next.onPartialThinking(partialThinking));
    }

    @Override
    public void onPartialThinking(PartialThinking partialThinking, PartialThinkingContext context) {
        PartialThinkingContext watched = new PartialThinkingContext(watched(context.streamingHandle()));
        tell(() -> next.onPartialThinking(partialThinking, watched));
    }

    @Override
    public void onPartialToolCall(PartialToolCall partialToolCall) {
        tell(() -> next.onPartialToolCall(partialToolCall));
    }

    @Override
    public void onPartialToolCall(PartialToolCall partialToolCall, PartialToolCallContext context) {
        PartialToolCallContext watched = new PartialToolCallContext(watched(context.streamingHandle()));
        tell(() -> next.onPartialToolCall(partialToolCall, watched));
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall completeToolCall) {
        noting(() -> next.onCompleteToolCall(completeToolCall));
    }

    @Override
    public void onUnmappedRawEvent(Object rawEvent) {
        tell(() -> next.onUnmappedRawEvent(rawEvent));
    }

    @Override
    public void onCompleteResponse(ChatResponse completeResponse) {
        callBack(() -> next.onCompleteResponse(completeResponse));
    }

    @Override
    public void onError(Throwable error) {
        callBack(() -> next.onError(error));
    }
}
