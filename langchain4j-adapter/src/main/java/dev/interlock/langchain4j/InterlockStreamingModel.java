package dev.interlock.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServiceContext;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** A user's streaming model, its responses watched for tool calls on their way to LangChain4j's handler. Thread-safe. */
final class InterlockStreamingModel implements StreamingChatModel {

    private final StreamingChatModel model;
    private final InterlockToolService service;
    private final AiServiceContext context;

    InterlockStreamingModel(StreamingChatModel model, InterlockToolService service, AiServiceContext context) {
        this.model = model;
        this.service = service;
        this.context = context;
    }

    private void watching(
            ChatRequest request,
            StreamingChatResponseHandler handler,
            BiConsumer<ChatRequest, StreamingChatResponseHandler> ask) {
        StreamingChatResponseHandler watched = StreamedResponse.of(handler, service, context);
        try {
            StreamingHandlerFields.tools(handler).ifPresent(service::learn);
            ask.accept(service.chained(request, provider()), watched);
        } catch (Throwable e) {
            StreamedResponse.abandon(watched, e);
            throw e;
        }
    }

    boolean isOf(InterlockToolService other) {
        return service.equals(other);
    }

    @Override
    public void chat(ChatRequest request, StreamingChatResponseHandler handler) {
        watching(request, handler, model::chat);
    }

    @Override
    public void chat(ChatRequest request, ChatRequestOptions options, StreamingChatResponseHandler handler) {
        watching(request, handler, (chained, watched) -> model.chat(chained, options, watched));
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        watching(request, handler, model::doChat);
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
