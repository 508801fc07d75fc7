package dev.interlock.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.Set;

/** A user's model: its requests and responses are counted for the run of the current thread. Thread-safe. */
final class TaskChatModel implements ChatModel {

    /** One way of asking the user's model. */
    private interface Question {
        ChatResponse ask(ChatRequest request);
    }

    private final ChatModel model;

    TaskChatModel(ChatModel model) {
        this.model = model;
    }

    private ChatResponse counted(ChatRequest request, Question question) {
        TaskRun run = TaskRun.current();
        if (run == null) {
            return question.ask(request);
        }
        ChatRequest asked = run.asking(request);
        ChatResponse response =
                run.isStoppable() ? ModelThread.ask(run, () -> question.ask(asked)) : question.ask(asked);
        if (!run.received(response)) {
            throw run.stoppedException();
        }
        return response;
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        return counted(request, model::chat);
    }

    @Override
    public ChatResponse chat(ChatRequest request, ChatRequestOptions options) {
        return counted(request, asked -> model.chat(asked, options));
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        return counted(request, model::doChat);
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
