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
 * Replays a recorded conversation as a stream, see {@link ReplayingChatModel}. It streams on a thread of its own: the
 * text word by word, each call complete, then the response.
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
     * Replays a file.
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
     * Replays a file that was recorded with a function.
     *
     * @param file the file
     * @param texts the function of the recording
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
     * Checks that the test replayed the whole conversation and asked nothing else. Call it when the last stream has
     * ended.
     *
     * @throws AssertionError if not
     */
    public void assertComplete() {
        playback.assertComplete();
    }
}
