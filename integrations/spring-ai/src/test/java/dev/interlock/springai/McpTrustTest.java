package dev.interlock.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolBinding;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.springframework.ai.mcp.AsyncMcpToolCallback;
import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.tool.ToolCallback;
import reactor.core.publisher.Mono;

/** Whose word about its tools counts, among MCP servers. */
class McpTrustTest {

    private static final McpSchema.Implementation CLIENT = McpSchema.Implementation.builder(
                    "spring-ai-mcp-client - files", "1")
            .title("files")
            .build();

    /** Never connected: what is known of tools is known without. */
    static final class Unconnected implements McpClientTransport {
        @Override
        public Mono<Void> connect(Function<Mono<McpSchema.JSONRPCMessage>, Mono<McpSchema.JSONRPCMessage>> handler) {
            return Mono.empty();
        }

        @Override
        public Mono<Void> closeGracefully() {
            return Mono.empty();
        }

        @Override
        public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message) {
            return Mono.empty();
        }

        @Override
        public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
            throw new UnsupportedOperationException();
        }
    }

    private static McpSchema.Tool tool(String name, McpSchema.ToolAnnotations hints) {
        McpSchema.Tool.Builder tool = McpSchema.Tool.builder(
                        name, Map.of("type", "object", "properties", Map.of("path", Map.of("type", "string"))))
                .description(name.equals("move_file") ? "Moves a file" : "Reads a file");
        return (hints == null ? tool : tool.annotations(hints)).build();
    }

    private static ToolCallback sync(McpSchema.Tool tool) {
        return SyncMcpToolCallback.builder()
                .mcpClient(McpClient.sync(new Unconnected()).clientInfo(CLIENT).build())
                .tool(tool)
                .build();
    }

    private static ToolCallback async(McpSchema.Tool tool) {
        return AsyncMcpToolCallback.builder()
                .mcpClient(McpClient.async(new Unconnected()).clientInfo(CLIENT).build())
                .tool(tool)
                .build();
    }

    private static final McpSchema.ToolAnnotations READS =
            new McpSchema.ToolAnnotations(null, true, null, null, null, null);
    private static final McpSchema.ToolAnnotations READS_OWN =
            new McpSchema.ToolAnnotations(null, true, null, null, false, null);
    private static final McpSchema.ToolAnnotations WRITES_OWN =
            new McpSchema.ToolAnnotations(null, null, true, true, false, null);

    private static InterlockToolCallingManager.Builder manager() {
        return InterlockToolCallingManager.builder();
    }

    private static void hasEffects(ToolBinding binding, EffectSource source, Effects effects) {
        assertThat(binding.source()).isEqualTo(source);
        assertThat(binding.effects()).hasToString(effects.toString());
    }

    @Test
    void nothing_counts_of_a_server_that_is_not_trusted() {
        InterlockToolCallingManager manager = manager().trustMcp("other").build();
        assertThat(manager.binding(sync(tool("read_file", READS))).source()).isEqualTo(EffectSource.UNDECLARED);
        assertThat(manager.binding(async(tool("read_file", READS))).source()).isEqualTo(EffectSource.UNDECLARED);
        assertThat(manager.binding(sync(tool("read_file", null))).source()).isEqualTo(EffectSource.UNDECLARED);
    }

    @Test
    void untrusted_server_is_seen_behind_a_wrapper() {
        assertThat(manager()
                        .build()
                        .binding(new LoggedCallback(sync(tool("read_file", READS))))
                        .source())
                .isEqualTo(EffectSource.UNDECLARED);
    }

    @Test
    void hints_of_a_trusted_server_count() {
        for (String name : new String[] {"files", "spring-ai-mcp-client - files"}) {
            InterlockToolCallingManager manager = manager().trustMcp(name).build();
            hasEffects(manager.binding(sync(tool("a", READS))), EffectSource.MCP_HINT, Effects.reads("/"));
            hasEffects(
                    manager.binding(async(tool("b", READS_OWN))), EffectSource.MCP_HINT, Effects.reads("mcp/" + name));
            ToolBinding writes = manager.binding(sync(tool("c", WRITES_OWN)));
            hasEffects(writes, EffectSource.MCP_HINT, Effects.writes("mcp/" + name));
            assertThat(writes.policy().idempotent()).isTrue();
        }
    }

    @Test
    void user_says_what_a_trusted_server_touches() {
        InterlockToolCallingManager manager =
                manager().trustMcp("files", "file").build();
        hasEffects(manager.binding(sync(tool("a", READS))), EffectSource.MCP_HINT, Effects.reads("file"));
        hasEffects(manager.binding(sync(tool("c", WRITES_OWN))), EffectSource.MCP_HINT, Effects.writes("file"));
        hasEffects(manager.binding(sync(tool("read_file", null))), EffectSource.INFERENCE, Effects.reads("file"));
        hasEffects(manager.binding(sync(tool("move_file", null))), EffectSource.MCP_HINT, Effects.writes("file"));
    }

    @Test
    void user_wins_over_hints() {
        InterlockToolCallingManager manager = manager()
                .trustMcp("files")
                .effects("a", Effects.writes("file/{path}"))
                .build();
        hasEffects(manager.binding(sync(tool("a", READS))), EffectSource.PROGRAMMATIC, Effects.writes("file/{path}"));
    }

    @Test
    void names_that_are_no_segment_are_one() {
        InterlockToolCallingManager.Builder builder = manager();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.trustMcp(" "))
                .withMessageContaining("blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.trustMcp("a", ""))
                .withMessageContaining("'a'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.trustMcp("a", "file/{path}"))
                .withMessageContaining("'file/{path}'");
        assertThat(new McpTrust(Map.of(), true).servers()).isEmpty();
        McpTrust.Builder trust = new McpTrust.Builder();
        trust.trust("a/b*{c}");
        assertThat(trust.build(true).servers().get("a/b*{c}").own()).isEqualTo("mcp/a%2Fb%2A%7Bc%7D");
    }
}
