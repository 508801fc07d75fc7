package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.effect.Pure;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.langchain4j.OpenAiServer.WireCall;
import dev.interlock.langchain4j.OpenAiServer.WireResult;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.service.AiServices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chained calls as they are on the wire, by LangChain4j's OpenAI client. */
@Timeout(120)
class ChainingWireTest {

    record Range(
            int from,
            @JsonProperty(required = false) @Nullable Integer to) {}

    static class Tools {
        @Tool("Searches")
        @Reads("web")
        Map<String, Object> search(
                @P(name = "query") String query, @P(name = "limit", required = false) @Nullable Integer limit) {
            return Map.of(
                    "results",
                    List.of(Map.of("title", "On " + query, "pages", 12)),
                    "limit",
                    limit == null ? 0 : limit);
        }

        @Tool("Analyses a text")
        @Pure
        String analyse(
                @P(name = "text", value = "the text") String text,
                @P(name = "pages", value = "how many pages") int pages,
                @P(name = "range", required = false) @Nullable Range range) {
            return text + " on " + pages + " pages" + (range == null ? "" : " from " + range.from);
        }

        @Tool("Saves a number")
        @Writes("notes")
        String save(@P(name = "number") int number) {
            return "saved " + number;
        }
    }

    private final OpenAiServer openAi = new OpenAiServer();

    @AfterEach
    void stop() {
        openAi.close();
    }

    private AiServices<Assistant> services(boolean strict) {
        return ParallelTools.builder()
                .chaining(true)
                .build()
                .aiServices(Assistant.class)
                .chatModel(openAi.model(strict))
                .tools(new Tools());
    }

    private static JsonNode parameters(JsonNode request, String tool) {
        for (JsonNode candidate : request.path("tools")) {
            if (candidate.at("/function/name").asText().equals(tool)) {
                return candidate.at("/function/parameters");
            }
        }
        throw new AssertionError("no tool " + tool + " in " + request);
    }

    private static List<String> types(JsonNode anyOf) {
        List<String> types = new ArrayList<>();
        anyOf.forEach(choice -> types.add(choice.path("type").asText()));
        return types;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void one_round_searches_and_analyses(boolean strict) {
        openAi.thenAsks(
                        new WireCall("call_1", "search", "{\"query\": \"cats\", \"limit\": null}"),
                        new WireCall(
                                "call_2",
                                "analyse",
                                "{\"text\": \"'${1.results[0].title}'\", \"pages\": \"${1.results[0].pages}\","
                                        + " \"range\": {\"from\": \"${1.limit}\", \"to\": null}}"),
                        new WireCall("call_3", "analyse", "{\"text\": \"${1.title}\", \"pages\": 1, \"range\": null}"),
                        new WireCall("call_4", "save", "{\"number\": \"${1.limit}\"}"))
                .thenSays("done");

        assertThat(services(strict).build().chat("go")).isEqualTo("done");

        assertThat(openAi.requests()).isEqualTo(2);
        List<WireResult> results = openAi.lastResults();
        assertThat(results).extracting(WireResult::toolCallId).containsExactly("call_1", "call_2", "call_3", "call_4");
        assertThat(results.get(1).content()).isEqualTo("'On cats' on 12 pages from 0");
        assertThat(results.get(2).content())
                .contains("${1.title} names no part of the result of call 1 (tool 'search'): the result is an"
                        + " object with the fields");
        assertThat(results.get(3).content()).contains("a tool that may change something takes no references");
        assertThat(openAi.lastMessages().toString()).contains("${1.results[0].title}");
    }

    @Test
    void schemas_and_instruction_are_on_the_wire() {
        openAi.thenSays("done");
        services(false).systemMessage("Be brief.").build().chat("go");

        JsonNode request = openAi.firstRequest();
        assertThat(request.at("/messages/0/role").asText()).isEqualTo("system");
        assertThat(request.at("/messages/0/content").asText()).isEqualTo("Be brief.\n\n" + ChainedRequests.INSTRUCTION);
        JsonNode analyse = parameters(request, "analyse");
        assertThat(analyse.at("/properties/text").toString())
                .isEqualTo("{\"type\":\"string\",\"description\":\"the text\"}");
        assertThat(analyse.at("/properties/pages/description").asText()).isEqualTo("how many pages");
        assertThat(types(analyse.at("/properties/pages/anyOf"))).containsExactly("integer", "string");
        assertThat(types(analyse.at("/properties/range/anyOf"))).containsExactly("object", "string", "null");
        assertThat(types(analyse.at("/properties/range/anyOf/0/properties/from/anyOf")))
                .contains("integer", "string");
        assertThat(analyse.path("required").toString()).isEqualTo("[\"text\",\"pages\"]");
        assertThat(parameters(request, "save").at("/properties/number/type").asText())
                .isEqualTo("integer");
    }

    @Test
    void strict_schemas_allow_references_and_leaving_out() {
        openAi.thenSays("done");
        services(true).build().chat("go");

        JsonNode request = openAi.firstRequest();
        assertThat(request.at("/tools/0/function/strict").asBoolean()).isTrue();
        JsonNode analyse = parameters(request, "analyse");
        assertThat(analyse.path("additionalProperties").asBoolean(true)).isFalse();
        assertThat(analyse.path("required")).hasSize(3);
        assertThat(types(analyse.at("/properties/pages/anyOf"))).containsExactly("integer", "string");
        assertThat(types(analyse.at("/properties/range/anyOf"))).containsExactly("object", "string", "null");
        JsonNode range = analyse.at("/properties/range/anyOf/0");
        assertThat(range.path("additionalProperties").asBoolean(true)).isFalse();
        assertThat(range.path("required")).hasSize(2);
        assertThat(types(range.at("/properties/to/anyOf"))).containsExactly("integer", "string", "null");
        assertThat(types(parameters(request, "search").at("/properties/limit/anyOf")))
                .containsExactly("integer", "string", "null");
        assertThat(request.toString()).doesNotContain("\"type\":[\"integer\",\"string\"");
    }
}
