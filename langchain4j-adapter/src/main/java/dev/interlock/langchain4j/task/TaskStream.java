package dev.interlock.langchain4j.task;

import dev.interlock.langchain4j.loop.OffEventLoop;
import dev.interlock.langchain4j.loop.StreamErrors;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One streamed response of a run. When the run is stopped, the handler gets an error as soon as no callback is in
 * progress, and nothing after it, no matter what the model does. Thread-safe.
 */
final class TaskStream implements StreamingChatResponseHandler {

    private static final Logger log = LoggerFactory.getLogger(TaskStream.class);

    private final TaskRun run;
    private final StreamingChatResponseHandler next;

    /** Whether the thread that executes the run must handle the response, because its calls must run there. */
    private final boolean handsOver;

    private final Object lock = new Object();

    // Guarded by lock.
    private int delivering;
    private boolean over;
    private boolean completed;
    private @Nullable Throwable ending;
    private @Nullable Thread asking;

    TaskStream(TaskRun run, StreamingChatResponseHandler next) {
        this.run = run;
        this.next = next;
        this.handsOver = next instanceof OffEventLoop asked && asked.isForAskingThread() && run.isExecutedHere();
    }

    /** Records the thread that asks the model. Another thread may call back. */
    void askedOn(Thread thread) {
        synchronized (lock) {
            asking = thread;
            if (ending == null) {
                return;
            }
        }
        thread.interrupt();
    }

    /** Ends the response with an error, unless it is over. If a thread is delivering, that thread does it. */
    void end(Throwable error) {
        synchronized (lock) {
            if (over || ending != null) {
                return;
            }
            ending = error;
        }
        endUnlessDelivering();
    }

    private void endUnlessDelivering() {
        Throwable error;
        Thread interrupted;
        synchronized (lock) {
            error = ending;
            if (error == null || over || delivering > 0) {
                return;
            }
            over = true;
            interrupted = asking;
        }
        try {
            next.onError(error);
        } finally {
            if (interrupted != null) {
                interrupted.interrupt();
            }
        }
    }

    private boolean enter() {
        synchronized (lock) {
            if (over || ending != null) {
                return false;
            }
            delivering++;
            return true;
        }
    }

    /** Enters the response's completion; false if the model has completed it before, even at the same time. */
    private boolean enterCompletion() {
        synchronized (lock) {
            if (completed || !enter()) {
                return false;
            }
            completed = true;
            return true;
        }
    }

    /**
     * Handles the return of a callback.
     *
     * @param last the error with which the response ends; null if it goes on
     */
    private void exit(@Nullable Throwable last) {
        synchronized (lock) {
            delivering--;
            ending = ending == null ? last : ending;
        }
        endUnlessDelivering();
    }

    private void finished() {
        synchronized (lock) {
            over = true;
        }
    }

    private void deliver(@Nullable StreamingHandle handle, Runnable callback) {
        if (!enter()) {
            if (handle != null && !handle.isCancelled()) {
                handle.cancel();
            }
            return;
        }
        try {
            run.within(callback);
        } finally {
            exit(null);
        }
    }

    @Override
    public void onPartialResponse(String partialResponse) {
        deliver(null, () -> next.onPartialResponse(partialResponse));
    }

    @Override
    public void onPartialResponse(PartialResponse partialResponse, PartialResponseContext context) {
        deliver(context.streamingHandle(), () -> next.onPartialResponse(partialResponse, context));
    }

    @Override
    public void onPartialThinking(PartialThinking partialThinking) {
        deliver(null, () -> next.onPartialThinking(partialThinking));
    }

    @Override
    public void onPartialThinking(PartialThinking partialThinking, PartialThinkingContext context) {
        deliver(context.streamingHandle(), () -> next.onPartialThinking(partialThinking, context));
    }

    @Override
    public void onPartialToolCall(PartialToolCall partialToolCall) {
        deliver(null, () -> next.onPartialToolCall(partialToolCall));
    }

    @Override
    public void onPartialToolCall(PartialToolCall partialToolCall, PartialToolCallContext context) {
        deliver(context.streamingHandle(), () -> next.onPartialToolCall(partialToolCall, context));
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall completeToolCall) {
        if (run.mayHaveAnotherRound()) {
            deliver(null, () -> next.onCompleteToolCall(completeToolCall));
        }
    }

    @Override
    public void onUnmappedRawEvent(Object rawEvent) {
        deliver(null, () -> next.onUnmappedRawEvent(rawEvent));
    }

    /** An exception of the loop in here ends the run, whether or not the model would report it. */
    @Override
    public void onCompleteResponse(ChatResponse completeResponse) {
        if (handsOver && !run.isExecutedHere()) {
            run.handOvers().add(() -> complete(completeResponse));
        } else {
            complete(completeResponse);
        }
    }

    private void complete(ChatResponse completeResponse) {
        if (!enterCompletion()) {
            return;
        }
        Throwable thrown = null;
        try {
            if (run.received(completeResponse)) {
                run.within(() -> next.onCompleteResponse(completeResponse));
                finished();
            } else {
                thrown = run.stoppedException();
            }
        } catch (Throwable e) {
            thrown = e;
        } finally {
            exit(thrown);
        }
    }

    @Override
    public void onError(Throwable error) {
        if (StreamErrors.isOfPiece(error)) {
            log.debug("The client could not report a piece of a call", error);
            return;
        }
        if (!enter()) {
            return;
        }
        try {
            run.within(() -> next.onError(error));
        } finally {
            finished();
            exit(null);
        }
    }
}
