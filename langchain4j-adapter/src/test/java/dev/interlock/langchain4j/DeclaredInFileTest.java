package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.FakeMcpTransport.client;
import static dev.interlock.langchain4j.FakeMcpTransport.provider;
import static dev.interlock.langchain4j.McpTrustTest.hints;
import static dev.interlock.langchain4j.McpTrustTest.meta;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Reads;
import dev.interlock.effect.file.DeclaredBy;
import dev.interlock.effect.file.EffectsFile;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.service.tool.AiServiceTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Effects that a file declares of LangChain4j's tools, the user's own and those of MCP servers. */
@Timeout(60)
class DeclaredInFileTest extends EffectSourcesFixture {

    static class NoteTools {
        @Tool
        @Reads("note/{id}")
        String readNote(String id) {
            return "note " + id;
        }

        @Tool("Returns a note")
        String getNote(String id) {
            return "note " + id;
        }
    }

    private final FakeMcpServer server = new FakeMcpServer()
            .tool("look", hints("'readOnlyHint': true, 'openWorldHint': false"))
            .tool("plain", "{}")
            .tool("odd", meta("'dev.interlock/effects': 7"));

    private final McpClient files = client("files", server);

    private static ParallelTools.Builder builder(String tools) {
        return ParallelTools.builder().effectsFrom(EffectsFile.parse("effects.json", "{\"tools\": {" + tools + "}}"));
    }

    @Test
    void annotations_win_and_inference_does_not() {
        ParallelTools.Builder builder = builder("\"*Note\": {\"writes\": [\"all\"]}");

        PlannedCall annotated = planned(builder, new NoteTools(), "readNote", "{\"id\": \"7\"}");
        assertThat(annotated.accesses()).containsExactly(Access.read("note/7"));
        assertThat(annotated.source()).isEqualTo(EffectSource.ANNOTATION);

        PlannedCall inferred = planned(builder, new NoteTools(), "getNote", "{\"id\": \"7\"}");
        assertThat(inferred.accesses()).containsExactly(Access.write("all"));
        assertThat(inferred.source()).isEqualTo(EffectSource.FILE);
        assertThat(inferred.said()).isEqualTo("effects file effects.json:1, declared");
    }

    @Test
    void metadata_do_not_win_even_where_they_are_malformed() {
        for (Object metadata : List.of(Map.of("writes", List.of("notes")), Map.of("write", List.of("notes")))) {
            AiServiceTool tool = noting(metadata);
            ParallelTools.Builder builder = builder("\"note\": {\"reads\": [\"note/{id}\"]}");
            Rounds rounds = new Rounds();
            var unused = builder.listener(rounds).build().execute(noteCall(), List.of(tool));

            assertThat(rounds.reports().get(0).plan().calls().get(0).accesses()).containsExactly(Access.read("note/7"));
        }
    }

    private static AiMessage noteCall() {
        return AiMessage.from(call("1", "note", "{\"id\": \"7\"}"));
    }

    @Test
    void effects_of_the_builder_win() {
        ParallelTools.Builder builder =
                builder("\"note\": {\"reads\": [\"note/{id}\"]}").effects("note", Effects.writes("notes"));

        assertThat(planned(builder, List.of(tool("note", request -> "noted")), "note", "{\"id\": \"7\"}")
                        .accesses())
                .containsExactly(Access.write("notes"));
    }

    /** The file is the user's word, and needs no trust in the server. */
    @ParameterizedTest
    @ValueSource(strings = {"look", "plain", "odd"})
    void a_file_speaks_for_tools_of_servers_trusted_or_not(String tool) {
        for (boolean trusted : new boolean[] {false, true}) {
            ParallelTools.Builder builder = builder("\"" + tool + "\": {\"writes\": [\"file/x\"]}");
            if (trusted) {
                builder.trustMcp("files");
            }
            PlannedCall call = McpTrustTest.planned(builder, provider(files), tool);
            assertThat(call.accesses()).containsExactly(Access.write("file/x"));
            assertThat(call.source()).isEqualTo(EffectSource.FILE);

            assertThat(McpTrustTest.plannedAsRegistered(builder, files, tool).accesses())
                    .containsExactly(Access.write("file/x"));
        }
    }

    @Test
    void globs_match_the_names_that_the_model_sees() {
        McpToolProvider prefixed = McpToolProvider.builder()
                .mcpClients(files)
                .toolNameMapper((owner, tool) -> owner.key() + "__" + tool.name())
                .build();

        assertThat(McpTrustTest.planned(builder("\"files__*\": {\"reads\": [\"file\"]}"), prefixed, "files__plain")
                        .accesses())
                .containsExactly(Access.read("file"));
        assertThat(McpTrustTest.planned(builder("\"*__plain\": {\"reads\": [\"file\"]}"), prefixed, "files__plain")
                        .accesses())
                .containsExactly(Access.read("file"));
        assertThat(McpTrustTest.planned(builder("\"plain\": {\"reads\": [\"file\"]}"), prefixed, "files__plain")
                        .source())
                .isEqualTo(EffectSource.UNDECLARED);
    }

    @Test
    void a_template_that_names_no_parameter_makes_calls_run_alone() {
        StringBuilder log = new StringBuilder();

        PlannedCall call = logged(
                () -> planned(
                        builder("\"note\": {\"reads\": [\"note/{path}\"]}"),
                        List.of(tool("note", request -> "noted")),
                        "note",
                        "{\"id\": \"7\"}"),
                log);

        assertThat(call.accesses()).containsExactly(Access.write("/"));
        assertThat(log.toString()).contains("Calls of tool 'note' run alone", "{path}", "effects.json:1");
    }

    @Test
    void a_streamed_response_is_planned_by_the_file() throws InterruptedException {
        Rounds rounds = new Rounds();
        List<AiServiceTool> tools = List.of(tool("note", request -> "noted"));
        StreamingAssistant assistant = builder("\"note\": {\"reads\": [\"note/{id}\"]}")
                .listener(rounds)
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(ScriptedStreamingModel.asking(call("1", "note", "{\"id\": \"7\"}")))
                .tools(tools)
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");

        PlannedCall planned = rounds.reports().get(0).plan().calls().get(0);
        assertThat(planned.accesses()).containsExactly(Access.read("note/7"));
        assertThat(planned.source()).isEqualTo(EffectSource.FILE);
    }

    @Test
    void what_was_learnt_counts_where_it_is_accepted() {
        String learnt = "\"note\": {\"reads\": [\"note/{id}\"], \"by\": \"learnt\"}";
        List<AiServiceTool> tools = List.of(tool("note", request -> "noted"));

        assertThat(planned(builder(learnt), tools, "note", "{\"id\": \"7\"}").source())
                .isEqualTo(EffectSource.UNDECLARED);
        assertThat(planned(builder(learnt).accept(DeclaredBy.LEARNT), tools, "note", "{\"id\": \"7\"}")
                        .accesses())
                .containsExactly(Access.read("note/7"));
    }

    @Test
    void a_mistake_is_told_when_the_file_is_given(@TempDir Path folder) throws IOException {
        Path path =
                Files.writeString(folder.resolve("effects.json"), "{\"tools\": {\n\"note\": {\"reads\": [\"a/{\"]}}}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParallelTools.builder().effectsFrom(path))
                .withMessageContaining("effects.json:2: tool 'note': 'reads': template 'a/{'");
    }

    @Test
    void entries_for_tools_that_are_not_there_are_named_when_a_service_first_asks_the_model() {
        StringBuilder log = new StringBuilder();
        ParallelTools.Builder builder =
                builder("\"note\": {\"pure\": true}, \"noet\": {\"pure\": true}, \"look\": {\"pure\": true}");
        ParallelTools parallel = builder.build();
        // A service built before the first question counts, no matter which service asks first.
        List<AiServiceTool> ofAnother = List.of(tool("note", request -> "noted"));
        var unused = parallel.aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", "note", "{}")))
                .tools(ofAnother)
                .build();

        logged(() -> askPlain(parallel), log);
        logged(() -> askPlain(parallel), log);

        assertThat(log.toString())
                .containsOnlyOnce("There is no tool for 'noet' (effects file effects.json:1);"
                        + " the tools so far are [look, note, odd, plain]");
    }

    private String askPlain(ParallelTools parallel) {
        return parallel.aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", "plain", "{}")))
                .toolProvider(provider(files))
                .build()
                .chat("go");
    }

    @Test
    void entries_for_tools_that_are_not_there_are_named_in_a_hand_written_loop() {
        StringBuilder log = new StringBuilder();
        ParallelTools parallel = builder("\"note\": {\"pure\": true}, \"noet\": {\"pure\": true}")
                .build();

        logged(() -> parallel.execute(noteCall(), List.of(tool("note", request -> "noted"))), log);

        assertThat(log.toString()).containsOnlyOnce("There is no tool for 'noet'");
    }

    @Test
    void a_limit_of_calls_of_a_tool_that_is_not_there_is_named() {
        ParallelTools parallel =
                ParallelTools.builder().maxCallsPerTool("noet", 3).build();
        StringBuilder log = new StringBuilder();

        logged(() -> parallel.execute(noteCall(), List.of(tool("note", request -> "noted"))), log);

        assertThat(log.toString()).contains("There is no tool for 'noet' (maxCallsPerTool set)");
    }
}
