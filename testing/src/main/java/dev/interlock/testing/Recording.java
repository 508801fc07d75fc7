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
 * A conversation on its way to a file. The file is whole after each exchange: it is written beside its place and moved there.
 * Thread-safe.
 */
final class Recording {

    static final String FORMAT = "interlock-conversation-1";

    private final Path file;
    private final UnaryOperator<String> texts;
    private final ObjectNode document = ExchangeJson.JSON.createObjectNode();
    private final ArrayNode exchanges;
    private final ReentrantLock lock = new ReentrantLock();

    Recording(Path file, UnaryOperator<String> texts, ChatRequestParameters defaults, Set<Capability> capabilities) {
        this.file = file.toAbsolutePath();
        this.texts = texts;
        document.put("format", FORMAT);
        document.set("defaults", kept(ExchangeJson.parameters(defaults), texts));
        ArrayNode names = document.putArray("capabilities");
        capabilities.stream().map(Capability::name).sorted().forEach(names::add);
        this.exchanges = document.putArray("exchanges");
        save();
    }

    /** A request as it is kept, and compared: without keys, and its texts as the user has them. */
    static JsonNode kept(JsonNode json, UnaryOperator<String> texts) {
        // Read back, since a number that was read may be of another type than the one that was written.
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

    void failed(ChatRequest request, Throwable error) {
        ObjectNode json = ExchangeJson.JSON.createObjectNode();
        json.put("type", error.getClass().getName());
        json.put("message", String.valueOf(error.getMessage()));
        add(request, "error", json);
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
            throw new UncheckedIOException("the conversation cannot be written to " + file, e);
        }
    }
}
