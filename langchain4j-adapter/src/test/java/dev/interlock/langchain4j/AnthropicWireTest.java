package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.chat.ChatModel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * LangChain4j's Anthropic client over HTTP. All results of a response go back in one message, and every call has its
 * own id.
 */
@Timeout(120)
class AnthropicWireTest extends WireFixture {

    private static final String SIGNATURE = "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds";

    private final ScriptedServer anthropic = new ScriptedServer("/v1/messages", "messages");

    static class Charts {
        @Tool
        @Pure
        Image chart() {
            return Image.builder()
                    .base64Data("iVBORw0KGgo=")
                    .mimeType("image/png")
                    .build();
        }
    }

    @AfterEach
    void stop() {
        anthropic.close();
    }

    private static String toolUse(String id, String tool, String input) {
        return """
                {"type": "tool_use", "id": "%s", "name": "%s", "input": %s}""".formatted(id, tool, input);
    }

    private static String search(String id, String query) {
        return toolUse(id, "search", "{\"query\": \"" + query + "\"}");
    }

    private static String draw(String id) {
        return toolUse(id, "draw", "{}");
    }

    private static String asks(String... toolUses) {
        String thinking = """
                {"type": "thinking", "thinking": "All of these at once.", "signature": "%s"}""".formatted(SIGNATURE);
        return response(
                thinking + ", {\"type\": \"text\", \"text\": \"Let me see.\"}, " + String.join(", ", toolUses),
                "tool_use");
    }

    private static String says(String text) {
        return response("{\"type\": \"text\", \"text\": \"" + text + "\"}", "end_turn");
    }

    private static String response(String content, String stopReason) {
        return """
                {
                  "id": "msg_01Aq9w938a90dw8q",
                  "type": "message",
                  "role": "assistant",
                  "model": "claude-sonnet-4-5-20250929",
                  "content": [%s],
                  "stop_reason": "%s",
                  "stop_sequence": null,
                  "usage": {
                    "input_tokens": 742,
                    "cache_creation_input_tokens": 0,
                    "cache_read_input_tokens": 0,
                    "output_tokens": 118,
                    "service_tier": "standard"
                  }
                }""".formatted(content, stopReason);
    }

    @Override
    ChatModel model() {
        return AnthropicChatModel.builder()
                .baseUrl(anthropic.url() + "/v1/")
                .apiKey("no-key-needed")
                .modelName("claude-sonnet-4-5-20250929")
                .maxTokens(1024)
                .returnThinking(true)
                .sendThinking(true)
                .maxRetries(0)
                .build();
    }

    private Stream<JsonNode> blocks(String type) {
        return anthropic.lastMessages().stream()
                .flatMap(message -> message.path("content").valueStream())
                .filter(block -> block.path("type").asText().equals(type));
    }

    private record WireResult(String id, String content, boolean isError) {}

    private List<WireResult> results() {
        return blocks("tool_result")
                .map(block -> new WireResult(
                        block.path("tool_use_id").asText(),
                        block.path("content").asText(),
                        block.path("is_error").asBoolean()))
                .toList();
    }

    private static WireResult result(String id, String content) {
        return new WireResult(id, content, false);
    }

    /** Anthropic rejects a request in which two calls have one id, in whatever responses they are. */
    @Test
    void ids_that_repeat_in_the_next_round_are_made_unique() {
        anthropic
                .then(asks(search("toolu_01A", "tea"), search("toolu_01B", "milk")))
                .then(asks(search("toolu_01A", "rum"), search("toolu_01C", "gin")))
                .then(says("Done."));

        assistant(interlock(), false).chat("go");

        assertThat(blocks("tool_use").map(block -> block.path("id").asText()))
                .containsExactly("toolu_01A", "toolu_01B", "toolu_01A_2", "toolu_01C");
        assertThat(results())
                .containsExactly(
                        result("toolu_01A", "found tea"),
                        result("toolu_01B", "found milk"),
                        result("toolu_01A_2", "found rum"),
                        result("toolu_01C", "found gin"));
    }

    @Test
    void calls_overlap_keep_their_order_and_have_their_own_results() {
        anthropic
                .then(asks(
                        toolUse("toolu_01F", "charge", "{\"id\": \"7\", \"amount\": 60}"),
                        toolUse("toolu_01E", "balance", "{\"id\": \"7\"}"),
                        search("toolu_01D", "tea"),
                        draw("toolu_01C"),
                        search("toolu_01B", "milk"),
                        draw("toolu_01A")))
                .then(asks(search("toolu_02C", "rum"), draw("toolu_02B"), search("toolu_02A", "gin")))
                .then(says("All done."));

        assertThat(assistant(interlock(), false).chat("go")).isEqualTo("All done.");

        assertThat(results())
                .containsExactly(
                        result("toolu_01F", "charged 60"),
                        result("toolu_01E", "40"),
                        result("toolu_01D", "found tea"),
                        result("toolu_01C", "ticket 1"),
                        result("toolu_01B", "found milk"),
                        result("toolu_01A", "ticket 2"),
                        result("toolu_02C", "found rum"),
                        result("toolu_02B", "ticket 3"),
                        result("toolu_02A", "found gin"));
        assertThat(Memory.resultTexts(memory))
                .isEqualTo(results().stream().map(WireResult::content).toList());
        assertThat(Memory.types(memory)).last().isEqualTo(ChatMessageType.AI);
        assertThat(anthropic.requests()).isEqualTo(3);
    }

    @Test
    void results_of_a_response_go_back_in_one_message_after_it() {
        anthropic
                .then(asks(search("toolu_01B", "tea"), draw("toolu_01C"), search("toolu_01A", "milk")))
                .then(asks(draw("toolu_02B"), draw("toolu_02A")))
                .then(says("All done."));

        assistant(interlock(), false).chat("go");

        assertThat(results())
                .extracting(WireResult::content)
                .containsExactly("found tea", "ticket 1", "found milk", "ticket 2", "ticket 3");
        List<JsonNode> messages = anthropic.lastMessages();
        assertThat(messages)
                .extracting(message -> message.path("role").asText())
                .containsExactly("user", "assistant", "user", "assistant", "user");
        assertThat(messages.get(1).path("content"))
                .extracting(block -> block.path("type").asText())
                .containsExactly("thinking", "text", "tool_use", "tool_use", "tool_use");
        assertThat(messages.get(2).path("content"))
                .extracting(block -> block.path("tool_use_id").asText())
                .containsExactly("toolu_01B", "toolu_01C", "toolu_01A");
        assertThat(messages.get(4).path("content"))
                .extracting(block -> block.path("tool_use_id").asText())
                .containsExactly("toolu_02B", "toolu_02A");
        assertThat(blocks("thinking").map(block -> block.path("signature").asText()))
                .containsExactly(SIGNATURE, SIGNATURE);
    }

    @Test
    void failure_rolls_back_what_was_booked_and_nothing_else() {
        anthropic
                .then(asks(
                        search("toolu_01A", "map"),
                        toolUse("toolu_01B", "book", "{\"what\": \"hotel\"}"),
                        toolUse("toolu_01C", "book", "{\"what\": \"hotel\"}"),
                        search("toolu_01D", "weather")))
                .then(asks(
                        draw("toolu_02A"),
                        toolUse("toolu_02B", "book", "{\"what\": \"flight\"}"),
                        toolUse("toolu_02C", "pay", "{}"),
                        draw("toolu_02D")))
                .then(says("Sorry."));

        assertThat(assistant(interlock(), true).chat("go")).isEqualTo("Sorry.");

        assertThat(tools.trips)
                .containsExactly(
                        "book hotel", "book hotel", "book flight", "unbook flight", "unbook hotel", "unbook hotel");
        assertThat(results())
                .containsExactly(
                        result("toolu_01A", "found map"),
                        new WireResult("toolu_01B", ROLLED_BACK, true),
                        new WireResult("toolu_01C", ROLLED_BACK, true),
                        result("toolu_01D", "found weather"),
                        result("toolu_02A", "ticket 1"),
                        new WireResult("toolu_02B", ROLLED_BACK, true),
                        new WireResult("toolu_02C", "no money", true),
                        result("toolu_02D", "ticket 2"));
    }

    @Test
    void images_go_back_as_images_in_their_places() {
        anthropic
                .then(asks(
                        search("toolu_01A", "tea"),
                        toolUse("toolu_01B", "chart", "{}"),
                        search("toolu_01C", "milk"),
                        toolUse("toolu_01D", "chart", "{}")))
                .then(says("Nice charts."));

        assistant(interlock().tools(new Charts()), false).chat("go");

        List<JsonNode> results = blocks("tool_result").toList();
        assertThat(results)
                .extracting(block -> block.path("tool_use_id").asText())
                .containsExactly("toolu_01A", "toolu_01B", "toolu_01C", "toolu_01D");
        assertThat(results.get(0).path("content").asText()).isEqualTo("found tea");
        assertThat(results.get(2).path("content").asText()).isEqualTo("found milk");
        for (int chart : new int[] {1, 3}) {
            JsonNode image = results.get(chart).path("content").path(0);
            assertThat(image.path("type").asText()).isEqualTo("image");
            assertThat(image.path("source").path("media_type").asText()).isEqualTo("image/png");
            assertThat(image.path("source").path("data").asText()).isEqualTo("iVBORw0KGgo=");
        }
    }
}
