package dev.interlock.langchain4j.mcp;

import dev.langchain4j.mcp.McpToolExecutor;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.McpTransport;
import dev.langchain4j.mcp.client.transport.stdio.StdioMcpTransport;
import dev.langchain4j.service.tool.ToolExecutor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds an MCP tool's client and its transport, which needs {@code langchain4j-mcp} on the class path. LangChain4j
 * keeps both in private fields. If a later version does not, no server of its tools is trusted, and interrupts do not
 * reach servers.
 */
final class McpTools {

    private static final Logger log = LoggerFactory.getLogger(McpTools.class);

    private static final @Nullable VarHandle CLIENT = find(
            McpToolExecutor.class,
            "mcpClient",
            McpClient.class,
            "Interlock cannot tell MCP servers apart, so it trusts none");
    private static final @Nullable VarHandle TRANSPORT =
            find(DefaultMcpClient.class, "transport", McpTransport.class, "Interrupts do not reach MCP servers");

    private static final boolean WATCHABLE = TRANSPORT != null && isWatchable();

    private McpTools() {}

    static @Nullable VarHandle find(Class<?> owner, String field, Class<?> type, String otherwise) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).findVarHandle(owner, field, type);
        } catch (ReflectiveOperationException e) {
            log.warn("{}: {}", otherwise, e.toString());
            return null;
        }
    }

    private static boolean isWatchable() {
        try {
            McpOperations.check();
            return true;
        } catch (ReflectiveOperationException | LinkageError e) {
            log.debug("Interrupts do not reach MCP servers: {}", e.toString());
            return false;
        }
    }

    static boolean hasClient(Class<?> executor) {
        return CLIENT != null && McpToolExecutor.class.isAssignableFrom(executor);
    }

    /** The client of an executor of {@link #hasClient}; null if the executor does not reveal it. */
    static @Nullable McpClient client(ToolExecutor executor) {
        return CLIENT == null ? null : (McpClient) CLIENT.get(executor);
    }

    /** The key of the client of an executor of {@link #hasClient}; null if the executor does not reveal it. */
    static @Nullable String clientKey(ToolExecutor executor) {
        McpClient client = client(executor);
        try {
            return client == null ? null : client.key();
        } catch (RuntimeException e) {
            log.warn("An MCP client does not reveal its key, so Interlock does not trust its server", e);
            return null;
        }
    }

    /** Whether a client's server is a process of this machine and sees its files. */
    static boolean isLocal(McpClient client) {
        return TRANSPORT != null
                && client instanceof DefaultMcpClient known
                && TRANSPORT.get(known) instanceof StdioMcpTransport;
    }

    /**
     * @param executors executors of {@link #hasClient} in or behind it
     */
    static ToolExecutor cancellable(ToolExecutor executor, List<ToolExecutor> executors) {
        if (!WATCHABLE || executors.size() > 1 || !(client(executors.get(0)) instanceof DefaultMcpClient client)) {
            return executor;
        }
        McpTransport transport = TRANSPORT == null ? null : (McpTransport) TRANSPORT.get(client);
        return transport == null ? executor : new McpCall(executor, executor instanceof McpToolExecutor, transport);
    }
}
