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

    /** What {@link #next} threw last when it was told of a part. */
    private volatile @Nullable Throwable thrown;

    private final AtomicBoolean completed = new AtomicBoolean();

    ForwardingHandler(StreamingChatResponseHandler next) {
        this.next = next;
    }

    /** The stream is cancelled, so no more callbacks follow. Any thread may call this, and repeatedly. */
    abstract void onCancel();

    /** The stream has shown the handle by which it can be cancelled. */
    void onHandle(StreamingHandle handle) {}

    /**
     * Whether an error is not the stream's: LangChain4j's models tell a handler what it threw itself, and go on.
     */
    @SuppressWarnings("ReferenceEquality") // that very error
    final boolean isHandlersOwn(Throwable error) {
        return error == thrown;
    }

    /** Whether the response is complete for the first time: its calls run once, also if the model says it twice. */
    final boolean completesFirst() {
        boolean first = completed.compareAndSet(false, true);
        if (!first) {
            log.warn("The model has completed one response more than once; it counts once");
        }
        return first;
    }

    /** Calls the user back, perhaps. */
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
