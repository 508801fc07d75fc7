package dev.interlock.springai;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/** A server that answers as OpenAI's does: first with calls, then with a text. */
final class OpenAiServer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/v1/chat/completions";

    private final WireMockServer server = new WireMockServer(options().dynamicPort());

    private OpenAiServer() {
        server.start();
    }

    static OpenAiServer answering(boolean streamed, String text, AssistantMessage.ToolCall... calls) {
        return ending("tool_calls", streamed, text, calls);
    }

    /** A server whose first answer ends for a reason. */
    static OpenAiServer ending(String finishReason, boolean streamed, String text, AssistantMessage.ToolCall... calls) {
        OpenAiServer made = new OpenAiServer();
        made.stub(
                Scenario.STARTED,
                "called",
                streamed,
                streamed ? streamedCalls(finishReason, calls) : wholeCalls(finishReason, calls));
        made.stub("called", "answered", streamed, streamed ? streamed(text) : whole(text));
        return made;
    }

    private void stub(String state, String next, boolean streamed, String body) {
        server.stubFor(post(urlPathEqualTo(PATH))
                .inScenario("chat")
                .whenScenarioStateIs(state)
                .willSetStateTo(next)
                .willReturn(aResponse()
                        .withHeader("Content-Type", streamed ? "text/event-stream" : "application/json")
                        .withBody(body)));
    }

    OpenAiChatModel model() {
        return OpenAiChatModel.builder()
                .options(OpenAiChatOptions.builder()
                        .baseUrl("http://localhost:" + server.port() + "/v1")
                        .apiKey("none")
                        .model("gpt-test")
                        .maxRetries(0)
                        .build())
                .build();
    }

    /** A client whose tools are executed by a manager. */
    ChatClient client(ToolCallingManager manager) {
        return ChatClient.builder(model())
                .defaultAdvisors(
                        ToolCallingAdvisor.builder().toolCallingManager(manager).build())
                .build();
    }

    /** The messages of the last request. */
    List<JsonNode> lastMessages() {
        List<LoggedRequest> requests = server.findAll(postRequestedFor(urlPathEqualTo(PATH)));
        try {
            JsonNode messages = JSON.readTree(requests.get(requests.size() - 1).getBodyAsString())
                    .get("messages");
            return List.copyOf(messages.valueStream().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int requests() {
        return server.findAll(postRequestedFor(urlPathEqualTo(PATH))).size();
    }

    private static String whole(String text) {
        ObjectNode message = JSON.createObjectNode().put("role", "assistant").put("content", text);
        return completion("chat.completion", "message", message, "stop").toString();
    }

    private static String wholeCalls(String finishReason, AssistantMessage.ToolCall... calls) {
        ObjectNode message = JSON.createObjectNode().put("role", "assistant").putNull("content");
        ArrayNode all = message.putArray("tool_calls");
        for (AssistantMessage.ToolCall call : calls) {
            function(all.addObject(), call, call.arguments());
        }
        return completion("chat.completion", "message", message, finishReason).toString();
    }

    private static String streamed(String text) {
        ObjectNode delta = JSON.createObjectNode().put("role", "assistant").put("content", text);
        return event(completion("chat.completion.chunk", "delta", delta, null))
                + event(completion("chat.completion.chunk", "delta", JSON.createObjectNode(), "stop"))
                + "data: [DONE]\n\n";
    }

    /** The arguments of each call come in two parts. */
    private static String streamedCalls(String finishReason, AssistantMessage.ToolCall... calls) {
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < calls.length; i++) {
            String arguments = calls[i].arguments();
            int half = arguments.length() / 2;
            ObjectNode first = JSON.createObjectNode().put("role", "assistant");
            function(first.putArray("tool_calls").addObject().put("index", i), calls[i], arguments.substring(0, half));
            events.append(event(completion("chat.completion.chunk", "delta", first, null)));
            ObjectNode second = JSON.createObjectNode();
            second.putArray("tool_calls")
                    .addObject()
                    .put("index", i)
                    .putObject("function")
                    .put("arguments", arguments.substring(half));
            events.append(event(completion("chat.completion.chunk", "delta", second, null)));
        }
        return events + event(completion("chat.completion.chunk", "delta", JSON.createObjectNode(), finishReason))
                + "data: [DONE]\n\n";
    }

    private static void function(ObjectNode node, AssistantMessage.ToolCall call, String arguments) {
        node.put("id", call.id()).put("type", "function");
        node.putObject("function").put("name", call.name()).put("arguments", arguments);
    }

    private static ObjectNode completion(String object, String key, ObjectNode message, String finishReason) {
        ObjectNode completion = JSON.createObjectNode()
                .put("id", "chatcmpl-1")
                .put("object", object)
                .put("created", 1)
                .put("model", "gpt-test");
        completion
                .putArray("choices")
                .addObject()
                .put("index", 0)
                .put("finish_reason", finishReason)
                .set(key, message);
        return completion;
    }

    private static String event(ObjectNode data) {
        return "data: " + data + "\n\n";
    }

    @Override
    public void close() {
        server.stop();
    }
}
