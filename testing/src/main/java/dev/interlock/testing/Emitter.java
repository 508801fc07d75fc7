package dev.interlock.testing;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.List;

/** Streams one reply to a handler, on the calling thread. Any thread may cancel the handle. */
final class Emitter implements StreamingHandle {

    private final StreamingChatResponseHandler handler;
    private volatile boolean cancelled;

    Emitter(StreamingChatResponseHandler handler) {
        this.handler = handler;
    }

    void emit(Reply reply) {
        reply.textParts()
                .forEach(part -> guarded(
                        () -> handler.onPartialResponse(new PartialResponse(part), new PartialResponseContext(this))));
        ChatResponse response = reply.response();
        if (response == null) {
            error(reply.error() == null ? new IllegalStateException("the reply has no response") : reply.error());
            return;
        }
        List<ToolExecutionRequest> calls = response.aiMessage().toolExecutionRequests();
        for (int index = 0; index < calls.size(); index++) {
            emit(calls.get(index), index, reply.argumentsPartLength());
        }
        guarded(() -> handler.onCompleteResponse(response));
    }

    private void emit(ToolExecutionRequest call, int index, int partLength) {
        String arguments = call.arguments() == null ? "" : call.arguments();
        for (int from = 0; partLength > 0 && from < arguments.length(); from += partLength) {
            PartialToolCall part = PartialToolCall.builder()
                    .index(index)
                    .id(call.id())
                    .name(call.name())
                    .partialArguments(arguments.substring(from, Math.min(arguments.length(), from + partLength)))
                    .build();
            guarded(() -> handler.onPartialToolCall(part, new PartialToolCallContext(this)));
        }
        guarded(() -> handler.onCompleteToolCall(new CompleteToolCall(index, call)));
    }

    /**
     * Does what LangChain4j's models do: what a callback throws goes to the handler's onError, and the stream goes on.
     */
    private void guarded(Runnable callback) {
        if (cancelled) {
            return;
        }
        try {
            callback.run();
        } catch (Exception e) {
            error(e);
        }
    }

    void error(Throwable error) {
        if (cancelled) {
            return;
        }
        try {
            handler.onError(error);
        } catch (Exception e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }
}
