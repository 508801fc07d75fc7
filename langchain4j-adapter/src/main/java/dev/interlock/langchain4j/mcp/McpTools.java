package dev.interlock.langchain4j.mcp;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.mcp.McpToolExecutor;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.McpTransport;
import dev.langchain4j.mcp.client.transport.stdio.StdioMcpTransport;
import dev.langchain4j.service.tool.ToolExecutor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
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

    private static final @Nullable VarHandle TOOLS = find(
            DefaultMcpClient.class,
            "toolListRefs",
            AtomicReference.class,
            "Interlock takes every tool in the reach of an MCP client for the server's");

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

    /**
     * Returns a client itself, or the client of an executor of {@link #hasClient}; null if the executor does not reveal
     * it.
     */
    static @Nullable McpClient client(Object holder) {
        if (holder instanceof McpClient client) {
            return client;
        }
        return CLIENT == null || !(holder instanceof McpToolExecutor) ? null : (McpClient) CLIENT.get(holder);
    }

    /** The key of the {@linkplain #client client}; null if the client is unknown. */
    static @Nullable String clientKey(Object holder) {
        McpClient client = client(holder);
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
     * Whether a server may have described a tool. The client remembers the tools that the server told it.
     *
     * @param client a client of any class
     * @param tool the tool's specification, which the user may have changed
     * @return true also if unknown
     */
    static boolean mayDescribe(Object client, ToolSpecification tool) {
        AtomicReference<?> told = TOOLS != null && client instanceof DefaultMcpClient known
                ? (AtomicReference<?>) TOOLS.get(known)
                : null;
        return told == null
                || !(told.get() instanceof List<?> tools)
                || tools.stream().anyMatch(each -> each instanceof ToolSpecification served && isOf(served, tool));
    }

    private static boolean isOf(ToolSpecification served, ToolSpecification tool) {
        return served.name().equals(tool.name())
                || (served.description() != null && served.description().equals(tool.description()))
                || (!served.metadata().isEmpty() && served.metadata().equals(tool.metadata()));
    }

    /**
     * Returns the executor to run in place of another one.
     *
     * @param executor the tool's
     * @param holder the client, or the executor of {@link #hasClient}, in or behind it
     */
    static ToolExecutor cancellable(ToolExecutor executor, Object holder) {
        if (!WATCHABLE || !(client(holder) instanceof DefaultMcpClient client)) {
            return executor;
        }
        McpTransport transport = TRANSPORT == null ? null : (McpTransport) TRANSPORT.get(client);
        return transport == null ? executor : new McpCall(executor, executor instanceof McpToolExecutor, transport);
    }
}
