package dev.interlock.langchain4j.loop;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the callbacks of a streaming model off its event loop, since waiting for tools in a callback would block the
 * loop.
 *
 * <p>Invariant: if a callback comes on a thread that {@linkplain EventLoops must not block}, a virtual thread passes it
 * on, and all later ones too until none is left, one after another in the order of their arrival. Any other callback
 * passes on its own thread.
 *
 * <p>Exceptions of a handler there go to its {@code onError}, as in LangChain4j's models. Thread-safe.
 */
public final class OffEventLoop implements StreamingChatResponseHandler {

    private static final Logger log = LoggerFactory.getLogger(OffEventLoop.class);

    private final StreamingChatResponseHandler next;
    private final boolean forAskingThread;
    private final Object lock = new Object();

    // Guarded by lock.
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean passing;

    /**
     * Passes callbacks on.
     *
     * @param next the handler that receives the response
     */
    public OffEventLoop(StreamingChatResponseHandler next) {
        this(next, false);
    }

    /**
     * Passes callbacks on.
     *
     * @param next the handler that receives the response
     * @param forAskingThread see {@link #isForAskingThread}
     */
    public OffEventLoop(StreamingChatResponseHandler next, boolean forAskingThread) {
        this.next = next;
        this.forAskingThread = forAskingThread;
    }

    /**
     * Tells whether calls of the response should run on the thread that asks the model, if that thread waits, because a
     * guard wants it.
     *
     * @return false if any thread may deliver the response
     */
    public boolean isForAskingThread() {
        return forAskingThread;
    }

    private void pass(Runnable callback) {
        pass(callback, () -> {
            try {
                callback.run();
            } catch (Throwable e) {
                tell(e);
            }
        });
    }

    /**
     * Passes a callback on.
     *
     * @param callback what to do on this thread
     * @param elsewhere what to do on another thread, where no caller sees what it throws
     */
    private void pass(Runnable callback, Runnable elsewhere) {
        boolean here;
        boolean first;
        boolean onEventLoop = EventLoops.isCurrent();
        synchronized (lock) {
            here = !onEventLoop && !passing;
            first = !here && !passing;
            if (!here) {
                waiting.add(elsewhere);
                passing = true;
            }
        }
        if (here) {
            callback.run();
        } else if (first) {
            startPassing();
        }
    }

    private void startPassing() {
        Thread thread = Thread.ofVirtual()
                .name("interlock-off-event-loop")
                .inheritInheritableThreadLocals(false)
                .unstarted(this::passAll);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.start();
    }

    private void passAll() {
        for (Runnable callback = take(); callback != null; callback = take()) {
            callback.run();
        }
    }

    private @Nullable Runnable take() {
        synchronized (lock) {
            Runnable callback = waiting.poll();
            passing = callback != null;
            return callback;
        }
    }

    private void tell(Throwable thrown) {
        try {
            next.onError(thrown);
        } catch (Throwable e) {
            log.warn("A handler failed on an error", e);
        }
    }

    @Override
    public void onPartialResponse(String partialResponse) {
        pass(() -> next.onPartialResponse(partialResponse));
    }

    @Override
    public void onPartialResponse(PartialResponse partialResponse, PartialResponseContext context) {
        pass(() -> next.onPartialResponse(partialResponse, context));
    }

    @Override
    public void onPartialThinking(PartialThinking partialThinking) {
        pass(() -> next.onPartialThinking(partialThinking));
    }

    @Override
    public void onPartialThinking(PartialThinking partialThinking, PartialThinkingContext context) {
        pass(() -> next.onPartialThinking(partialThinking, context));
    }

    @Override
    public void onPartialToolCall(PartialToolCall partialToolCall) {
        pass(() -> next.onPartialToolCall(partialToolCall));
    }

    @Override
    public void onPartialToolCall(PartialToolCall partialToolCall, PartialToolCallContext context) {
        pass(() -> next.onPartialToolCall(partialToolCall, context));
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall completeToolCall) {
        pass(() -> next.onCompleteToolCall(completeToolCall));
    }

    @Override
    public void onUnmappedRawEvent(Object rawEvent) {
        pass(() -> next.onUnmappedRawEvent(rawEvent));
    }

    @Override
    public void onCompleteResponse(ChatResponse completeResponse) {
        pass(() -> next.onCompleteResponse(completeResponse));
    }

    /** If a handler fails on an error, it does not get that failure too. */
    @Override
    public void onError(Throwable error) {
        pass(() -> next.onError(error), () -> tell(error));
    }
}
