package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.model.output.FinishReason;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A streaming model in this process that does what the test wrote, a reply a request, step by step. It treats its
 * handler as LangChain4j's own models do: what the handler throws is told to its {@code onError}, and the stream goes
 * on; once it is cancelled, no callbacks follow.
 */
final class ScriptedStreamingModel implements StreamingChatModel {

    static final String DONE = ScriptedChatModel.DONE;

    /** What the model does on one request. */
    @FunctionalInterface
    interface Reply {
        void to(Stream stream) throws Exception;
    }

    private final List<Reply> script;
    private final List<ChatRequest> requests = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private boolean ownThread = true;
    private boolean callsBackAlthoughCancelled;

    private ScriptedStreamingModel(List<Reply> script) {
        this.script = script;
    }

    /** Gives each reply once, in this order, and no more. */
    static ScriptedStreamingModel replying(Reply... script) {
        return new ScriptedStreamingModel(List.of(script));
    }

    /** Asks for one batch of calls, each completed before the message, and is then {@link #DONE}. */
    static ScriptedStreamingModel asking(ToolExecutionRequest... calls) {
        return replying(asks(calls), says(DONE));
    }

    /** Completes each call, and then the response. */
    static Reply asks(ToolExecutionRequest... calls) {
        return stream -> {
            for (ToolExecutionRequest call : calls) {
                stream.call(call);
            }
            stream.end(FinishReason.TOOL_EXECUTION, calls);
        };
    }

    static Reply says(String text) {
        return stream -> {
            stream.text(text);
            stream.end(AiMessage.from(text));
        };
    }

    /** Calls back on the thread that asks. */
    ScriptedStreamingModel onCallersThread() {
        ownThread = false;
        return this;
    }

    ScriptedStreamingModel callingBackAlthoughCancelled() {
        callsBackAlthoughCancelled = true;
        return this;
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        requests.add(request);
        int number = requests.size();
        Stream stream = new Stream(handler, callsBackAlthoughCancelled);
        Runnable reply = () -> {
            try {
                if (number > script.size()) {
                    throw new AssertionError(
                            "the model was asked " + number + " times, its script has " + script.size() + " replies");
                }
                script.get(number - 1).to(stream);
            } catch (Throwable e) {
                stream.error(e);
            }
        };
        if (ownThread) {
            Thread thread = Thread.ofPlatform().daemon().name("model-" + number).unstarted(reply);
            threads.add(thread);
            thread.start();
        } else {
            reply.run();
        }
    }

    List<ChatRequest> requests() {
        return requests;
    }

    /** The thread that replies to a request, counted from 1. */
    Thread thread(int request) {
        return threads.get(request - 1);
    }

    /** The tool messages of the last request, in order. */
    List<ToolExecutionResultMessage> results() {
        return requests.get(requests.size() - 1).messages().stream()
                .filter(ToolExecutionResultMessage.class::isInstance)
                .map(ToolExecutionResultMessage.class::cast)
                .toList();
    }

    List<String> resultTexts() {
        return results().stream().map(ToolExecutionResultMessage::text).toList();
    }

    /** One reply. */
    static final class Stream implements StreamingHandle {

        private final StreamingChatResponseHandler handler;
        private final boolean callsBackAlthoughCancelled;
        private final AtomicInteger calls = new AtomicInteger();
        private volatile boolean cancelled;

        private Stream(StreamingChatResponseHandler handler, boolean callsBackAlthoughCancelled) {
            this.handler = handler;
            this.callsBackAlthoughCancelled = callsBackAlthoughCancelled;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        private boolean isOver() {
            return cancelled && !callsBackAlthoughCancelled;
        }

        /** For what the methods below do not do. */
        StreamingChatResponseHandler handler() {
            return handler;
        }

        void text(String text) {
            if (!isOver()) {
                InternalStreamingChatResponseHandlerUtils.onPartialResponse(handler, text, this);
            }
        }

        void thinking(String text) {
            if (!isOver()) {
                InternalStreamingChatResponseHandlerUtils.onPartialThinking(handler, text, this);
            }
        }

        void partOfCall(String tool, String arguments) {
            if (!isOver()) {
                PartialToolCall part = PartialToolCall.builder()
                        .index(calls.get())
                        .name(tool)
                        .partialArguments(arguments)
                        .build();
                InternalStreamingChatResponseHandlerUtils.onPartialToolCall(handler, part, this);
            }
        }

        /** The next call is complete. */
        void call(ToolExecutionRequest call) {
            call(calls.getAndIncrement(), call);
        }

        void call(int index, ToolExecutionRequest call) {
            if (!isOver()) {
                InternalStreamingChatResponseHandlerUtils.onCompleteToolCall(
                        handler, new CompleteToolCall(index, call));
            }
        }

        void end(ToolExecutionRequest... calls) {
            end(null, calls);
        }

        void end(AiMessage message) {
            end(null, message);
        }

        void end(@Nullable FinishReason reason, ToolExecutionRequest... calls) {
            end(reason, ScriptedChatModel.calls(calls));
        }

        private void end(@Nullable FinishReason reason, AiMessage message) {
            if (!isOver()) {
                InternalStreamingChatResponseHandlerUtils.onCompleteResponse(
                        handler,
                        ChatResponse.builder()
                                .aiMessage(message)
                                .finishReason(reason)
                                .build());
            }
        }

        void error(@Nullable Throwable error) {
            if (!isOver()) {
                InternalStreamingChatResponseHandlerUtils.withLoggingExceptions(() -> handler.onError(error));
            }
        }
    }
}
