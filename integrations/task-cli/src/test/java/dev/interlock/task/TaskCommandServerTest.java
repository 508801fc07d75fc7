package dev.interlock.task;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command with a server that has OpenAI's API. */
@Timeout(120)
class TaskCommandServerTest extends TaskCommandFixture {

    private final WireMockServer server = new WireMockServer(
            WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop();
    }

    private String url() {
        return "http://127.0.0.1:" + server.port() + "/v1";
    }

    @Test
    void any_server_with_openais_api_will_do_without_a_key() {
        server.stubFor(post(urlPathEqualTo("/v1/chat/completions")).willReturn(okJson("""
                        {"id": "1", "object": "chat.completion", "created": 1, "model": "tiny", "choices": [{"index": 0,
                         "finish_reason": "stop", "message": {"role": "assistant", "content": "Hi \\u001b[31mred"}}],
                         "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}}""")));

        assertThat(run("--base-url", url(), "--model", "tiny", "say", "hi")).isZero();

        assertThat(out).hasToString("Hi \uFFFD[31mred\n");
        assertThat(err.toString()).contains("0 calls in 0 rounds", "10 tokens");
        server.verify(postRequestedFor(urlPathEqualTo("/v1/chat/completions"))
                .withRequestBody(matchingJsonPath("$.model", equalTo("tiny")))
                .withRequestBody(matchingJsonPath("$.messages[1].content", equalTo("say hi"))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void what_the_server_says_against_it_is_told(boolean dryRun) throws Exception {
        server.stubFor(post(urlPathEqualTo("/v1/chat/completions"))
                .willReturn(status(401).withBody("{\"error\": \"who are you?\"}")));
        Map<String, String> environment = Map.of("OPENAI_BASE_URL", url(), "OPENAI_API_KEY", "k");
        List<String> arguments = dryRun ? List.of("--dry-run", "say hi") : List.of("say hi");

        assertThat(run(environment, arguments.toArray(String[]::new))).isEqualTo(1);
        assertThat(err.toString())
                .contains("task: it failed: ", "who are you?")
                .endsWith("task: the model was gpt-4.1-mini at " + url() + "\n");
        assertThat(out.toString()).isEmpty();

        List<String> asJson = new ArrayList<>(arguments);
        asJson.add(0, "--json");
        assertThat(run(environment, asJson.toArray(String[]::new))).isEqualTo(1);
        assertThat(json().path("end").asText()).isEqualTo("ERROR");
        assertThat(json().path("error").asText()).contains("who are you?");
    }

    private void answer(String finishReason, String content) {
        server.stubFor(
                post(urlPathEqualTo("/v1/chat/completions")).willReturn(okJson("""
                        {"id": "1", "object": "chat.completion", "created": 1, "model": "tiny", "choices": [{"index": 0,
                         "finish_reason": "%s", "message": {"role": "assistant", "content": %s}}]}""".formatted(finishReason, content))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "length | \"Pyth\" | 7 | TRUNCATED | the answer is cut off: the model reached its limit of tokens",
                "content_filter | \"Py\" | 8 | FILTERED | the answer was filtered",
                "stop | \" \" | 9 | EMPTY | the model's answer is empty",
                "stop | null | 9 | EMPTY | the model's answer is empty",
                "stop | \"{\\\"name\\\": \\\"calculate\\\", \\\"arguments\\\": {}}\" | 10 | TOOL_CALL_AS_TEXT"
                        + " | the model wrote a call as text instead of making it; the call was not run",
            })
    void what_is_no_answer_has_a_line_and_an_exit_code(
            String finishReason, String content, int code, String end, String line) throws Exception {
        answer(finishReason, content);

        assertThat(run("--base-url", url(), "say hi")).isEqualTo(code);
        assertThat(err.toString()).endsWith("task: " + line + "\n");

        out.getBuffer().setLength(0);
        assertThat(run("--base-url", url(), "--json", "say hi")).isEqualTo(code);
        assertThat(json().path("end").asText()).isEqualTo(end);
        assertThat(json().path("finishReason").asText()).isEqualTo(finishReason.toUpperCase(Locale.ROOT));
        assertThat(run("--base-url", url(), "--dry-run", "say hi")).isEqualTo(code);
    }

    @Test
    void a_model_that_repeats_its_call_has_its_exit_code() {
        server.stubFor(post(urlPathEqualTo("/v1/chat/completions")).willReturn(okJson("""
                        {"id": "1", "object": "chat.completion", "created": 1, "model": "tiny", "choices": [{"index": 0,
                         "finish_reason": "tool_calls", "message": {"role": "assistant", "tool_calls": [{"id": "c1",
                         "type": "function", "function": {"name": "calculate",
                         "arguments": "{\\"expression\\": \\"1+1\\"}"}}]}}]}""")));

        assertThat(run("--base-url", url(), "calculate 1+1")).isEqualTo(6);

        assertThat(err.toString())
                .contains("12 calls in 12 rounds, 2 failed")
                .endsWith("task: the model repeated a call over and over, though its result stays the same\n");
    }

    @Test
    void a_task_that_is_stopped_says_how_far_it_came() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        server.addMockServiceRequestListener((request, response) -> asked.countDown());
        server.stubFor(post(urlPathEqualTo("/v1/chat/completions"))
                .willReturn(okJson("{}").withFixedDelay(60_000)));
        Thread stopping = Thread.ofVirtual().start(() -> {
            try {
                asked.await();
            } catch (InterruptedException e) {
                return;
            }
            stop.cancel("the program was stopped");
        });

        assertThat(run("--base-url", url(), "say hi")).isEqualTo(130);

        assertThat(err.toString()).contains("0 calls in 0 rounds, ").endsWith("task: it was cancelled\n");
        stopping.join();
    }
}
