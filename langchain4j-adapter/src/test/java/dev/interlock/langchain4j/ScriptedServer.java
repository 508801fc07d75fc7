package dev.interlock.langchain4j;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static java.util.Comparator.comparingInt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.util.ArrayList;
import java.util.List;

/** Plays a provider over HTTP: gives the bodies of the test, one a request, and keeps the requests. */
final class ScriptedServer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final WireMockServer server = new WireMockServer(
            WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
    private final String path;
    private final String conversation;
    private int answers;

    /**
     * Starts a server.
     *
     * @param path where the model is asked
     * @param conversation the property of a request that holds the messages
     */
    ScriptedServer(String path, String conversation) {
        this.path = path;
        this.conversation = conversation;
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    ScriptedServer then(String body) {
        server.stubFor(post(urlPathEqualTo(path))
                .inScenario("conversation")
                .whenScenarioStateIs(answers == 0 ? Scenario.STARTED : "answer " + answers)
                .willSetStateTo("answer " + (answers + 1))
                .willReturn(okJson(body)));
        answers++;
        return this;
    }

    int requests() {
        return server.findAll(anyRequestedFor(anyUrl())).size();
    }

    /** The messages of the last request. */
    List<JsonNode> lastMessages() {
        // Each request of a conversation holds more messages than the one before.
        return server.findAll(anyRequestedFor(anyUrl())).stream()
                .map(request -> messages(request.getBodyAsString()))
                .max(comparingInt(List::size))
                .orElseThrow();
    }

    private List<JsonNode> messages(String body) {
        List<JsonNode> messages = new ArrayList<>();
        try {
            JSON.readTree(body).path(conversation).forEach(messages::add);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a request is no JSON", e);
        }
        return messages;
    }

    @Override
    public void close() {
        server.stop();
    }
}
