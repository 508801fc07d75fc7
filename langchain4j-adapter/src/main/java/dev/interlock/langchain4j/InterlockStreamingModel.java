package dev.interlock.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServiceContext;

/** A user's streaming model, its responses watched for tool calls on their way to LangChain4j's handler. Thread-safe. */
final class InterlockStreamingModel extends ForwardingStreamingModel {

    private final InterlockToolService service;
    private final AiServiceContext context;

    InterlockStreamingModel(StreamingChatModel model, InterlockToolService service, AiServiceContext context) {
        super(model);
        this.service = service;
        this.context = context;
    }

    boolean isOf(InterlockToolService other) {
        return service.equals(other);
    }

    @Override
    void ask(ChatRequest request, StreamingChatResponseHandler handler, Question question) {
        StreamingChatResponseHandler watched = StreamedResponse.of(handler, service, context, request);
        try {
            StreamingHandlerFields.tools(handler).ifPresent(service::learn);
            question.ask(service.chained(request, provider()), watched);
        } catch (Throwable e) {
            throw new LoopExit(StreamedResponse.abandon(watched, e)).unwrap();
        }
    }
}
