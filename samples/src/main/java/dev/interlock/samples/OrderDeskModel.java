package dev.interlock.samples;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The model behind LangChain4j's OpenAI client: the real one if the environment has a key for it, otherwise the
 * recorded one.
 */
final class OrderDeskModel implements AutoCloseable {

    private final ChatModel chatModel;
    private final String name;
    private final @Nullable LocalServer recorded;

    private OrderDeskModel(String url, String key, String name, int retries, @Nullable LocalServer recorded) {
        this.name = name + " at " + url;
        this.recorded = recorded;
        this.chatModel = OpenAiChatModel.builder()
                .baseUrl(url)
                .apiKey(key)
                .modelName(name)
                .seed(1001)
                .parallelToolCalls(true)
                .timeout(Duration.ofMinutes(2))
                .maxRetries(retries)
                .build();
    }

    /** Reads {@code OPENAI_API_KEY}, {@code OPENAI_BASE_URL} and {@code OPENAI_MODEL}. */
    static OrderDeskModel from(Map<String, String> environment) {
        String key = value(environment, "OPENAI_API_KEY", "");
        if (key.isEmpty()) {
            return recorded();
        }
        return new OrderDeskModel(
                value(environment, "OPENAI_BASE_URL", "https://api.openai.com/v1"),
                key,
                value(environment, "OPENAI_MODEL", "gpt-4.1-mini"),
                2,
                null);
    }

    static OrderDeskModel recorded() {
        LocalServer server = LocalServer.model();
        return new OrderDeskModel(server.url() + "/v1", "no-key-needed", "gpt-4.1-mini", 0, server);
    }

    /** An empty variable counts as unset. */
    private static String value(Map<String, String> environment, String name, String otherwise) {
        String value = environment.getOrDefault(name, "");
        return value.isBlank() ? otherwise : value;
    }

    ChatModel chatModel() {
        return chatModel;
    }

    boolean isRecorded() {
        return recorded != null;
    }

    /** The bodies of the requests that the recorded model got; empty for the real one. */
    List<String> requestBodies() {
        return recorded == null ? List.of() : recorded.requestBodies();
    }

    @Override
    public void close() {
        if (recorded != null) {
            recorded.close();
        }
    }

    @Override
    public String toString() {
        return (isRecorded() ? "recorded " : "") + name;
    }
}
