package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Resource;
import dev.interlock.langchain4j.mcp.MetadataEffects;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.service.IllegalConfigurationException;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Effects in the metadata of tools built in code. */
@Timeout(60)
class DeclaredMetadataTest extends EffectSourcesFixture {

    @Test
    void metadata_speak() {
        assertThat(planned(
                        ParallelTools.builder(),
                        List.of(noting(Map.of("reads", List.of("book/{id}"), "writes", List.of("notes/{id}", "log")))),
                        "note",
                        "{\"id\": \"7\"}"))
                .satisfies(call -> {
                    assertThat(call.accesses())
                            .containsExactlyInAnyOrder(
                                    Access.read("book/7"), Access.write("notes/7"), Access.write("log"));
                    assertThat(call.source()).isEqualTo(EffectSource.METADATA);
                });
    }

    static class DescribedTools {
        @Tool(metadata = "{\"dev.interlock/effects\": {\"writes\": [\"all\"]}}")
        @Reads("notes/{id}")
        String annotated(@P(name = "id") String id) {
            return id;
        }

        @Tool(metadata = "{\"dev.interlock/effects\": {\"reads\": [\"notes/{id}\"]}}")
        String described(@P(name = "id") String id) {
            return id;
        }
    }

    @Test
    void metadata_of_annotated_tools_speak_where_annotations_do_not() {
        assertThat(planned(ParallelTools.builder(), new DescribedTools(), "described", "{\"id\": \"7\"}"))
                .satisfies(call -> {
                    assertThat(call.accesses()).containsExactly(Access.read("notes/7"));
                    assertThat(call.source()).isEqualTo(EffectSource.METADATA);
                });
        assertThat(planned(ParallelTools.builder(), new DescribedTools(), "annotated", "{\"id\": \"7\"}"))
                .satisfies(call -> {
                    assertThat(call.accesses()).containsExactly(Access.read("notes/7"));
                    assertThat(call.source()).isEqualTo(EffectSource.ANNOTATION);
                });
    }

    @Test
    void metadata_with_reads_only_write_nothing() {
        assertThat(accessesByMetadata(Map.of("reads", List.of("notes/{id}")))).containsExactly(Access.read("notes/7"));
        assertThat(accessesByMetadata(Map.of("reads", List.of("notes/{id}"), "writes", List.of())))
                .containsExactly(Access.read("notes/7"));
    }

    @Test
    void metadata_with_writes_only_read_nothing_else() {
        assertThat(accessesByMetadata(Map.of("writes", List.of("notes/{id}"))))
                .containsExactly(Access.write("notes/7"));
        assertThat(accessesByMetadata(Map.of("reads", List.of(), "writes", List.of("notes/{id}"))))
                .containsExactly(Access.write("notes/7"));
    }

    @Test
    void metadata_say_what_paths_are_relative_to() {
        Map<String, Object> effects = Map.of("writes", List.of("file/{id}"), "paths", Map.of("id", "/data"));
        assertThat(planned(ParallelTools.builder(), List.of(noting(effects)), "note", "{\"id\": \"7\"}")
                        .accesses())
                .containsExactly(Access.write(Resource.of("file").resolve("/data/7")));
        assertThatThrownBy(() -> register(noting(Map.of("writes", List.of("file/{id}"), "paths", "/data"))))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("'note'", "'paths'", "/data");
        assertThatThrownBy(
                        () -> register(noting(Map.of("writes", List.of("file/{id}"), "paths", Map.of("id", "work")))))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContaining("'work'");
    }

    @Test
    void metadata_say_that_letter_case_does_not_matter_and_that_links_count() {
        Map<String, Object> effects =
                Map.of("writes", List.of("file/{id}"), "ignoringCase", List.of("id"), "followingLinks", List.of("id"));
        assertThat(planned(ParallelTools.builder(), List.of(noting(effects)), "note", "{\"id\": \"/none/A\"}")
                        .accesses())
                .containsExactly(
                        Access.write(Resource.of("file").resolve("/none/A")),
                        Access.write(Resource.of("file").resolve("/none/a")));
        assertThatThrownBy(() -> register(noting(Map.of("writes", List.of("file/{id}"), "ignoringCase", "id"))))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("'note'", "'ignoringCase' in metadata", "must be a list of strings, was id");
        assertThatThrownBy(() ->
                        register(noting(Map.of("writes", List.of("file/{id}"), "followingLinks", List.of("path")))))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContaining("no template takes the parameter {path}");
    }

    @Test
    void metadata_with_neither_are_pure() {
        assertThat(accessesByMetadata(Map.of("reads", List.of(), "writes", List.of())))
                .isEmpty();
    }

    @Test
    void wrong_metadata_are_an_error_at_registration() {
        assertThatThrownBy(() -> register(noting("reads everything")))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("note", MetadataEffects.KEY, "reads everything");
        assertThatThrownBy(() -> register(noting(Map.of("read", List.of("notes")))))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("note", "read");
        assertThatThrownBy(() -> register(noting(Map.of("reads", "notes"))))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("note", "reads", "notes");
        assertThatThrownBy(() -> register(noting(Map.of("reads", List.of("notes/{title}")))))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("'note'", "notes/{title}", "title");
    }

    @Test
    void wrong_metadata_of_a_provided_tool_make_it_a_barrier() {
        Rounds rounds = new Rounds();
        AiServiceTool tool = noting(Map.of("reads", "notes"));
        StringBuilder log = new StringBuilder();

        String answer = logged(
                () -> ParallelTools.builder()
                        .listener(rounds)
                        .build()
                        .aiServices(Assistant.class)
                        .chatModel(ScriptedChatModel.asking(call("1", "note", "{}")))
                        .toolProvider(request -> ToolProviderResult.builder()
                                .add(tool.toolSpecification(), tool.toolExecutor())
                                .build())
                        .build()
                        .chat("go"),
                log);

        assertThat(answer).isEqualTo(ScriptedChatModel.DONE);
        assertThat(rounds.reports().get(0).plan().calls().get(0).accesses()).containsExactly(Access.write("/"));
        assertThat(log).contains("WARN", "'note'", MetadataEffects.KEY);
    }

    private static void register(AiServiceTool tool) {
        List<AiServiceTool> tools = List.of(tool);
        ParallelTools.builder().build().aiServices(Assistant.class).tools(tools);
    }

    private static List<Access> accessesByMetadata(Map<String, List<String>> effects) {
        return planned(ParallelTools.builder(), List.of(noting(effects)), "note", "{\"id\": \"7\"}")
                .accesses();
    }
}
