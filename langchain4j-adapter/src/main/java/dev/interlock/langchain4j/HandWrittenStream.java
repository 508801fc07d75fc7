package dev.interlock.langchain4j;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.langchain4j.loop.StreamErrors;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the calls of a response that a hand-written loop streams. The loop gets their results when it executes the
 * message, on any thread. So the message object is their key, as long as it lives.
 */
final class HandWrittenStream extends ForwardingHandler {

    private static final Logger log = LoggerFactory.getLogger(HandWrittenStream.class);

    private static final WeakIdentityMap<AiMessage, Complete> COMPLETE = new WeakIdentityMap<>(
            response -> response.calls().cancel("the loop dropped its message without" + " executing it"));

    /**
     * A complete response. It does not hold the user's handler: through that it might hold its own key.
     *
     * @param factory creates calls for requests that have not started
     * @param end how the response ended
     */
    record Complete(StreamedCalls calls, RequestCallFactory factory, ResponseEnd end) {
        List<RequestCall> finish(AiMessage message) {
            StreamedEnd ended = calls.finish(message.toolExecutionRequests(), factory, end);
            SuspendedRound suspended = ended.round().suspended();
            if (suspended != null) {
                throw Suspending.ofLoop(factory).leave(suspended, message, ended.calls());
            }
            // Whatever happens, the loop gets one result for each request.
            return ended.calls();
        }
    }

    private final RequestCallFactory factory;
    private final StreamedCalls calls;
    private final RequestIds ids = new RequestIds(RequestIds.Need.RESPONSE);

    HandWrittenStream(StreamingChatResponseHandler next, RequestCallFactory factory, StreamedCalls calls) {
        super(next);
        this.factory = factory;
        this.calls = calls;
    }

    /** Takes the response that a message came with, once; null if it was not streamed. */
    static @Nullable Complete take(AiMessage message) {
        return COMPLETE.remove(message);
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall completeToolCall) {
        super.onCompleteToolCall(completeToolCall);
        if (!isComplete()) {
            calls.completed(completeToolCall.index(), completeToolCall.toolExecutionRequest(), factory);
        }
    }

    @Override
    public void onCompleteResponse(ChatResponse completeResponse) {
        if (!completesFirst()) {
            return;
        }
        COMPLETE.purge();
        AiMessage given = completeResponse.aiMessage();
        AiMessage repaired = ids.repair(given, List::of);
        AiMessage message = repaired == null ? given : repaired;
        if (message.hasToolExecutionRequests()) {
            // The message is the key, and a model may give one message to several loops, such as from a cache.
            message = message.toBuilder().build();
            COMPLETE.put(message, new Complete(calls, factory, ResponseEnd.of(completeResponse, true)));
        } else {
            EarlyRuns ran = calls.mayMatter() ? calls.cancelAndWait(StreamedCalls.NOT_HELD) : EarlyRuns.NONE;
            calls.cancel(StreamedCalls.NOT_HELD);
            if (ran.matter()) {
                log.warn(
                        "Calls were started while the response streamed, but its complete message does not contain"
                                + " them: {}",
                        ran.words());
            }
        }
        super.onCompleteResponse(
                message.hasToolExecutionRequests()
                        ? completeResponse.toBuilder().aiMessage(message).build()
                        : completeResponse);
    }

    @Override
    public void onError(Throwable error) {
        if (isHandlersOwn(error)) {
            String going = calls.suspect();
            super.onError(going == null ? error : EarlyRunsException.notedOn(error, going));
        } else if (StreamErrors.isOfPiece(error)) {
            log.debug("The client could not report a piece of a call", error);
        } else {
            EarlyRuns ran = calls.cancelAndWait("the stream failed: " + error);
            super.onError(ran.matter() ? EarlyRunsException.notedOn(error, ran.words()) : error);
        }
    }

    @Override
    void onCancel() {
        calls.cancel(StreamedCalls.CANCELLED);
    }
}
