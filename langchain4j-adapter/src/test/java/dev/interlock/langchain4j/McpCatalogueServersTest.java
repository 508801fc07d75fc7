package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.FakeMcpTransport.clientBuilder;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Resource;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.langchain4j.mcp.McpTrust;
import dev.interlock.langchain4j.mcp.ServerReport;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.mcp.McpToolExecutor;
import dev.langchain4j.mcp.client.transport.stdio.StdioMcpTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the catalogue says of servers, held against the servers: the tools they have, and what becomes of their files.
 */
@Timeout(600)
@Tag("mcp-catalogue")
class McpCatalogueServersTest extends McpClientFixture {

    @TempDir
    private Path temporary;

    private void connect(StdioMcpTransport transport) {
        client = clientBuilder("server", transport).build();
    }

    /** All that a server says it has is in the catalogue, with this version and these schemas. */
    private void assertAllKnown(Set<String> but) {
        McpTrust trust = new McpTrust(Map.of("server", McpTrust.server("server")), true, true);
        Set<String> unknown = new TreeSet<>();
        for (ToolSpecification tool : client.listTools()) {
            ToolBinding binding = new ToolBindings(ToolCallExecutor.builder().build(), trust)
                    .binding(tool.name(), new McpToolExecutor(client), tool);
            if (binding.source() != EffectSource.CATALOGUE) {
                unknown.add(tool.name());
            }
        }
        assertThat(client.listTools()).isNotEmpty();
        assertThat(unknown).isEqualTo(but);
    }

    @Test
    void the_file_server_is_known() throws Exception {
        connect(NpmServers.filesystem(temporary.toRealPath(), new Traffic()));
        assertAllKnown(Set.of());
        assertThat(ServerReport.of(client).at("/server").toString())
                .isEqualTo("{\"name\":\"secure-filesystem-server\",\"versions\":[\"0.2.0\"]}");
    }

    @Test
    void the_graph_server_is_known() {
        connect(NpmServers.memory(temporary.resolve("graph.jsonl"), new Traffic()));
        assertAllKnown(Set.of());
    }

    @Test
    void the_everything_server_is_known() {
        connect(NpmServers.everything(new Traffic()));
        assertAllKnown(Set.of());
    }

    /** What a call was said to touch, and the files that it has changed. */
    private record Run(List<Access> accesses, Set<Path> changed, String result) {}

    private Run run(String tool, String json) throws Exception {
        Map<Path, String> before = files();
        Rounds rounds = new Rounds();
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", tool, json));
        assistant(ParallelTools.builder().trustMcp("server").listener(rounds), model)
                .chat("go");
        Map<Path, String> after = files();
        Set<Path> changed = new TreeSet<>(before.keySet());
        changed.addAll(after.keySet());
        changed.removeIf(path -> after.getOrDefault(path, "").equals(before.getOrDefault(path, "")));
        return new Run(
                rounds.reports().get(0).plan().calls().get(0).accesses(),
                changed,
                model.resultTexts().get(0));
    }

    private Map<Path, String> files() throws IOException {
        Map<Path, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(temporary.toRealPath())) {
            for (Path path : all.toList()) {
                files.put(path, Files.isDirectory(path) ? "a folder" : "holds " + Files.readString(path));
            }
        }
        return files;
    }

    private void assertChanges(String tool, String json, String... expected) throws Exception {
        Path root = temporary.toRealPath();
        Run run = run(tool, json.replace("'", "\"").replace("/files", root.toString()));
        assertThat(run.changed())
                .as(tool + " gave " + run.result())
                .containsExactlyElementsOf(
                        Stream.of(expected).map(root::resolve).toList());
        for (Path path : run.changed()) {
            Access write = Access.write(Resource.of("file").resolve(path.toString()));
            assertThat(run.accesses()).as(tool).anyMatch(access -> access.covers(write));
        }
        if (expected.length == 0) {
            assertThat(run.accesses()).noneMatch(Access::isWrite);
        }
    }

    @Test
    void each_tool_of_the_file_server_changes_what_it_is_said_to_write() throws Exception {
        Path root = temporary.toRealPath();
        Files.writeString(Files.createDirectories(root.resolve("d/e")).resolve("a.txt"), "one\ntwo\n");
        connect(NpmServers.filesystem(root, new Traffic()));

        assertChanges("read_file", "{'path': '/files/d/e/a.txt'}");
        assertChanges("read_text_file", "{'path': '/files/d/e/a.txt', 'head': 1}");
        assertChanges("read_media_file", "{'path': '/files/d/e/a.txt'}");
        assertChanges("read_multiple_files", "{'paths': ['/files/d/e/a.txt', '/files/none']}");
        assertChanges("list_directory", "{'path': '/files/d'}");
        assertChanges("list_directory_with_sizes", "{'path': '/files/d/e', 'sortBy': 'size'}");
        assertChanges("directory_tree", "{'path': '/files'}");
        assertChanges("search_files", "{'path': '/files', 'pattern': '**/*.txt'}");
        assertChanges("get_file_info", "{'path': '/files/d'}");
        assertChanges("list_allowed_directories", "{}");
        assertChanges("write_file", "{'path': '/files/d/b.txt', 'content': 'new'}", "d/b.txt");
        assertChanges("write_file", "{'path': '/files/d/b.txt', 'content': 'newer'}", "d/b.txt");
        assertChanges(
                "edit_file",
                "{'path': '/files/d/e/a.txt', 'edits': [{'oldText': 'one', 'newText': '1'}]}",
                "d/e/a.txt");
        assertChanges("create_directory", "{'path': '/files/x/y'}", "x", "x/y");
        assertChanges(
                "move_file", "{'source': '/files/d/b.txt', 'destination': '/files/x/b.txt'}", "d/b.txt", "x/b.txt");
        assertChanges(
                "move_file",
                "{'source': '/files/d', 'destination': '/files/x/d'}",
                "d",
                "d/e",
                "d/e/a.txt",
                "x/d",
                "x/d/e",
                "x/d/e/a.txt");
    }

    private void assertGraph(String tool, String json, boolean changes) throws Exception {
        Run run = run(tool, json.replace('\'', '"'));
        assertThat(run.changed()).as(tool + " gave " + run.result()).hasSize(changes ? 1 : 0);
        assertThat(run.accesses()).containsExactly(changes ? Access.write("memory") : Access.read("memory"));
    }

    @Test
    void each_tool_of_the_graph_server_changes_the_graph_or_reads_it() throws Exception {
        connect(NpmServers.memory(temporary.resolve("graph.jsonl"), new Traffic()));

        assertGraph(
                "create_entities",
                "{'entities': [{'name': 'A', 'entityType': 't', 'observations': ['o']},"
                        + " {'name': 'B', 'entityType': 't', 'observations': []}]}",
                true);
        assertGraph("create_relations", "{'relations': [{'from': 'A', 'to': 'B', 'relationType': 'r'}]}", true);
        assertGraph("add_observations", "{'observations': [{'entityName': 'B', 'contents': ['p']}]}", true);
        assertGraph("read_graph", "{}", false);
        assertGraph("search_nodes", "{'query': 'A'}", false);
        assertGraph("open_nodes", "{'names': ['A']}", false);
        assertGraph("delete_observations", "{'deletions': [{'entityName': 'B', 'observations': ['p']}]}", true);
        assertGraph("delete_relations", "{'relations': [{'from': 'A', 'to': 'B', 'relationType': 'r'}]}", true);
        assertGraph("delete_entities", "{'entityNames': ['A']}", true);
    }

    private static String thought(int number) {
        return FakeMcpServer.JSON
                .createObjectNode()
                .put("thought", "t")
                .put("nextThoughtNeeded", true)
                .put("thoughtNumber", number)
                .put("totalThoughts", 3)
                .toString();
    }

    @Test
    void thoughts_are_counted_so_they_keep_their_order_whatever_the_hint_says() {
        connect(NpmServers.thinking(new Traffic()));
        assertAllKnown(Set.of());
        ToolSpecification tool = client.listTools().get(0);
        assertThat(tool.metadata()).containsEntry("readOnlyHint", true).containsEntry("idempotentHint", true);
        Rounds rounds = new Rounds();
        ScriptedChatModel model = ScriptedChatModel.asking(Stream.of(1, 2, 3)
                .map(number -> call("" + number, tool.name(), thought(number)))
                .toArray(ToolExecutionRequest[]::new));

        assistant(ParallelTools.builder().trustMcp("server").listener(rounds), model)
                .chat("go");

        assertThat(model.resultTexts())
                .extracting(text ->
                        FakeMcpServer.parse(text).path("thoughtHistoryLength").asInt())
                .containsExactly(1, 2, 3);
        assertThat(rounds.reports().get(0).plan().calls())
                .allSatisfy(each -> assertThat(each.accesses()).containsExactly(Access.write("thoughts")));
    }
}
