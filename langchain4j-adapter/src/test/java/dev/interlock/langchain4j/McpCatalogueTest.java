package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.FakeMcpTransport.client;
import static dev.interlock.langchain4j.FakeMcpTransport.provider;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.langchain4j.mcp.McpTrust;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.mcp.McpToolExecutor;
import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.service.tool.ToolProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the catalogue speaks for a server's tools, and what then becomes of the others. */
@Timeout(60)
@Tag("mcp-catalogue")
class McpCatalogueTest {

    private static final String NAME = "secure-filesystem-server";
    private static final String VERSION = "0.2.0";

    private static final String PATH = schema("{'path': {'type': 'string'}}", "'path'");
    private static final String CONTENT =
            schema("{'path': {'type': 'string'}, 'content': {'type': 'string'}}", "'path', 'content'");
    private static final String MOVE =
            schema("{'source': {'type': 'string'}, 'destination': {'type': 'string'}}", "'source', 'destination'");
    private static final String WRITES = "{'readOnlyHint': false, 'openWorldHint': false}";
    private static final String READS = "{'readOnlyHint': true, 'openWorldHint': false}";

    private final FakeMcpServer server = files(NAME, VERSION);

    private static FakeMcpServer files(String name, String version) {
        return new FakeMcpServer()
                .named(name, version)
                .tool("read_media_file", described(PATH, READS))
                .tool("write_file", described(CONTENT, WRITES))
                .tool("move_file", described(MOVE, WRITES))
                .tool("create_directory", described(PATH, WRITES))
                .tool("list_allowed_directories", described(schema("{}", ""), READS))
                .tool("read_text_file", described(PATH, READS)) // it has parameters more
                .tool("shred", described(PATH, WRITES));
    }

    private static String schema(String properties, String required) {
        return "{'type': 'object', 'properties': %s, 'required': [%s], 'additionalProperties': false, '$schema': 'x'}"
                .formatted(properties, required);
    }

    private static String described(String schema, String hints) {
        return "{'inputSchema': %s, 'annotations': %s}".formatted(schema, hints).replace('\'', '"');
    }

    private static PlannedCall planned(ParallelTools.Builder builder, ToolProvider provider, String tool, String json) {
        Rounds rounds = new Rounds();
        builder.listener(rounds)
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", tool, json.replace('\'', '"'))))
                .toolProvider(provider)
                .build()
                .chat("go");
        return rounds.reports().get(0).plan().calls().get(0);
    }

    private static ParallelTools.Builder trusting() {
        return ParallelTools.builder().trustMcp("files");
    }

    private PlannedCall planned(ParallelTools.Builder builder, String tool, String json) {
        return planned(builder, provider(client("files", server)), tool, json);
    }

    private static List<String> accesses(PlannedCall call) {
        return call.accesses().stream().map(Access::toString).toList();
    }

    @Test
    void a_known_tool_touches_what_the_catalogue_says() {
        PlannedCall read = planned(trusting(), "read_media_file", "{'path': 'docs/a.png'}");

        assertThat(accesses(read)).containsExactly("reads file/docs/a.png");
        assertThat(read.source()).isEqualTo(EffectSource.CATALOGUE);
        assertThat(read.said()).isEqualTo("catalogue filesystem 0.2.0");
        assertThat(read.accesses()).isEqualTo(Effects.reads("file/{path}").accesses(read.call()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "write_file | {'path': '/a/b', 'content': ''} | writes file//a/b",
                "move_file | {'source': 'a', 'destination': 'b'} | writes file",
                "create_directory | {'path': 'a/b'} | writes file",
                "write_file | {'content': ''} | writes file",
                "write_file | {'path': 'A', 'content': ''} | writes file/A; writes file/a",
                "list_allowed_directories | {} | ''"
            })
    void effects_take_the_arguments(String tool, String json, String expected) {
        assertThat(String.join("; ", accesses(planned(trusting(), tool, json)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({NAME + ", 0.2.1", NAME + ", ''", "Secure-Filesystem-Server, " + VERSION, "filesystem, " + VERSION})
    void another_name_or_version_leaves_the_hints(String name, String version) {
        ToolProvider other = provider(client("files", files(name, version)));

        PlannedCall read = planned(trusting(), other, "read_media_file", "{'path': 'a'}");

        assertThat(accesses(read)).containsExactly("reads mcp/files");
        assertThat(read.source()).isEqualTo(EffectSource.MCP_HINT);
    }

    @Test
    void another_schema_or_an_unknown_tool_leaves_the_hints_and_still_meets_the_known_ones() {
        PlannedCall changed = planned(trusting(), "read_text_file", "{'path': 'a'}");
        PlannedCall unknown = planned(trusting(), "shred", "{'path': 'a'}");

        assertThat(changed.source()).isEqualTo(EffectSource.MCP_HINT);
        assertThat(accesses(changed)).containsExactly("reads mcp/files", "reads file");
        assertThat(accesses(unknown)).containsExactly("writes mcp/files", "writes file");
    }

    @Test
    void without_trust_the_catalogue_is_silent() {
        PlannedCall read = planned(ParallelTools.builder(), "read_media_file", "{'path': 'a'}");

        assertThat(read.accesses()).containsExactly(Access.write("/"));
        assertThat(read.source()).isEqualTo(EffectSource.UNDECLARED);
    }

    @Test
    void it_can_be_turned_off() {
        assertThat(accesses(planned(trusting().mcpCatalogue(false), "write_file", "{'path': 'a'}")))
                .containsExactly("writes mcp/files");
    }

    @Test
    void a_resource_that_the_user_gives_is_not_narrowed() {
        ParallelTools.Builder given = ParallelTools.builder().trustMcp("files", "box");

        PlannedCall write = planned(given, "write_file", "{'path': 'a'}");
        assertThat(accesses(write)).containsExactly("writes box");
        assertThat(write.source()).isEqualTo(EffectSource.CATALOGUE);
        assertThat(accesses(planned(ParallelTools.builder().trustMcp("files", "box"), "read_media_file", "{}")))
                .containsExactly("reads box");
        assertThat(accesses(planned(ParallelTools.builder().trustMcp("files", "box"), "shred", "{}")))
                .containsExactly("writes box");
    }

    @ParameterizedTest
    @CsvSource({"0.2.0", "9.9"})
    void a_hint_that_was_wrong_once_is_not_believed_of_another_version_or_schema(String version) {
        String hints = "{'readOnlyHint': true, 'idempotentHint': true, 'openWorldHint': false}";
        McpClient thinking = client(
                "thoughts",
                new FakeMcpServer()
                        .named("sequential-thinking-server", version)
                        .tool("sequentialthinking", described(PATH, hints))
                        .tool("count_thoughts", described(PATH, hints)));
        ParallelTools.Builder trusting = ParallelTools.builder().trustMcp("thoughts");

        assertThat(accesses(planned(trusting, provider(thinking), "sequentialthinking", "{}")))
                .contains("writes mcp/thoughts")
                .noneMatch(access -> access.startsWith("reads"));
        assertThat(accesses(planned(
                        ParallelTools.builder().trustMcp("thoughts"), provider(thinking), "count_thoughts", "{}")))
                .contains("reads mcp/thoughts");
        McpTrust trust = new McpTrust(Map.of("thoughts", McpTrust.server("thoughts")), true, true);
        List<String> idempotent = thinking.listTools().stream()
                .filter(tool -> new ToolBindings(ToolCallExecutor.builder().build(), trust)
                        .binding(tool.name(), new McpToolExecutor(thinking), tool)
                        .policy()
                        .idempotent())
                .map(ToolSpecification::name)
                .toList();
        assertThat(idempotent).containsExactly("count_thoughts");
    }

    @Test
    void a_hint_that_is_known_to_be_wrong_does_not_count() {
        FakeMcpServer liar = files(NAME, VERSION)
                .tool("write_file", described(CONTENT, "{'readOnlyHint': true, 'openWorldHint': false}"));

        PlannedCall write = planned(
                ParallelTools.builder().trustMcp("files", "box"),
                provider(client("files", liar)),
                "write_file",
                "{'path': 'a'}");

        assertThat(accesses(write)).containsExactly("writes box");
    }

    @Test
    void what_others_say_with_more_right_wins(@TempDir Path folder) throws Exception {
        server.tool(
                "read_media_file",
                "{'inputSchema': %s, '_meta': {'dev.interlock/effects': {'reads': ['own']}}}"
                        .formatted(PATH)
                        .replace('\'', '"'));
        Path file = Files.writeString(
                folder.resolve("effects.json"), "{\"tools\": {\"write_file\": {\"writes\": [\"mine/{path}\"]}}}");

        assertThat(accesses(planned(trusting(), "read_media_file", "{'path': 'a'}")))
                .containsExactly("reads own");
        assertThat(accesses(planned(trusting().effectsFrom(file), "write_file", "{'path': 'a'}")))
                .containsExactly("writes mine/a");
        assertThat(accesses(planned(
                        trusting().effects("move_file", Effects.writes("disk")), "move_file", "{'source': 'a'}")))
                .containsExactly("writes disk");
    }

    @Test
    void tools_under_other_names_are_the_servers_tools() {
        ToolProvider renaming = McpToolProvider.builder()
                .mcpClients(client("files", server))
                .toolNameMapper(
                        (each, tool) -> tool.name().equals("write_file") ? "read_media_file" : "my_" + tool.name())
                .build();

        assertThat(accesses(planned(trusting(), renaming, "read_media_file", "{'path': 'a'}")))
                .containsExactly("writes file/a");
        assertThat(accesses(planned(trusting(), renaming, "my_move_file", "{'source': 'a', 'destination': 'b'}")))
                .containsExactly("writes file");
    }

    @Test
    void a_wrapper_may_change_arguments_so_hints_count() {
        ToolProvider wrapping = McpToolProvider.builder()
                .mcpClients(client("files", server))
                .toolWrapper(executor -> (request, memoryId) -> executor.execute(
                        request.toBuilder().arguments("{\"path\": \"b\"}").build(), memoryId))
                .build();

        assertThat(accesses(planned(trusting(), wrapping, "write_file", "{'path': 'a'}")))
                .containsExactly("writes mcp/files", "writes file");
    }

    @Test
    void a_client_of_the_users_may_do_so_too() {
        McpClient own = new DefaultMcpClient(FakeMcpTransport.clientBuilder("files", new FakeMcpTransport(server))) {};

        assertThat(accesses(planned(trusting(), provider(own), "write_file", "{'path': 'a'}")))
                .containsExactly("writes mcp/files");
    }

    @Test
    void each_server_is_known_by_its_own_client() {
        ToolProvider both = provider(
                client("files", server), client("other", new FakeMcpServer().tool("look", described(PATH, READS))));
        ParallelTools.Builder trustingBoth = trusting().trustMcp("other");

        assertThat(accesses(planned(trustingBoth, both, "look", "{'path': 'a'}")))
                .containsExactly("reads mcp/other");
        assertThat(accesses(planned(trusting().trustMcp("other"), both, "write_file", "{'path': 'a'}")))
                .containsExactly("writes file/a");
    }

    @Test
    void any_version_will_do_where_a_server_says_that_of_its_library() {
        String described = described(
                schema("{'timezone': {'type': 'string'}}", "'timezone'"),
                "{'readOnlyHint': true, 'openWorldHint': false}");
        FakeMcpServer time = new FakeMcpServer().named("mcp-time", "9.9").tool("get_current_time", described);

        PlannedCall planned = planned(
                ParallelTools.builder().trustMcp("time"),
                provider(client("time", time)),
                "get_current_time",
                "{'timezone': 'UTC'}");
        assertThat(planned.accesses()).isEmpty();
        assertThat(planned.source()).isEqualTo(EffectSource.CATALOGUE);
    }
}
