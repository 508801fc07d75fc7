package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.effect.Reads;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.report.RunRecorder;
import dev.interlock.support.PatientWait;
import dev.interlock.testing.Reply;
import dev.interlock.testing.ScriptedChatModel;
import dev.langchain4j.agent.tool.Tool;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.ConfigurableApplicationContext;

/** The endpoint and the health indicator, asked over HTTP in a whole application. */
class ActuatorTest {

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {}

    /** Waits for its latch, whether or not it is interrupted. */
    static final class Stubborn {
        final CountDownLatch started = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        @Tool("Reads something, and cannot be stopped")
        @Reads("something/{id}")
        String stubborn(String id) {
            started.countDown();
            PatientWait.on(release::await);
            return "read " + id;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static ConfigurableApplicationContext application;

    private static SpringApplicationBuilder exposed(String endpoints) {
        return new SpringApplicationBuilder(Application.class)
                .properties(Map.of(
                        "server.port", "0",
                        "server.address", "127.0.0.1",
                        "spring.main.banner-mode", "off",
                        "management.endpoints.web.exposure.include", endpoints));
    }

    @BeforeAll
    static void start() {
        application = exposed("health,interlock")
                .properties(Map.of(
                        "management.endpoint.interlock.access", "unrestricted",
                        "management.endpoint.health.show-details", "always",
                        "interlock.timeout", "20ms",
                        "interlock.grace-period", "1ms",
                        "interlock.health.max-abandoned", "0",
                        "interlock.tools.stubborn.timeout", "1ms"))
                .run();
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @BeforeEach
    void nothing_is_abandoned() {
        assertThat(application.getBean(ParallelTools.class).abandoned()).isEmpty();
    }

    private static HttpResponse<String> send(String method, String path) throws Exception {
        return send(application, method, path);
    }

    private static HttpResponse<String> send(ConfigurableApplicationContext application, String method, String path)
            throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port")
                + "/actuator/" + path);
        return CLIENT.send(
                HttpRequest.newBuilder(uri)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode get(String path) throws Exception {
        HttpResponse<String> response = send("GET", path);
        assertThat(response.statusCode()).as(response.body()).isIn(200, 503);
        return JSON.readTree(response.body());
    }

    private static List<String> texts(JsonNode array, String member) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.get(member).asText()));
        return texts;
    }

    @Test
    void tools_and_rounds_are_shown() throws Exception {
        assertThat(Contexts.assistant(Contexts.callsAll(1), new Bank()).chat("hello"))
                .isEqualTo("done");
        JsonNode overview = get("interlock");
        assertThat(texts(overview.get("tools"), "name")).contains("balance", "charge", "launch");
        assertThat(texts(overview.get("tools"), "effects")).contains("reads account/{account}", "exclusive");
        assertThat(texts(overview.get("tools"), "saidBy")).contains("annotated");
        assertThat(texts(overview.get("tools"), "runsAlone").toString()).contains("nothing is known");
        assertThat(overview.get("inFlight")).isEmpty();
        assertThat(overview.get("rounds").get(0).get("calls").asInt()).isEqualTo(3);
    }

    @Test
    void the_last_rounds_can_be_read_as_page_text_and_json() throws Exception {
        Contexts.assistant(Contexts.callsAll(1), new Bank()).chat("hello");
        HttpResponse<String> page = send("GET", "interlock/report");
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(page.body()).startsWith("<!DOCTYPE html>").contains("balance");
        HttpResponse<String> text = send("GET", "interlock/report.txt");
        assertThat(text.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(text.body()).contains("balance").doesNotContain("{\"account\"");
        JsonNode json = get("interlock/report.json");
        assertThat(json.get("version").asInt()).isEqualTo(1);
        assertThat(send("GET", "interlock/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void an_abandoned_call_makes_the_application_unwell_until_it_is_released() throws Exception {
        assertThat(get("health").at("/components/interlock/status").asText()).isEqualTo("UP");
        Stubborn tool = new Stubborn();
        // The limit may pass before the tool begins.
        while (tool.started.getCount() > 0) {
            ScriptedChatModel model = ScriptedChatModel.of(
                    Reply.calls(Reply.call("stubborn", "{\"id\": \"secret\"}")), Reply.text("done"));
            assertThat(Contexts.assistant(model, tool).chat("hello")).isEqualTo("done");
        }

        HttpResponse<String> health = send("GET", "health");
        JsonNode told = JSON.readTree(health.body()).at("/components/interlock");
        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(told.get("status").asText()).isEqualTo("DOWN");
        assertThat(told.at("/details/abandoned").asInt()).isEqualTo(1);
        assertThat(told.at("/details/calls/0").asText()).startsWith("stubborn, round ");
        assertThat(health.body()).doesNotContain("secret");

        JsonNode abandoned = get("interlock").get("abandoned").get(0);
        assertThat(abandoned.get("tool").asText()).isEqualTo("stubborn");
        String id = abandoned.get("id").asText();
        assertThat(send("DELETE", "interlock/" + id).statusCode()).isEqualTo(204);
        assertThat(send("DELETE", "interlock/" + id).statusCode()).isEqualTo(404);
        assertThat(get("health").at("/components/interlock/status").asText()).isEqualTo("UP");
        tool.release.countDown();
    }

    @Test
    void rounds_are_kept_only_where_the_endpoint_shows_them() {
        assertThat(application.getBeansOfType(RunRecorder.class)).hasSize(1);
        try (ConfigurableApplicationContext health = exposed("health").run()) {
            assertThat(health.getBeansOfType(RunRecorder.class)).isEmpty();
            assertThat(health.getBeansOfType(AbandonedCalls.class)).hasSize(1);
        }
        Contexts.runner()
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
                .run(context ->
                        assertThat(context).hasSingleBean(ParallelTools.class).doesNotHaveBean(RunRecorder.class));
    }

    @Test
    void exposing_the_endpoint_does_not_expose_what_changes_something() throws Exception {
        try (ConfigurableApplicationContext exposed = exposed("interlock").run()) {
            assertThat(send(exposed, "GET", "interlock").statusCode()).isEqualTo(200);
            assertThat(send(exposed, "DELETE", "interlock/1").statusCode()).isEqualTo(405);
        }
        assertThat(send("DELETE", "interlock/1").statusCode())
                .as("there is no such call")
                .isEqualTo(404);
    }

    @Test
    void a_call_in_flight_is_shown() throws Exception {
        Stubborn tool = new Stubborn();
        try (ParallelTools patient = application
                .getBean(ParallelTools.Builder.class)
                .policy("stubborn", dev.interlock.call.ToolPolicy.DEFAULT)
                .timeout(java.time.Duration.ofMinutes(1))
                .build()) {
            Assistant assistant = patient.aiServices(Assistant.class)
                    .chatModel(ScriptedChatModel.of(
                            Reply.calls(Reply.call("stubborn", "{\"id\": \"1\"}")), Reply.text("done")))
                    .tools(tool)
                    .build();
            CompletableFuture<String> answer = Contexts.async(() -> assistant.chat("hello"));
            tool.started.await();
            JsonNode overview = get("interlock");
            assertThat(overview.get("roundsInFlight").asInt()).isEqualTo(1);
            JsonNode inFlight = overview.get("inFlight");
            assertThat(inFlight).hasSize(1);
            assertThat(inFlight.get(0).get("tool").asText()).isEqualTo("stubborn");
            assertThat(inFlight.get(0).get("state").asText()).isEqualTo("runs");
            tool.release.countDown();
            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("done");
            assertThat(get("interlock").get("inFlight")).isEmpty();
        }
    }
}
