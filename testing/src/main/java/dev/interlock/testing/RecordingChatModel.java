package dev.interlock.testing;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Asks a real model and records the conversation in a file. A {@link ReplayingChatModel} replays it without the model.
 *
 * {@snippet :
 * ChatModel model = RecordingChatModel.to(Path.of("src/test/resources/refund.json"), openAiModel);
 * }
 *
 * <p>The file is JSON: each request (messages, tools, common parameters) with its response or failure, in the order of
 * the responses. The recording starts a new file, and the file is complete after each response. It keeps no API keys,
 * {@code Authorization} headers and cookies: it records only what all providers have, without headers and a provider's
 * own parameters, and replaces text that looks like a key ({@code sk-…}, {@code Bearer …}, {@code "api_key": "…"}) by
 * {@code ***}. A function can remove more. Look at the file before you commit it, since it holds everything that was
 * said.
 *
 * <p>Thread-safe.
 */
public final class RecordingChatModel implements ChatModel {

    private final ChatModel model;
    private final ConversationWriter writer;

    private RecordingChatModel(ChatModel model, ConversationWriter writer) {
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
    public static RecordingChatModel to(Path file, ChatModel model) {
        return to(file, model, UnaryOperator.identity());
    }

    /**
     * Creates a model that records, and changes all text before it writes it. Give the same function to
     * {@link ReplayingChatModel#from(Path, UnaryOperator)}.
     *
     * @param file where to
     * @param model the model that answers
     * @param texts removes text that must not stay, or that differs each time, such as today's date
     * @return the model to use instead
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    public static RecordingChatModel to(Path file, ChatModel model, UnaryOperator<String> texts) {
        Objects.requireNonNull(texts, "texts");
        return new RecordingChatModel(
                model,
                new ConversationWriter(file, texts, model.defaultRequestParameters(), model.supportedCapabilities()));
    }

    @Override
    public ChatResponse chat(ChatRequest request, ChatRequestOptions options) {
        return ask(request, merged -> model.chat(merged, options));
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        return ask(request, model::chat);
    }

    private ChatResponse ask(ChatRequest request, Function<ChatRequest, ChatResponse> question) {
        ChatRequest merged = ConversationWriter.merged(request, defaultRequestParameters());
        ChatResponse response;
        try {
            response = question.apply(merged);
        } catch (Throwable e) {
            writer.failed(merged, e);
            throw e;
        }
        writer.responded(merged, response);
        return response;
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
