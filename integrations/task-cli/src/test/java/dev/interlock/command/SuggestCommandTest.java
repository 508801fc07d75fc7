package dev.interlock.command;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.interlock.effect.ParameterType;
import dev.interlock.effect.file.DeclaredBy;
import dev.interlock.effect.file.EffectsEntry;
import dev.interlock.effect.file.EffectsFile;
import dev.interlock.learn.KnownTool;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final KnownTool PAY =
            new KnownTool("pay", "Pays.", Map.of("from", ParameterType.STRING, "to", ParameterType.STRING));

    @TempDir
    private Path folder = Path.of("");

    private final WireMockServer server = new WireMockServer(
            WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        server.start();
        Files.writeString(folder.resolve("tools.jsonl"), """
                {"name": "pay", "description": "Pays.", "parameters": {"from": {"type": "string", "description": "who pays"}, "to": {"type": "string"}}, "effect": "secret label"}
                {"name": "balance", "description": "Tells a balance.", "parameters": {"of": {"type": "string"}}}
                """);
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private void answers(String state, String next, String text) {
        ObjectNode body =
                JSON.createObjectNode().put("id", "1").put("model", "m").put("object", "chat.completion");
        ObjectNode choice = body.putArray("choices").addObject().put("index", 0).put("finish_reason", "stop");
        choice.putObject("message").put("role", "assistant").put("content", text);
        server.stubFor(post(urlPathEqualTo("/v1/chat/completions"))
                .inScenario("chat")
                .whenScenarioStateIs(state)
                .willReturn(okJson(body.toString()))
                .willSetStateTo(next));
    }

    private int suggest() {
        String[] arguments = {
            "effects",
            "suggest",
            "--tools",
            folder + "/tools.jsonl",
            "-o",
            folder + "/effects.json",
            "--base-url",
            "http://127.0.0.1:" + server.port() + "/v1",
            "--model",
            "small"
        };
        return InterlockCommand.run(
                Map.of("OPENAI_API_KEY", "key"), new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private EffectsFile file() {
        return EffectsFile.read(folder.resolve("effects.json"));
    }

    @Test
    void what_a_model_says_is_suggested_and_not_in_force() {
        answers(
                Scenario.STARTED,
                "second",
                "Sure:\n```json\n{\"writes\": [\"account/{from}\", \"account/{to}\"], \"by\": \"declared\"}\n```");
        answers(
                "second",
                "end",
                "{\"reads\": [\"account/{of}\"], \"idempotent\": true, \"note\": \"looks\\u001b[2J up\"}");

        assertThat(suggest()).isZero();

        assertThat(file().entries())
                .extracting(EffectsEntry::by)
                .containsExactly(DeclaredBy.SUGGESTED, DeclaredBy.SUGGESTED);
        assertThat(out.toString().lines())
                .containsExactly(
                        "pay: writes account/{from}, writes account/{to} (suggested)",
                        "balance: reads account/{of}, idempotent (suggested)");
        assertThat(file().entriesFor("balance").getFirst().note()).isEqualTo("looks [2J up");
        server.verify(postRequestedFor(urlPathEqualTo("/v1/chat/completions"))
                .withHeader("Authorization", equalTo("Bearer key"))
                .withRequestBody(containing("who pays"))
                .withRequestBody(containing("\"small\"")));
        server.verify(postRequestedFor(urlPathEqualTo("/v1/chat/completions"))
                .withRequestBody(containing("Tells a balance"))
                .withRequestBody(containing("pay: writes account/{from}, writes account/{to} (suggested)")));
        server.verify(
                0,
                postRequestedFor(urlPathEqualTo("/v1/chat/completions")).withRequestBody(containing("secret label")));
    }

    @Test
    void what_is_refused_hinders_nobody_else() {
        answers(Scenario.STARTED, "second", "I would rather not.");
        answers("second", "end", "{\"pure\": true}");

        assertThat(suggest()).isEqualTo(1);

        assertThat(file().entries()).hasToString("[balance: pure (suggested)]");
        assertThat(err.toString())
                .contains("interlock: pay: refused: the answer contains no JSON object")
                .endsWith("interlock: 1 of 2 tools suggested, see " + folder.resolve("effects.json") + "\n");
    }

    @Test
    void a_model_that_cannot_be_asked_leaves_what_was_said() throws IOException {
        Files.writeString(
                folder.resolve("effects.json"), "{\"version\": 1, \"tools\": {\"pay\": {\"writes\": [\"account\"]}}}");
        server.stubFor(post(urlPathEqualTo("/v1/chat/completions")).willReturn(serverError()));
        assertThat(suggest()).isEqualTo(1);
        assertThat(err.toString()).contains("interlock: pay: not asked: ");
        assertThat(file().entries()).hasToString("[pay: writes account (declared)]");
    }

    @Test
    void without_a_model_nothing_is_done() {
        int status = InterlockCommand.run(
                Map.of(),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                "effects",
                "suggest",
                "--tools",
                folder + "/tools.jsonl");
        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).startsWith("interlock: There is no model to ask. Set OPENAI_API_KEY;");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|the answer contains no JSON object",
                "{ not }|the answer is not valid JSON",
                "{}|it says nothing",
                "{\"idempotent\": true}|the answer says nothing about reads and writes",
                "{\"writes\": [\"account/{who}\"]}|takes {who}, but the parameters are [from, to]",
                "{\"writes\": [\"account/{from\"]}|without '}'",
                "{\"writes\": \"account\"}|'writes'",
                "{\"pure\": true, \"writes\": [\"account\"]}|pure",
                "{\"reads\": [1]}|'reads'"
            })
    void what_is_no_entry_is_refused(String answer, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Suggestions.entry(PAY, answer))
                .withMessageContaining(why);
    }

    @Test
    void an_answer_without_end_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Suggestions.entry(PAY, "{" + " ".repeat(30_000) + "}"))
                .withMessageContaining("too long");
        assertThatIllegalArgumentException().isThrownBy(() -> Suggestions.entry(PAY, null));
    }

    @Test
    void other_members_are_not_taken_over() {
        EffectsEntry entry = Suggestions.entry(
                PAY,
                "{\"reads\": [\"rates\"], \"by\": \"declared\", \"calls\": 99, \"proposals\": [{\"by\": \"learnt\", \"pure\": true}]}");
        assertThat(entry).hasToString("pay: reads rates (suggested)");
        assertThat(entry.calls()).isEmpty();
    }
}
