package dev.interlock.testing;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.UnaryOperator;

/**
 * Plays a recorded conversation as a stream, see {@link ReplayingChatModel}: on a thread of its own, the text word by word,
 * each call complete, then the response.
 *
 * <p>Thread-safe.
 */
public final class ReplayingStreamingChatModel implements StreamingChatModel {

    private final Playback playback;
    private final ThreadFactory threads =
            Thread.ofVirtual().name("replaying-model-", 1).factory();

    private ReplayingStreamingChatModel(Playback playback) {
        this.playback = playback;
    }

    /**
     * Plays a file.
     *
     * @param file the file
     * @return the model
     * @throws java.io.UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if it is no recorded conversation
     */
    public static ReplayingStreamingChatModel from(Path file) {
        return from(file, UnaryOperator.identity());
    }

    /**
     * Plays a file that was recorded with a function.
     *
     * @param file the file
     * @param texts the function with which it was recorded
     * @return the model
     * @throws java.io.UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if it is no recorded conversation
     */
    public static ReplayingStreamingChatModel from(Path file, UnaryOperator<String> texts) {
        return new ReplayingStreamingChatModel(new Playback(file, Objects.requireNonNull(texts, "texts")));
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        Objects.requireNonNull(handler, "handler");
        threads.newThread(() -> {
                    Emitter emitter = new Emitter(handler);
                    try {
                        emitter.emit(playback.next(request).inWords());
                    } catch (Throwable e) {
                        emitter.error(e);
                    }
                })
                .start();
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return playback.defaults();
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return playback.capabilities();
    }

    /**
     * Checks that all of the conversation was played, and nothing else was asked. To be called when the last stream has ended.
     *
     * @throws AssertionError if not
     */
    public void assertComplete() {
        playback.assertComplete();
    }
}
