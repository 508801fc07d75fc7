package dev.interlock.langchain4j.loop;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Forwards to a user's model, and routes all requests through one method.
 *
 * <p>LangChain4j from 1.20 on also asks for futures. These methods override its own by name and descriptor, since
 * LangChain4j's default methods fail even if the model can answer.
 */
public abstract class ForwardingChatModel implements ChatModel {

    private static final NewerMethod CHAT_ASYNC = newer("chatAsync", ChatRequest.class);
    private static final NewerMethod CHAT_ASYNC_WITH_OPTIONS =
            newer("chatAsync", ChatRequest.class, ChatRequestOptions.class);
    private static final NewerMethod DO_CHAT_ASYNC = newer("doChatAsync", ChatRequest.class);

    private static NewerMethod newer(String name, Class<?>... parameters) {
        return NewerMethod.of(ChatModel.class, name, MethodType.methodType(CompletableFuture.class, parameters));
    }

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

    /** One way of asking the model for a future. */
    public interface AsyncQuestion {

        /**
         * Asks.
         *
         * @param request what
         * @return the response to come
         */
        CompletableFuture<ChatResponse> ask(ChatRequest request);
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
     * Handles a request that asks the model in any way.
     *
     * @param request what was asked
     * @param question asks the model
     * @return the response
     */
    protected abstract ChatResponse ask(ChatRequest request, Question question);

    /**
     * Handles a request that asks the model for a future in any way.
     *
     * @param request what was asked
     * @param question asks the model
     * @return the response to come
     */
    protected CompletableFuture<ChatResponse> askAsync(ChatRequest request, AsyncQuestion question) {
        return question.ask(request);
    }

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

    /**
     * Overrides the method of LangChain4j from 1.20 on.
     *
     * @param request what was asked
     * @return the response to come
     */
    public final CompletableFuture<ChatResponse> chatAsync(ChatRequest request) {
        return askAsync(request, asked -> future(CHAT_ASYNC.invoke(model, asked)));
    }

    /**
     * Overrides the method of LangChain4j from 1.20 on.
     *
     * @param request what was asked
     * @param options the options
     * @return the response to come
     */
    public final CompletableFuture<ChatResponse> chatAsync(ChatRequest request, ChatRequestOptions options) {
        return askAsync(request, asked -> future(CHAT_ASYNC_WITH_OPTIONS.invoke(model, asked, options)));
    }

    /**
     * Overrides the method of LangChain4j from 1.20 on.
     *
     * @param request what was asked
     * @return the response to come
     */
    public final CompletableFuture<ChatResponse> doChatAsync(ChatRequest request) {
        return askAsync(request, asked -> future(DO_CHAT_ASYNC.invoke(model, asked)));
    }

    @SuppressWarnings("unchecked") // the descriptor guarantees it
    private static CompletableFuture<ChatResponse> future(@Nullable Object returned) {
        return (CompletableFuture<ChatResponse>) Objects.requireNonNull(returned, "the model's future");
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
