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
 * Which server a client of LangChain4j talks to. The client keeps the answer to {@code initialize} in a private field, as
 * the executor does the server's name for its tool. Where a version of LangChain4j does not, or the client is another
 * implementation, that is not known, and the catalogue is silent.
 */
final class ServerIdentity {

    private static final String OTHERWISE = "The catalogue of MCP servers is not used";
    private static final @Nullable VarHandle ANSWER =
            McpTools.find(DefaultMcpClient.class, "initializeResult", McpInitializeResult.class, OTHERWISE);
    private static final @Nullable VarHandle FIXED_NAME =
            McpTools.find(McpToolExecutor.class, "fixedToolName", Optional.class, OTHERWISE);

    private ServerIdentity() {}

    /**
     * What the client says of a tool.
     *
     * @param executor the tool's, perhaps a wrapper
     * @param behind the executor in or behind it that has the client
     * @return null if it is not known
     */
    @SuppressWarnings("ReferenceEquality") // whether it is the executor itself
    static @Nullable ServedTool of(ToolExecutor executor, ToolExecutor behind) {
        McpClient client = McpTools.client(behind);
        // A class that extends the client may send something else than it is given.
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
