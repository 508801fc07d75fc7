package dev.interlock.springai;

import dev.interlock.support.PrivateField;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.mcp.AsyncMcpToolCallback;
import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.tool.ToolCallback;

/**
 * A tool of an MCP server, as far as reflection shows: the names that the user gave the client, and the server's hints.
 *
 * @param clients the name and the title of the client; Spring Boot derives both from the connection's name
 * @param hinted whether the server sent any hint
 * @param readOnly whether the server says that the tool only reads
 * @param idempotent whether the server says that a call may be repeated
 * @param closedWorld whether the server says that the tool touches only the server's own state
 */
record ServedOrigin(Set<String> clients, boolean hinted, boolean readOnly, boolean idempotent, boolean closedWorld) {

    private static final String PACKAGE = "org.springframework.ai.mcp.";

    /** Compares by name, since the classes may be absent. */
    static boolean isServed(ToolCallback callback) {
        for (Class<?> type = callback.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().startsWith(PACKAGE)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Looks behind a callback.
     *
     * @param callback a callback that {@linkplain #isServed is served}
     * @return the origin; null if reflection cannot read it
     */
    static @Nullable ServedOrigin of(ToolCallback callback) {
        try {
            return Fields.of(callback);
        } catch (LinkageError e) {
            return null;
        }
    }

    /** Loaded only if the classes are present. */
    private static final class Fields {

        private static final String UNSEEN = "Interlock cannot tell MCP servers apart, so it trusts none";

        private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

        private static final PrivateField SYNC_CLIENT =
                PrivateField.of(LOOKUP, SyncMcpToolCallback.class, "mcpClient", McpSyncClient.class, UNSEEN);
        private static final PrivateField SYNC_TOOL =
                PrivateField.of(LOOKUP, SyncMcpToolCallback.class, "tool", McpSchema.Tool.class, UNSEEN);
        private static final PrivateField ASYNC_CLIENT =
                PrivateField.of(LOOKUP, AsyncMcpToolCallback.class, "mcpClient", McpAsyncClient.class, UNSEEN);
        private static final PrivateField ASYNC_TOOL =
                PrivateField.of(LOOKUP, AsyncMcpToolCallback.class, "tool", McpSchema.Tool.class, UNSEEN);

        static @Nullable ServedOrigin of(ToolCallback callback) {
            if (callback instanceof SyncMcpToolCallback && SYNC_CLIENT.get(callback) instanceof McpSyncClient client) {
                return seen(client.getClientInfo(), SYNC_TOOL.get(callback));
            }
            if (callback instanceof AsyncMcpToolCallback
                    && ASYNC_CLIENT.get(callback) instanceof McpAsyncClient client) {
                return seen(client.getClientInfo(), ASYNC_TOOL.get(callback));
            }
            return null;
        }

        private static @Nullable ServedOrigin seen(McpSchema.@Nullable Implementation client, @Nullable Object tool) {
            if (client == null || !(tool instanceof McpSchema.Tool served)) {
                return null;
            }
            Set<String> names = new LinkedHashSet<>();
            names.add(client.name());
            if (client.title() != null) {
                names.add(client.title());
            }
            McpSchema.ToolAnnotations hints = served.annotations();
            return hints == null
                    ? new ServedOrigin(names, false, false, false, false)
                    : new ServedOrigin(
                            names,
                            hints.readOnlyHint() != null
                                    || hints.destructiveHint() != null
                                    || hints.idempotentHint() != null
                                    || hints.openWorldHint() != null,
                            Boolean.TRUE.equals(hints.readOnlyHint()),
                            Boolean.TRUE.equals(hints.idempotentHint()),
                            Boolean.FALSE.equals(hints.openWorldHint()));
        }
    }
}
