package dev.interlock.langchain4j.loop;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Forwards to a user's streaming model, and routes all requests and handlers through one method.
 *
 * <p>LangChain4j from 1.20 on also asks for publishers of events. These methods override its own by name and
 * descriptor, since LangChain4j's default methods fail even if the model can answer.
 */
public abstract class ForwardingStreamingModel implements StreamingChatModel {

    private static final NewerMethod CHAT = newer("chat");
    private static final NewerMethod DO_CHAT = newer("doChat");

    private static NewerMethod newer(String name) {
        return NewerMethod.of(
                StreamingChatModel.class, name, MethodType.methodType(Flow.Publisher.class, ChatRequest.class));
    }

    /** One way of asking the model. */
    public interface Question {

        /**
         * Asks.
         *
         * @param request what
         * @param handler receives the response
         */
        void ask(ChatRequest request, StreamingChatResponseHandler handler);
    }

    /** One way of asking the model for a publisher. */
    public interface PublisherQuestion {

        /**
         * Asks.
         *
         * @param request what
         * @return publishes the events of the response, for each subscriber anew
         */
        Flow.Publisher<Object> ask(ChatRequest request);
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
     * Handles a request that asks the model in any way.
     *
     * @param request what was asked
     * @param handler the caller's handler
     * @param question asks the model
     */
    protected abstract void ask(ChatRequest request, StreamingChatResponseHandler handler, Question question);

    /**
     * Handles a request that asks the model for a publisher in any way.
     *
     * @param request what was asked
     * @param question asks the model
     * @return publishes the events of the response, for each subscriber anew
     */
    protected Flow.Publisher<Object> askPublisher(ChatRequest request, PublisherQuestion question) {
        return question.ask(request);
    }

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

    /**
     * Overrides the method of LangChain4j from 1.20 on; the type of the events is new there, too.
     *
     * @param request what was asked
     * @return publishes the events of the response
     */
    public final Flow.Publisher<Object> chat(ChatRequest request) {
        return askPublisher(request, asked -> publisher(CHAT.invoke(model, asked)));
    }

    /**
     * Overrides the method of LangChain4j from 1.20 on; the type of the events is new there, too.
     *
     * @param request what was asked
     * @return publishes the events of the response
     */
    public final Flow.Publisher<Object> doChat(ChatRequest request) {
        return askPublisher(request, asked -> publisher(DO_CHAT.invoke(model, asked)));
    }

    @SuppressWarnings("unchecked") // events of any type pass unchanged
    private static Flow.Publisher<Object> publisher(@Nullable Object returned) {
        return (Flow.Publisher<Object>) Objects.requireNonNull(returned, "the model's publisher");
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
