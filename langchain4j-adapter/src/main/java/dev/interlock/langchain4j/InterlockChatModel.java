package dev.interlock.langchain4j;

import dev.interlock.langchain4j.loop.ForwardingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.concurrent.CompletableFuture;

/**
 * Wraps a user's model. It explains chained calls to the model in each request. For a resumed invocation it returns the
 * suspended response instead of asking the model. Thread-safe.
 */
final class InterlockChatModel extends ForwardingChatModel {

    private final ServiceRounds rounds;

    InterlockChatModel(ChatModel model, ServiceRounds rounds) {
        super(model);
        this.rounds = rounds;
    }

    boolean isOf(ServiceRounds other) {
        return rounds.equals(other);
    }

    @Override
    protected ChatResponse ask(ChatRequest request, Question question) {
        Resumption resumption = Resumption.current();
        ChatResponse suspended = resumption == null ? null : resumption.takeResponse(rounds);
        return suspended == null ? question.ask(rounds.tools().chained(request, provider())) : suspended;
    }

    @Override
    protected CompletableFuture<ChatResponse> askAsync(ChatRequest request, AsyncQuestion question) {
        return question.ask(rounds.tools().chained(request, provider()));
    }
}
