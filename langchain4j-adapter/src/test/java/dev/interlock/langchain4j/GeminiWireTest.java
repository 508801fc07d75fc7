package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.googleai.GoogleAiGeminiChatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * LangChain4j's Gemini client over HTTP. Gemini's calls have no ids, or ids that begin anew in every response, or
 * (behind gateways) the name of the function for an id.
 */
@Timeout(120)
class GeminiWireTest extends WireFixture {

    private static final String MODEL = "gemini-3-flash-preview";
    private static final String SIGNATURE = "CiQB0e2Kb1lQ0wG7rUoaT2x5IGEgc2lnbmF0dXJl";

    enum Ids {
        NONE {
            @Override
            String property(int index, String function) {
                return "";
            }
        },
        NUMBERED_IN_EACH_RESPONSE {
            @Override
            String property(int index, String function) {
                return "\"id\": \"call_" + index + "\", ";
            }
        },
        NAME_OF_THE_FUNCTION {
            @Override
            String property(int index, String function) {
                return "\"id\": \"" + function + "\", ";
            }
        };

        abstract String property(int index, String function);
    }

    private record Call(String function, String args) {}

    private static final Call DRAW = new Call("draw", "{}");
    private static final Call BALANCE = new Call("balance", "{\"id\": \"7\"}");
    private static final Call BOOK_HOTEL = new Call("book", "{\"what\": \"hotel\"}");
    private static final Call BOOK_FLIGHT = new Call("book", "{\"what\": \"flight\"}");
    private static final Call PAY = new Call("pay", "{}");

    private final ScriptedServer gemini =
            new ScriptedServer("/v1beta/models/" + MODEL + ":generateContent", "contents");

    @AfterEach
    void stop() {
        gemini.close();
    }

    private static Call search(String query) {
        return new Call("search", "{\"query\": \"" + query + "\"}");
    }

    /** A thinking model signs the first call of a response, and wants the signature back. */
    private static String asks(Ids ids, Call... calls) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < calls.length; i++) {
            parts.add("{\"functionCall\": {%s\"name\": \"%s\", \"args\": %s}%s}"
                    .formatted(
                            ids.property(i, calls[i].function),
                            calls[i].function,
                            calls[i].args,
                            i == 0 ? ", \"thoughtSignature\": \"" + SIGNATURE + '"' : ""));
        }
        return response(String.join(", ", parts));
    }

    private static String says(String text) {
        return response("{\"text\": \"" + text + "\"}");
    }

    private static String response(String parts) {
        return """
                {
                  "candidates": [
                    {
                      "content": {"parts": [%s], "role": "model"},
                      "finishReason": "STOP",
                      "index": 0
                    }
                  ],
                  "usageMetadata": {
                    "promptTokenCount": 187,
                    "candidatesTokenCount": 42,
                    "totalTokenCount": 301,
                    "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 187}],
                    "thoughtsTokenCount": 72
                  },
                  "modelVersion": "%s",
                  "responseId": "nG5kaYmIN5rYvdIPu-aSkAQ"
                }""".formatted(parts, MODEL);
    }

    @Override
    ChatModel model() {
        return GoogleAiGeminiChatModel.builder()
                .baseUrl(gemini.url() + "/v1beta")
                .apiKey("no-key-needed")
                .modelName(MODEL)
                .returnThinking(true)
                .sendThinking(true)
                .maxRetries(0)
                .build();
    }

    private Stream<JsonNode> parts(String kind) {
        return gemini.lastMessages().stream()
                .flatMap(message -> message.path("parts").valueStream())
                .filter(part -> part.has(kind));
    }

    private List<String> ofCalls(String property) {
        return parts("functionCall")
                .map(part -> part.path("functionCall").path(property).asText("none"))
                .toList();
    }

    private List<String> ofResults(String property) {
        return parts("functionResponse")
                .map(part -> part.path("functionResponse").path(property).asText("none"))
                .toList();
    }

    private List<String> results() {
        return parts("functionResponse")
                .map(part -> part.path("functionResponse")
                        .path("response")
                        .path("response")
                        .asText())
                .toList();
    }

    private void assertThatResultsBelongToTheCallsBeforeThem() {
        assertThat(ofResults("name")).isEqualTo(ofCalls("name"));
        assertThat(ofResults("id")).isEqualTo(ofCalls("id"));
    }

    @ParameterizedTest
    @EnumSource(Ids.class)
    void calls_overlap_keep_their_order_and_have_their_own_results(Ids ids) {
        gemini.then(asks(
                        ids,
                        new Call("charge", "{\"id\": \"7\", \"amount\": 60}"),
                        BALANCE,
                        search("tea"),
                        DRAW,
                        search("milk"),
                        DRAW))
                .then(asks(ids, search("rum"), DRAW, search("gin"), BALANCE))
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
        assertThatResultsBelongToTheCallsBeforeThem();
        assertThat(Memory.resultTexts(memory)).isEqualTo(results());
        assertThat(Memory.types(memory)).last().isEqualTo(ChatMessageType.AI);
        assertThat(gemini.requests()).isEqualTo(3);
    }

    @Test
    void ids_stay_as_they_are_though_they_repeat_in_the_next_round() {
        Ids ids = Ids.NUMBERED_IN_EACH_RESPONSE;
        gemini.then(asks(ids, search("tea"), DRAW, search("milk"), DRAW))
                .then(asks(ids, search("rum"), DRAW, search("gin")))
                .then(says("All done."));

        assistant(interlock(), false).chat("go");

        assertThat(ofCalls("id")).containsExactly("call_0", "call_1", "call_2", "call_3", "call_0", "call_1", "call_2");
    }

    @Test
    void only_the_later_of_calls_with_one_id_gets_another_id() {
        Ids ids = Ids.NAME_OF_THE_FUNCTION;
        gemini.then(asks(ids, search("tea"), DRAW, search("milk"), DRAW, DRAW)).then(says("All done."));

        assistant(interlock(), false).chat("go");

        assertThat(ofCalls("id")).containsExactly("search", "draw", "search_2", "draw_2", "draw_3");
        assertThat(results()).containsExactly("found tea", "ticket 1", "found milk", "ticket 2", "ticket 3");
    }

    @ParameterizedTest
    @EnumSource(Ids.class)
    void signature_of_a_thought_goes_back_though_calls_get_other_ids(Ids ids) {
        gemini.then(asks(ids, DRAW, DRAW, DRAW)).then(says("All done."));

        assistant(interlock(), false).chat("go");

        assertThat(parts("functionCall")
                        .map(part -> part.path("thoughtSignature").asText("none")))
                .startsWith(SIGNATURE);
        assertThat(results()).containsExactly("ticket 1", "ticket 2", "ticket 3");
    }

    @ParameterizedTest
    @EnumSource(value = Ids.class, names = "NUMBERED_IN_EACH_RESPONSE", mode = EnumSource.Mode.EXCLUDE)
    void plain_langchain4j_gives_equal_calls_the_last_result(Ids ids) {
        gemini.then(asks(ids, DRAW, BALANCE, DRAW)).then(says("All done."));

        assistant(plain(), false).chat("go");

        assertThat(results()).containsExactly("ticket 2", "100", "ticket 2");
    }

    @ParameterizedTest
    @EnumSource(Ids.class)
    void failure_rolls_back_what_was_booked_and_nothing_else(Ids ids) {
        gemini.then(asks(ids, search("map"), BOOK_HOTEL, BOOK_HOTEL, search("weather")))
                .then(asks(ids, DRAW, BOOK_FLIGHT, PAY, DRAW))
                .then(says("Sorry."));

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
        assertThatResultsBelongToTheCallsBeforeThem();
        assertThat(ofCalls("id")).doesNotHaveDuplicates().allMatch(id -> id.matches("[A-Za-z0-9_-]+"));
        assertThat(Memory.resultTexts(memory)).isEqualTo(results());
    }

    /** Draws a ticket, books and then pays, each with the first id of its response. */
    private void failingPayment(Ids ids) {
        gemini.then(asks(ids, DRAW))
                .then(asks(ids, BOOK_HOTEL))
                .then(asks(ids, PAY))
                .then(says("Sorry."));
    }

    @Test
    void plain_langchain4j_rolls_back_the_message_of_another_call_where_ids_repeat() {
        failingPayment(Ids.NUMBERED_IN_EACH_RESPONSE);

        assistant(plain(), true).chat("go");

        assertThat(results()).containsExactly(ROLLED_BACK, "booked hotel", "no money");
    }

    @Test
    void plain_langchain4j_cannot_roll_back_calls_without_ids() {
        failingPayment(Ids.NONE);
        Assistant assistant = assistant(plain(), true);

        assertThatThrownBy(() -> assistant.chat("go")).isInstanceOf(NullPointerException.class);
    }
}
