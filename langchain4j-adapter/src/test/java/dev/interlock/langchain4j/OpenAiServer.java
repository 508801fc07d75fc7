package dev.interlock.langchain4j;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import java.util.ArrayList;
import java.util.List;

/** Plays OpenAI's chat completions over HTTP: gives the answers of the test, one a request, and keeps the requests. */
final class OpenAiServer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A call as it is on the wire: the arguments are text, which need not be JSON. */
    record WireCall(String id, String tool, String arguments) {}

    /** A tool message as it is on the wire. */
    record WireResult(String toolCallId, String content) {}

    private final WireMockServer server = new WireMockServer(
            WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
    private int answers;

    OpenAiServer() {
        server.start();
    }

    ChatModel model() {
        return model(false);
    }

    ChatModel model(boolean strictTools) {
        return OpenAiChatModel.builder()
                .baseUrl("http://127.0.0.1:" + server.port() + "/v1")
                .apiKey("no-key-needed")
                .modelName("gpt-4.1-mini")
                .maxRetries(0)
                .strictTools(strictTools)
                .build();
    }

    OpenAiServer thenAsks(WireCall... calls) {
        ArrayNode toolCalls = JSON.createArrayNode();
        for (WireCall call : calls) {
            ObjectNode toolCall = toolCalls.addObject().put("id", call.id).put("type", "function");
            toolCall.putObject("function").put("name", call.tool).put("arguments", call.arguments);
        }
        ObjectNode message = JSON.createObjectNode().put("role", "assistant").putNull("content");
        message.set("tool_calls", toolCalls);
        return then(message, "tool_calls");
    }

    OpenAiServer thenSays(String text) {
        return then(JSON.createObjectNode().put("role", "assistant").put("content", text), "stop");
    }

    private OpenAiServer then(ObjectNode message, String finishReason) {
        ObjectNode body = JSON.createObjectNode()
                .put("id", "chatcmpl-" + answers)
                .put("object", "chat.completion")
                .put("created", 1_767_225_600)
                .put("model", "gpt-4.1-mini");
        body.putArray("choices")
                .addObject()
                .put("index", 0)
                .put("finish_reason", finishReason)
                .set("message", message);
        body.putObject("usage")
                .put("prompt_tokens", 10)
                .put("completion_tokens", 5)
                .put("total_tokens", 15);
        server.stubFor(post(urlPathEqualTo("/v1/chat/completions"))
                .inScenario("conversation")
                .whenScenarioStateIs(answers == 0 ? Scenario.STARTED : "answer " + answers)
                .willSetStateTo("answer " + (answers + 1))
                .willReturn(okJson(body.toString())));
        answers++;
        return this;
    }

    int requests() {
        return server.findAll(anyRequestedFor(anyUrl())).size();
    }

    /** The request that holds fewest messages, which is the first. */
    JsonNode firstRequest() {
        try {
            JsonNode first = null;
            for (var request : server.findAll(anyRequestedFor(anyUrl()))) {
                JsonNode body = JSON.readTree(request.getBodyAsString());
                if (first == null
                        || body.path("messages").size() < first.path("messages").size()) {
                    first = body;
                }
            }
            if (first == null) {
                throw new AssertionError("there was no request");
            }
            return first;
        } catch (JsonProcessingException e) {
            throw new AssertionError("a request is no JSON", e);
        }
    }

    /** The messages of the last request. */
    List<JsonNode> lastMessages() {
        List<JsonNode> messages = new ArrayList<>();
        try {
            // Each request holds more messages than the one before.
            for (var request : server.findAll(anyRequestedFor(anyUrl()))) {
                JsonNode ofRequest = JSON.readTree(request.getBodyAsString()).path("messages");
                if (ofRequest.size() > messages.size()) {
                    messages.clear();
                    ofRequest.forEach(messages::add);
                }
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError("a request is no JSON", e);
        }
        return messages;
    }

    /** The tool messages of the last request, in order. */
    List<WireResult> lastResults() {
        return lastMessages().stream()
                .filter(message -> message.path("role").asText().equals("tool"))
                .map(message -> new WireResult(
                        message.path("tool_call_id").asText(),
                        message.path("content").asText()))
                .toList();
    }

    @Override
    public void close() {
        server.stop();
    }
}
