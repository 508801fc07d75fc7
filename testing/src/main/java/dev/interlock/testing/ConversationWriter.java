package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Writes a conversation to a file. The file is complete after each exchange: this class writes it beside its place
 * and moves it there. Thread-safe.
 */
final class ConversationWriter {

    static final String FORMAT = "interlock-conversation-1";

    private final Path file;
    private final UnaryOperator<String> texts;
    private final ObjectNode document = ExchangeJson.JSON.createObjectNode();
    private final ArrayNode exchanges;
    private final ReentrantLock lock = new ReentrantLock();

    ConversationWriter(
            Path file, UnaryOperator<String> texts, ChatRequestParameters defaults, Set<Capability> capabilities) {
        this.file = file.toAbsolutePath();
        this.texts = texts;
        document.put("format", FORMAT);
        document.set("defaults", kept(ExchangeJson.parameters(defaults), texts));
        ArrayNode names = document.putArray("capabilities");
        capabilities.stream().map(Capability::name).sorted().forEach(names::add);
        this.exchanges = document.putArray("exchanges");
        save();
    }

    /** Returns a request as the model gets it, with the model's defaults where the request sets nothing. */
    static ChatRequest merged(ChatRequest request, ChatRequestParameters defaults) {
        return ChatRequest.builder()
                .messages(request.messages())
                .parameters(defaults.overrideWith(request.parameters()))
                .build();
    }

    /**
     * Returns a request as the file keeps it and the playback compares it: without API keys, and with the user's
     * function applied to its texts.
     */
    static JsonNode kept(JsonNode json, UnaryOperator<String> texts) {
        // Reads the JSON back, since a number that Jackson reads may have another type than the one it wrote.
        return ExchangeJson.read(Secrets.hide(changed(json, texts)).toString());
    }

    private static JsonNode changed(JsonNode node, UnaryOperator<String> texts) {
        if (node instanceof TextNode text) {
            return TextNode.valueOf(texts.apply(text.textValue()));
        }
        if (node instanceof ArrayNode array) {
            ArrayNode changed = JsonNodeFactory.instance.arrayNode();
            array.forEach(each -> changed.add(changed(each, texts)));
            return changed;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode changed = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(each -> changed.set(each.getKey(), changed(each.getValue(), texts)));
            return changed;
        }
        return node;
    }

    void responded(ChatRequest request, ChatResponse response) {
        add(request, "response", ExchangeJson.response(response));
    }

    /** Records the model's failure, which the caller passes on. If that cannot be recorded, the failure says so. */
    void failed(ChatRequest request, Throwable error) {
        try {
            ObjectNode json = ExchangeJson.JSON.createObjectNode();
            json.put("type", error.getClass().getName());
            json.put("message", String.valueOf(error.getMessage()));
            add(request, "error", json);
        } catch (RuntimeException e) {
            error.addSuppressed(e);
        }
    }

    private void add(ChatRequest request, String what, ObjectNode json) {
        ObjectNode exchange = ExchangeJson.JSON.createObjectNode();
        exchange.set("request", kept(ExchangeJson.request(request), texts));
        exchange.set(what, kept(json, texts));
        lock.lock();
        try {
            exchanges.add(exchange);
            save();
        } finally {
            lock.unlock();
        }
    }

    private void save() {
        try {
            Path folder = file.getParent();
            Files.createDirectories(folder);
            Path beside = Files.createTempFile(folder, file.getFileName().toString(), ".part");
            try {
                String json = ExchangeJson.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document);
                Files.writeString(beside, json.lines().collect(Collectors.joining("\n", "", "\n")));
                Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the conversation to " + file, e);
        }
    }
}
