package dev.interlock.langchain4j;

import dev.interlock.langchain4j.loop.ForwardingStreamingModel;
import dev.interlock.langchain4j.loop.LoopExit;
import dev.interlock.langchain4j.loop.OffEventLoop;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServiceContext;
import java.util.concurrent.Flow;

/**
 * Wraps a user's streaming model, and watches its responses for tool calls on their way to LangChain4j's handler.
 * Thread-safe.
 */
final class InterlockStreamingModel extends ForwardingStreamingModel {

    private final ServiceRounds rounds;
    private final AiServiceContext context;

    InterlockStreamingModel(StreamingChatModel model, ServiceRounds rounds, AiServiceContext context) {
        super(model);
        this.rounds = rounds;
        this.context = context;
    }

    boolean isOf(ServiceRounds other) {
        return rounds.equals(other);
    }

    @Override
    protected void ask(ChatRequest request, StreamingChatResponseHandler handler, Question question) {
        StreamingChatResponseHandler watched = StreamedResponse.of(handler, rounds, context, request);
        Resumption resumption = Resumption.current();
        ChatResponse suspended = resumption == null ? null : resumption.takeResponse(rounds);
        if (suspended != null) {
            resume(suspended, handler, watched);
            return;
        }
        try {
            StreamingHandlerFields.tools(handler).ifPresent(rounds.tools()::learn);
            question.ask(
                    rounds.tools().chained(request, provider()),
                    new OffEventLoop(watched, StreamedResponse.isForAskingThread(watched)));
            StreamedResponse.returned(watched);
        } catch (Throwable e) {
            throw new LoopExit(StreamedResponse.modelThrew(watched, e)).unwrap();
        }
    }

    /** Delivers the suspended response as a model would, on the asking thread. */
    private void resume(
            ChatResponse suspended, StreamingChatResponseHandler handler, StreamingChatResponseHandler watched) {
        SuspendedInvocation invocation = Resumption.of(suspended.aiMessage());
        ChatMemory temporary = context.hasChatMemory() ? null : StreamingHandlerFields.temporaryMemory(handler);
        if (temporary != null && invocation != null) {
            invocation.earlier().forEach(temporary::add);
        }
        try {
            watched.onCompleteResponse(suspended);
        } catch (Exception e) {
            // It may be a checked one: handlers are user code, perhaps in a language without checked exceptions.
            watched.onError(e);
        }
    }

    @Override
    protected Flow.Publisher<Object> askPublisher(ChatRequest request, PublisherQuestion question) {
        return PublishedResponse.watching(question.ask(rounds.tools().chained(request, provider())));
    }
}
