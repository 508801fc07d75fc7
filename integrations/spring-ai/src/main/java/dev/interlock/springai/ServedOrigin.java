package dev.interlock.springai;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.mcp.AsyncMcpToolCallback;
import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.tool.ToolCallback;

/**
 * What can be seen of a tool of an MCP server: the names that the user has given to its client, and the server's hints.
 *
 * @param clients name and title of the client, which Spring Boot makes of the name of the connection
 * @param hinted whether the server has sent any hint
 * @param readOnly whether it says that the tool only reads
 * @param idempotent whether it says that a call may be repeated
 * @param closedWorld whether it says that the tool touches nothing but the server's own state
 */
record ServedOrigin(Set<String> clients, boolean hinted, boolean readOnly, boolean idempotent, boolean closedWorld) {

    private static final String PACKAGE = "org.springframework.ai.mcp.";

    /** By name, since the classes may not be there. */
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
     * @param callback one that {@linkplain #isServed is served}
     * @return null if it cannot be seen
     */
    static @Nullable ServedOrigin of(ToolCallback callback) {
        try {
            return Fields.of(callback);
        } catch (LinkageError e) {
            return null;
        }
    }

    /** Only loaded where the classes are there. */
    private static final class Fields {

        private static final String UNSEEN = "MCP servers cannot be told apart, so none is trusted";

        private static final PrivateField SYNC_CLIENT =
                PrivateField.of(SyncMcpToolCallback.class, "mcpClient", McpSyncClient.class, UNSEEN);
        private static final PrivateField SYNC_TOOL =
                PrivateField.of(SyncMcpToolCallback.class, "tool", McpSchema.Tool.class, UNSEEN);
        private static final PrivateField ASYNC_CLIENT =
                PrivateField.of(AsyncMcpToolCallback.class, "mcpClient", McpAsyncClient.class, UNSEEN);
        private static final PrivateField ASYNC_TOOL =
                PrivateField.of(AsyncMcpToolCallback.class, "tool", McpSchema.Tool.class, UNSEEN);

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
