package dev.interlock.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;

/** A user's model that is told, in each request, of chained calls. Thread-safe. */
final class InterlockChatModel extends ForwardingChatModel {

    private final InterlockToolService service;

    InterlockChatModel(ChatModel model, InterlockToolService service) {
        super(model);
        this.service = service;
    }

    boolean isOf(InterlockToolService other) {
        return service.equals(other);
    }

    @Override
    ChatResponse ask(ChatRequest request, Question question) {
        return question.ask(service.chained(request, provider()));
    }
}
