package dev.interlock.testing;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.TokenStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** What a stream has told. */
record Streamed(List<String> parts, ChatResponse response) {

    /** Starts the stream and waits for its end. */
    static Streamed by(TokenStream stream) throws Exception {
        CompletableFuture<ChatResponse> done = new CompletableFuture<>();
        List<String> parts = new CopyOnWriteArrayList<>();
        stream.onPartialResponse(parts::add)
                .onCompleteResponse(done::complete)
                .onError(done::completeExceptionally)
                .start();
        return new Streamed(parts, done.get(30, TimeUnit.SECONDS));
    }
}
