package dev.interlock.langchain4j.loop;

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

/** A user's model, forwarded: what it is asked goes through one place. */
public abstract class ForwardingChatModel implements ChatModel {

    /** One way of asking the model. */
    public interface Question {

        /**
         * Asks.
         *
         * @param request what
         * @return the response
         */
        ChatResponse ask(ChatRequest request);
    }

    private final ChatModel model;

    /**
     * Forwards a model.
     *
     * @param model the model
     */
    protected ForwardingChatModel(ChatModel model) {
        this.model = model;
    }

    /**
     * Asks the model, whichever way it is to be asked.
     *
     * @param request what was asked
     * @param question asks the model
     * @return the response
     */
    protected abstract ChatResponse ask(ChatRequest request, Question question);

    @Override
    public final ChatResponse chat(ChatRequest request) {
        return ask(request, model::chat);
    }

    @Override
    public final ChatResponse chat(ChatRequest request, ChatRequestOptions options) {
        return ask(request, asked -> model.chat(asked, options));
    }

    @Override
    public final ChatResponse doChat(ChatRequest request) {
        return ask(request, model::doChat);
    }

    @Override
    public final ChatRequestParameters defaultRequestParameters() {
        return model.defaultRequestParameters();
    }

    @Override
    public final List<ChatModelListener> listeners() {
        return model.listeners();
    }

    @Override
    public final ModelProvider provider() {
        return model.provider();
    }

    @Override
    public final Set<Capability> supportedCapabilities() {
        return model.supportedCapabilities();
    }
}
