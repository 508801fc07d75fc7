package dev.interlock.langchain4j.mcp;

import dev.langchain4j.mcp.McpToolExecutor;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.protocol.McpImplementation;
import dev.langchain4j.mcp.protocol.McpInitializeResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the server that a LangChain4j client talks to. The client keeps the answer to {@code initialize} in a private
 * field, and the executor keeps the server's name for its tool in one. In a version of LangChain4j without these
 * fields, or with another client, the server stays unknown and the catalogue is silent.
 */
final class ServerIdentity {

    private static final String OTHERWISE = "Interlock does not use its catalogue of MCP servers";
    private static final @Nullable VarHandle ANSWER =
            McpTools.find(DefaultMcpClient.class, "initializeResult", McpInitializeResult.class, OTHERWISE);
    private static final @Nullable VarHandle FIXED_NAME =
            McpTools.find(McpToolExecutor.class, "fixedToolName", Optional.class, OTHERWISE);

    private ServerIdentity() {}

    /**
     * Returns the client's data on a tool.
     *
     * @param executor the tool's executor, maybe a wrapper
     * @param behind the executor that has the client: the tool's own, or one behind it
     * @return the data; null if unknown
     */
    @SuppressWarnings("ReferenceEquality") // compares with the executor itself
    static @Nullable ServedTool of(ToolExecutor executor, ToolExecutor behind) {
        McpClient client = McpTools.client(behind);
        // A subclass of the client may send something else than it gets.
        if (ANSWER == null || FIXED_NAME == null || client == null || client.getClass() != DefaultMcpClient.class) {
            return null;
        }
        McpInitializeResult answer = (McpInitializeResult) ANSWER.getVolatile(client);
        McpImplementation server = answer == null || answer.getResult() == null
                ? null
                : answer.getResult().getServerInfo();
        if (server == null || server.getName() == null || server.getVersion() == null) {
            return null;
        }
        boolean directly = executor == behind && executor.getClass() == McpToolExecutor.class;
        Object fixed = FIXED_NAME.get(behind);
        return new ServedTool(
                server.getName(),
                server.getVersion(),
                directly,
                McpTools.isLocal(client),
                fixed instanceof Optional<?> name ? (String) name.orElse(null) : null);
    }
}
