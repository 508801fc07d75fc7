package dev.interlock.testing;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Asks a real streaming model and records the conversation in a file, see {@link RecordingChatModel}. It records
 * complete responses, not their parts. A cancelled stream leaves nothing in the file.
 *
 * <p>Thread-safe.
 */
public final class RecordingStreamingChatModel implements StreamingChatModel {

    private final StreamingChatModel model;
    private final ConversationWriter writer;

    private RecordingStreamingChatModel(StreamingChatModel model, ConversationWriter writer) {
        this.model = model;
        this.writer = writer;
    }

    /**
     * Creates a model that records.
     *
     * @param file the file to write; the recording creates missing folders and replaces an existing file
     * @param model the model that answers
     * @return the model to use instead
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    public static RecordingStreamingChatModel to(Path file, StreamingChatModel model) {
        return to(file, model, UnaryOperator.identity());
    }

    /**
     * Creates a model that records, and changes all text before it writes it, see {@link RecordingChatModel#to(Path,
     * dev.langchain4j.model.chat.ChatModel, UnaryOperator)}.
     *
     * @param file where to
     * @param model the model that answers
     * @param texts removes text that must not stay, or that differs each time
     * @return the model to use instead
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    public static RecordingStreamingChatModel to(Path file, StreamingChatModel model, UnaryOperator<String> texts) {
        Objects.requireNonNull(texts, "texts");
        return new RecordingStreamingChatModel(
                model,
                new ConversationWriter(file, texts, model.defaultRequestParameters(), model.supportedCapabilities()));
    }

    @Override
    public void chat(ChatRequest request, ChatRequestOptions options, StreamingChatResponseHandler handler) {
        ChatRequest merged = ConversationWriter.merged(request, defaultRequestParameters());
        model.chat(merged, options, new RecordingHandler(handler, merged, writer));
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        ChatRequest merged = ConversationWriter.merged(request, defaultRequestParameters());
        model.chat(merged, new RecordingHandler(handler, merged, writer));
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return model.defaultRequestParameters();
    }

    @Override
    public ModelProvider provider() {
        return model.provider();
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return model.supportedCapabilities();
    }
}
