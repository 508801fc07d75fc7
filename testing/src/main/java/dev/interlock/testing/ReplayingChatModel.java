package dev.interlock.testing;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Plays a conversation that a {@link RecordingChatModel} or {@link RecordingStreamingChatModel} has kept.
 *
 * {@snippet :
 * ReplayingChatModel model = ReplayingChatModel.from(Path.of("src/test/resources/refund.json"));
 * }
 *
 * <p>A request is answered as the recorded one that is equal to it: messages, tools by name, common parameters. Equal ones are
 * answered in the order of their responses, whatever is asked between them; so agents that ask at the same time can be played.
 * If none is equal, the model fails, and says where the nearest one first differs.
 *
 * <p>Thread-safe.
 */
public final class ReplayingChatModel implements ChatModel {

    private final Playback playback;

    private ReplayingChatModel(Playback playback) {
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
    public static ReplayingChatModel from(Path file) {
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
    public static ReplayingChatModel from(Path file, UnaryOperator<String> texts) {
        return new ReplayingChatModel(new Playback(file, Objects.requireNonNull(texts, "texts")));
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        Reply reply = playback.next(request);
        if (reply.error() != null) {
            throw Thrown.unchecked(reply.error());
        }
        return Objects.requireNonNull(reply.response());
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
     * Checks that all of the conversation was played, and nothing else was asked.
     *
     * @throws AssertionError if not
     */
    public void assertComplete() {
        playback.assertComplete();
    }
}
