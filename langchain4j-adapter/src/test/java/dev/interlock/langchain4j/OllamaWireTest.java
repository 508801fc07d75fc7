package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.ollama.OllamaChatModel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * LangChain4j's Ollama client over HTTP. Ollama's calls have no ids, and its results are told apart by their order
 * alone.
 */
@Timeout(120)
class OllamaWireTest extends WireFixture {

    private static final String BOOK_HOTEL = function("book", "{\"what\": \"hotel\"}");
    private static final String DRAW = function("draw", "{}");

    private final ScriptedServer ollama = new ScriptedServer("/api/chat", "messages");

    @AfterEach
    void stop() {
        ollama.close();
    }

    private static String function(String tool, String arguments) {
        return """
                {"function": {"name": "%s", "arguments": %s}}""".formatted(tool, arguments);
    }

    private static String search(String query) {
        return function("search", "{\"query\": \"" + query + "\"}");
    }

    private static String asks(String... calls) {
        return response("\"\", \"tool_calls\": " + Arrays.toString(calls));
    }

    private static String says(String text) {
        return response('"' + text + '"');
    }

    private static String response(String content) {
        return """
                {
                  "model": "qwen3:8b",
                  "created_at": "2026-01-12T09:41:07.380174Z",
                  "message": {"role": "assistant", "content": %s},
                  "done_reason": "stop",
                  "done": true,
                  "total_duration": 4883583458,
                  "load_duration": 1334875,
                  "prompt_eval_count": 226,
                  "prompt_eval_duration": 342546000,
                  "eval_count": 61,
                  "eval_duration": 4535599000
                }""".formatted(content);
    }

    @Override
    ChatModel model() {
        return OllamaChatModel.builder()
                .baseUrl(ollama.url())
                .modelName("qwen3:8b")
                .maxRetries(0)
                .build();
    }

    private List<String> results() {
        return ollama.lastMessages().stream()
                .filter(message -> message.path("role").asText().equals("tool"))
                .map(message -> message.path("content").asText())
                .toList();
    }

    private List<String> roles() {
        return ollama.lastMessages().stream()
                .map(message -> message.path("role").asText())
                .toList();
    }

    /** The ids of all calls of the last request; "none" where there is none. */
    private List<String> callIds() {
        return ollama.lastMessages().stream()
                .flatMap(message -> message.path("tool_calls").valueStream())
                .map((JsonNode call) -> call.path("id").asText("none"))
                .collect(Collectors.toList());
    }

    @Test
    void calls_without_ids_overlap_keep_their_order_and_have_their_own_results() {
        ollama.then(asks(
                        function("charge", "{\"id\": \"7\", \"amount\": 60}"),
                        function("balance", "{\"id\": \"7\"}"),
                        search("tea"),
                        DRAW,
                        search("milk"),
                        DRAW))
                .then(asks(search("rum"), DRAW, search("gin"), function("balance", "{\"id\": \"7\"}")))
                .then(says("All done."));

        assertThat(assistant(interlock(), false).chat("go")).isEqualTo("All done.");

        assertThat(results())
                .containsExactly(
                        "charged 60",
                        "40",
                        "found tea",
                        "ticket 1",
                        "found milk",
                        "ticket 2",
                        "found rum",
                        "ticket 3",
                        "found gin",
                        "40");
        assertThat(roles())
                .containsExactly(
                        "user",
                        "assistant",
                        "tool",
                        "tool",
                        "tool",
                        "tool",
                        "tool",
                        "tool",
                        "assistant",
                        "tool",
                        "tool",
                        "tool",
                        "tool");
        assertThat(Memory.resultTexts(memory)).isEqualTo(results());
        assertThat(Memory.types(memory)).last().isEqualTo(ChatMessageType.AI);
        assertThat(ollama.requests()).isEqualTo(3);
    }

    @Test
    void calls_get_ids_only_in_a_response_that_has_equal_calls() {
        ollama.then(asks(search("tea"), DRAW, search("milk"), DRAW, DRAW))
                .then(asks(search("rum"), DRAW, search("gin")))
                .then(says("All done."));

        assistant(interlock(), false).chat("go");

        assertThat(callIds())
                .containsExactly(
                        "call00001", "call00002", "call00003", "call00004", "call00005", "none", "none", "none");
        assertThat(results())
                .containsExactly(
                        "found tea",
                        "ticket 1",
                        "found milk",
                        "ticket 2",
                        "ticket 3",
                        "found rum",
                        "ticket 4",
                        "found gin");
    }

    @Test
    void plain_langchain4j_gives_equal_calls_the_last_result() {
        ollama.then(asks(DRAW, function("balance", "{\"id\": \"7\"}"), DRAW)).then(says("All done."));

        assistant(plain(), false).chat("go");

        assertThat(results()).containsExactly("ticket 2", "100", "ticket 2");
    }

    /** Books twice the same hotel beside searches, and then a flight that cannot be paid. */
    private void failingPayment() {
        ollama.then(asks(search("map"), BOOK_HOTEL, BOOK_HOTEL, search("weather")))
                .then(asks(DRAW, function("book", "{\"what\": \"flight\"}"), function("pay", "{}"), DRAW))
                .then(says("Sorry."));
    }

    @Test
    void failure_rolls_back_what_was_booked_and_nothing_else() {
        failingPayment();

        assertThat(assistant(interlock(), true).chat("go")).isEqualTo("Sorry.");

        assertThat(tools.trips)
                .containsExactly(
                        "book hotel", "book hotel", "book flight", "unbook flight", "unbook hotel", "unbook hotel");
        assertThat(results())
                .containsExactly(
                        "found map",
                        ROLLED_BACK,
                        ROLLED_BACK,
                        "found weather",
                        "ticket 1",
                        ROLLED_BACK,
                        "no money",
                        "ticket 2");
        assertThat(Memory.resultTexts(memory)).isEqualTo(results());
        assertThat(callIds()).hasSize(8).doesNotHaveDuplicates().allMatch(id -> id.matches("[A-Za-z0-9_-]+"));
    }

    @Test
    void plain_langchain4j_cannot_roll_back_calls_without_ids() {
        ollama.then(asks(BOOK_HOTEL)).then(asks(function("pay", "{}"))).then(says("Sorry."));
        Assistant assistant = assistant(plain(), true);

        assertThatThrownBy(() -> assistant.chat("go")).isInstanceOf(NullPointerException.class);
    }
}
