package dev.interlock.langchain4j.loop;

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

/** A user's streaming model, forwarded: what it is asked, and who is told, goes through one place. */
public abstract class ForwardingStreamingModel implements StreamingChatModel {

    /** One way of asking the model. */
    public interface Question {

        /**
         * Asks.
         *
         * @param request what
         * @param handler is told the response
         */
        void ask(ChatRequest request, StreamingChatResponseHandler handler);
    }

    private final StreamingChatModel model;

    /**
     * Forwards a model.
     *
     * @param model the model
     */
    protected ForwardingStreamingModel(StreamingChatModel model) {
        this.model = model;
    }

    /**
     * Asks the model, whichever way it is to be asked.
     *
     * @param request what was asked
     * @param handler of who asked
     * @param question asks the model
     */
    protected abstract void ask(ChatRequest request, StreamingChatResponseHandler handler, Question question);

    @Override
    public final void chat(ChatRequest request, StreamingChatResponseHandler handler) {
        ask(request, handler, model::chat);
    }

    @Override
    public final void chat(ChatRequest request, ChatRequestOptions options, StreamingChatResponseHandler handler) {
        ask(request, handler, (asked, told) -> model.chat(asked, options, told));
    }

    @Override
    public final void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        ask(request, handler, model::doChat);
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
