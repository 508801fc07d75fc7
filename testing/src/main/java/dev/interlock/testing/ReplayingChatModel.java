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
 * Replays a conversation that a {@link RecordingChatModel} or {@link RecordingStreamingChatModel} recorded.
 *
 * {@snippet :
 * ReplayingChatModel model = ReplayingChatModel.from(Path.of("src/test/resources/refund.json"));
 * }
 *
 * <p>The model answers a request as the recording answered an equal one. Requests are equal if their messages, their
 * tools by name, and their common parameters are. Equal requests get their responses in the recorded order, no matter
 * what comes between them, so the model can also replay agents that ask at the same time. If no request is equal, the
 * model fails and says where the nearest one first differs.
 *
 * <p>Thread-safe.
 */
public final class ReplayingChatModel implements ChatModel {

    private final Playback playback;

    private ReplayingChatModel(Playback playback) {
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
    public static ReplayingChatModel from(Path file) {
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
     * Checks that the test replayed the whole conversation and asked nothing else.
     *
     * @throws AssertionError if not
     */
    public void assertComplete() {
        playback.assertComplete();
    }
}
