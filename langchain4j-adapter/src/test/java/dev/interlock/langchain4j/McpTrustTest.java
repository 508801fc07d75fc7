package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.FakeMcpTransport.client;
import static dev.interlock.langchain4j.FakeMcpTransport.provider;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Resource;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.langchain4j.mcp.McpTrust;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.mcp.McpToolExecutor;
import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the hints of a trusted server come to. */
@Timeout(60)
class McpTrustTest {

    private final FakeMcpServer server = new FakeMcpServer()
            .tool("look", hints("'readOnlyHint': true, 'openWorldHint': false"))
            .tool("put", hints("'readOnlyHint': false, 'idempotentHint': true, 'openWorldHint': false"))
            .tool("browse", hints("'readOnlyHint': true"))
            .tool("post", hints("'readOnlyHint': false, 'openWorldHint': true"))
            .tool("add", hints("'destructiveHint': false, 'openWorldHint': false"))
            .tool("get_half_hinted", hints("'openWorldHint': false"))
            .tool("list_things", "{}")
            .tool("list_drafts", schema("'sent': {'type': 'boolean'}"))
            .tool("list_parcels", schema("'send': {'type': 'boolean'}"))
            .tool("plain", "{}");

    private final McpClient files = client("files", server);

    static String hints(String hints) {
        return "{\"annotations\": {" + hints.replace('\'', '"') + "}}";
    }

    private static String schema(String properties) {
        return "{\"inputSchema\": {\"type\": \"object\", \"properties\": {" + properties.replace('\'', '"') + "}}}";
    }

    static String meta(String meta) {
        return "{\"_meta\": {" + meta.replace('\'', '"') + "}}";
    }

    @ParameterizedTest
    @CsvSource({
        "look, reads mcp/files, MCP_HINT",
        "put, writes mcp/files, MCP_HINT",
        "browse, reads /, MCP_HINT",
        "post, writes /, MCP_HINT",
        "add, writes mcp/files, MCP_HINT",
        "get_half_hinted, writes mcp/files, MCP_HINT",
        "list_things, reads /, INFERENCE",
        "plain, writes /, UNDECLARED"
    })
    void hints_become_effects_on_the_servers_resource(String tool, String effects, EffectSource source) {
        assertPlanned(ParallelTools.builder().trustMcp("files"), tool, effects, source);
    }

    @ParameterizedTest
    @CsvSource({
        "look, reads file/home, MCP_HINT",
        "put, writes file/home, MCP_HINT",
        "browse, reads file/home, MCP_HINT",
        "post, writes file/home, MCP_HINT",
        "list_things, reads file/home, INFERENCE",
        "list_drafts, reads file/home, INFERENCE",
        "list_parcels, writes file/home, MCP_HINT",
        "plain, writes file/home, MCP_HINT"
    })
    void hints_become_effects_on_the_given_resource(String tool, String effects, EffectSource source) {
        assertPlanned(ParallelTools.builder().trustMcp("files", "/file/home"), tool, effects, source);
    }

    @Test
    void without_inference_nothing_is_inferred() {
        assertPlanned(
                ParallelTools.builder().trustMcp("files").inference(false),
                "list_things",
                "writes /",
                EffectSource.UNDECLARED);
        assertPlanned(
                ParallelTools.builder().trustMcp("files", "file").inference(false),
                "list_things",
                "writes file",
                EffectSource.MCP_HINT);
    }

    @Test
    void last_trust_in_a_server_counts() {
        assertPlanned(
                ParallelTools.builder().trustMcp("files", "file").trustMcp("files"),
                "look",
                "reads mcp/files",
                EffectSource.MCP_HINT);
    }

    @Test
    void effects_of_the_user_win() {
        assertPlanned(
                ParallelTools.builder().trustMcp("files").effects("look", Effects.writes("file/{id}")),
                "look",
                "writes file/7",
                EffectSource.PROGRAMMATIC);
    }

    @Test
    void effects_of_the_user_hold_without_trust_too() {
        assertPlanned(
                ParallelTools.builder().effects("plain", Effects.reads("file/{id}")),
                "plain",
                "reads file/7",
                EffectSource.PROGRAMMATIC);
    }

    @Test
    void declared_effects_of_a_trusted_server_win_over_its_hints() {
        server.tool(
                "declaring",
                "{\"annotations\": {\"readOnlyHint\": true},"
                        + " \"_meta\": {\"dev.interlock/effects\": {\"writes\": [\"note/{id}\"]}}}");

        assertPlanned(ParallelTools.builder().trustMcp("files"), "declaring", "writes note/7", EffectSource.METADATA);
    }

    @Test
    void malformed_effects_of_a_trusted_server_make_a_barrier() {
        server.tool("declaring", meta("'dev.interlock/effects': {'writes': ['note/{title}']}"));

        PlannedCall call = planned(ParallelTools.builder().trustMcp("files"), provider(files), "declaring");

        assertThat(call.accesses()).containsExactly(Access.write("/"));
    }

    @Test
    void malformed_effects_of_a_server_do_not_fail_the_registration() {
        server.tool("declaring", meta("'dev.interlock/effects': 'all'"));

        assertThat(plannedAsRegistered(ParallelTools.builder().trustMcp("files"), files, "declaring")
                        .accesses())
                .containsExactly(Access.write("/"));
    }

    @Test
    void hint_that_meta_has_overwritten_with_something_else_is_no_hint() {
        server.tool("odd", "{\"annotations\": {\"readOnlyHint\": true}, \"_meta\": {\"readOnlyHint\": \"true\"}}");

        assertPlanned(ParallelTools.builder().trustMcp("files"), "odd", "writes /", EffectSource.MCP_HINT);
    }

    @Test
    void meta_of_a_trusted_server_is_its_word_too() {
        server.tool("odd", "{\"annotations\": {\"readOnlyHint\": false}, \"_meta\": {\"readOnlyHint\": true}}");

        assertPlanned(ParallelTools.builder().trustMcp("files"), "odd", "reads /", EffectSource.MCP_HINT);
    }

    @Test
    void idempotent_hint_makes_the_policy() {
        McpTrust trust = new McpTrust(Map.of("files", McpTrust.server("files")), true, true);

        assertThat(binding(trust, "put").policy().idempotent()).isTrue();
        assertThat(binding(trust, "add").policy().idempotent()).isFalse();
        assertThat(binding(McpTrust.NONE, "put").policy().idempotent()).isFalse();
    }

    private ToolBinding binding(McpTrust trust, String tool) {
        ToolSpecification specification = files.listTools().stream()
                .filter(each -> each.name().equals(tool))
                .findFirst()
                .orElseThrow();
        return new ToolBindings(ToolCallExecutor.builder().build(), trust)
                .binding(tool, new McpToolExecutor(files), specification);
    }

    @Test
    void mapped_names_make_no_difference() {
        ToolProvider prefixing = McpToolProvider.builder()
                .mcpClients(files)
                .toolNameMapper((client, tool) -> client.key() + "__" + tool.name())
                .build();

        assertThat(planned(ParallelTools.builder().trustMcp("files"), prefixing, "files__look")
                        .accesses())
                .containsExactly(Access.read("mcp/files"));
    }

    @Test
    void tools_of_a_server_can_be_registered_as_a_map() {
        assertThat(plannedAsRegistered(ParallelTools.builder().trustMcp("files"), files, "look")
                        .accesses())
                .containsExactly(Access.read("mcp/files"));
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, a%2Fb",
        "a%2Fb, a%252Fb",
        "{id}, %7Bid%7D",
        "*, %2A",
        "what?, what%3F",
        "[x], %5Bx]",
        "., %2E",
        ".., %2E%2E",
        "..., ...",
        "a b, a b",
        "héllo, héllo"
    })
    void odd_keys_are_one_literal_segment(String key, String segment) {
        McpClient odd = client(key, server);

        PlannedCall call = planned(ParallelTools.builder().trustMcp(key), provider(odd), "look");

        Access access = call.accesses().get(0);
        assertThat(access.isWrite()).isFalse();
        assertThat(access.resource().segments()).containsExactly("mcp", segment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void blank_key_is_rejected(String key) {
        assertThatThrownBy(() -> ParallelTools.builder().trustMcp(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an MCP client's key must not be blank, was '" + key + "'");
        assertThatThrownBy(() -> ParallelTools.builder().trustMcp(key, "file"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wrong_resources_are_rejected() {
        ParallelTools.Builder builder = ParallelTools.builder();
        assertThatThrownBy(() -> builder.trustMcp("files", " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the resource of MCP server 'files' must not be blank;"
                        + " use '/' for the resource that contains all others");
        assertThatThrownBy(() -> builder.trustMcp("files", "file/{path}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'files'", "placeholders", "'file/{path}'");
        assertThatThrownBy(() -> builder.trustMcp("files", "file/{path"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("file/{path");
        assertThatThrownBy(() -> builder.trustMcp(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.trustMcp("files", null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void braces_and_the_root_can_be_resources() {
        assertThat(planned(ParallelTools.builder().trustMcp("files", "{{x}}"), provider(files), "look")
                        .accesses())
                .extracting(Access::resource)
                .containsExactly(Resource.of("{x}"));
        assertPlanned(ParallelTools.builder().trustMcp("files", "/"), "put", "writes /", EffectSource.MCP_HINT);
    }

    private void assertPlanned(ParallelTools.Builder builder, String tool, String effects, EffectSource source) {
        PlannedCall call = planned(builder, provider(files), tool);
        assertThat(call.accesses()).extracting(Access::toString).containsExactly(effects);
        assertThat(call.source()).isEqualTo(source);
    }

    /** How an AI service with these tools plans a call. */
    static PlannedCall planned(ParallelTools.Builder builder, ToolProvider provider, String tool) {
        Rounds rounds = new Rounds();
        builder.listener(rounds)
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", tool, "{\"id\": \"7\"}")))
                .toolProvider(provider)
                .build()
                .chat("go");
        return rounds.reports().get(0).plan().calls().get(0);
    }

    /** The same for a user who lists the tools himself. */
    static PlannedCall plannedAsRegistered(ParallelTools.Builder builder, McpClient client, String tool) {
        Rounds rounds = new Rounds();
        Map<ToolSpecification, ToolExecutor> tools = new LinkedHashMap<>();
        List<ToolSpecification> specifications = client.listTools();
        specifications.forEach(each -> tools.put(each, new McpToolExecutor(client)));
        builder.listener(rounds)
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", tool, "{\"id\": \"7\"}")))
                .tools(tools)
                .build()
                .chat("go");
        return rounds.reports().get(0).plan().calls().get(0);
    }
}
