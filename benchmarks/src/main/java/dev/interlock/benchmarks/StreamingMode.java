package dev.interlock.benchmarks;

import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;

/** Who executes the calls of a streamed response, and when. */
enum StreamingMode {
    /** LangChain4j, one call after another at the end of the response. */
    SEQUENTIAL("LangChain4j sequential"),

    /** LangChain4j, each call as soon as it is complete, no matter what it touches. */
    CONCURRENT("LangChain4j concurrent"),

    /** Interlock, with a model that does not report complete calls. */
    INTERLOCK_AT_THE_END("Interlock at the end"),

    /** Interlock. */
    INTERLOCK("Interlock");

    /** The AI service. */
    interface StreamingAssistant {

        /** Answers a message. */
        TokenStream chat(String message);
    }

    private final String title;

    StreamingMode(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    StreamingAssistant assistant(StreamingChatModel model) {
        AiServices<StreamingAssistant> service =
                switch (this) {
                    case SEQUENTIAL -> AiServices.builder(StreamingAssistant.class);
                    case CONCURRENT ->
                        AiServices.builder(StreamingAssistant.class).executeToolsConcurrently();
                    case INTERLOCK_AT_THE_END, INTERLOCK ->
                        ParallelTools.builder()
                                .maxConcurrency(ParallelTools.UNLIMITED)
                                .build()
                                .aiServices(StreamingAssistant.class);
                };
        return service.streamingChatModel(this == INTERLOCK_AT_THE_END ? new WithoutCompleteCalls(model) : model)
                .tools(new StreamingShape.Tools())
                .build();
    }

    /** Reports only the complete response. */
    private record WithoutCompleteCalls(StreamingChatModel model) implements StreamingChatModel {

        @Override
        public void chat(ChatRequest request, StreamingChatResponseHandler handler) {
            model.chat(request, new StreamingChatResponseHandler() {
                @Override
                public void onCompleteResponse(ChatResponse response) {
                    handler.onCompleteResponse(response);
                }

                @Override
                public void onError(Throwable error) {
                    handler.onError(error);
                }
            });
        }

        @Override
        public ChatRequestParameters defaultRequestParameters() {
            return model.defaultRequestParameters();
        }

        @Override
        public ModelProvider provider() {
            return model.provider();
        }
    }
}
