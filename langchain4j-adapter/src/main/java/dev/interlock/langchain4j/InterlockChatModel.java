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

/** A user's model that is told, in each request, of chained calls. Thread-safe. */
final class InterlockChatModel implements ChatModel {

    private final ChatModel model;
    private final InterlockToolService service;

    InterlockChatModel(ChatModel model, InterlockToolService service) {
        this.model = model;
        this.service = service;
    }

    boolean isOf(InterlockToolService other) {
        return service.equals(other);
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        return model.chat(service.chained(request, provider()));
    }

    @Override
    public ChatResponse chat(ChatRequest request, ChatRequestOptions options) {
        return model.chat(service.chained(request, provider()), options);
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        return model.doChat(service.chained(request, provider()));
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
