package dev.interlock.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.Set;

/** A user's streaming model: its responses are counted for the run of the current thread, and end with it. Thread-safe. */
final class TaskStreamingModel implements StreamingChatModel {

    /** One way of asking the user's model. */
    private interface Question {
        void ask(ChatRequest request, StreamingChatResponseHandler handler);
    }

    private final StreamingChatModel model;

    TaskStreamingModel(StreamingChatModel model) {
        this.model = model;
    }

    private void counted(ChatRequest request, StreamingChatResponseHandler handler, Question question) {
        TaskRun run = TaskRun.current();
        if (run == null) {
            question.ask(request, handler);
            return;
        }
        ChatRequest asked = run.asking(request);
        TaskStream stream = new TaskStream(run, handler);
        run.streams(stream);
        if (!run.isStoppable()) {
            question.ask(asked, stream);
            return;
        }
        stream.askedOn(ModelThread.start(run, () -> {
            try {
                question.ask(asked, stream);
            } catch (Throwable e) {
                stream.onError(e);
            }
            return null;
        }));
    }

    @Override
    public void chat(ChatRequest request, StreamingChatResponseHandler handler) {
        counted(request, handler, model::chat);
    }

    @Override
    public void chat(ChatRequest request, ChatRequestOptions options, StreamingChatResponseHandler handler) {
        counted(request, handler, (asked, stream) -> model.chat(asked, options, stream));
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        counted(request, handler, model::doChat);
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return model.defaultRequestParameters();
    }

    @Override
    public List<ChatModelListener> listeners() {
        return model.listeners();
    }

    @Override
    public ModelProvider provider() {
        return model.provider();
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return model.supportedCapabilities();
    }
}
