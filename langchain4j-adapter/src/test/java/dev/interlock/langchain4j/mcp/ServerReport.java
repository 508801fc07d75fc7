package dev.interlock.langchain4j.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.mcp.McpToolExecutor;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.McpTransport;
import dev.langchain4j.mcp.client.transport.stdio.StdioMcpTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the catalogue has to know of a running server: its name and version, and each tool with the hash of its schema,
 * as a file of the catalogue has them. What the tools touch is left to the one who has read their source.
 */
public final class ServerReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ServerReport() {}

    /** Asks a server that is started by a command and ended afterwards. */
    public static ObjectNode of(List<String> command, Map<String, String> environment) throws Exception {
        return of(StdioMcpTransport.builder()
                .command(command)
                .environment(environment)
                .build());
    }

    static ObjectNode of(McpTransport transport) throws Exception {
        McpClient client = DefaultMcpClient.builder()
                .transport(transport)
                .autoHealthCheck(false)
                .initializationTimeout(Duration.ofMinutes(2))
                .build();
        try {
            return of(client);
        } finally {
            client.close();
        }
    }

    /** Asks the server of a client. */
    public static ObjectNode of(McpClient client) {
        ServedTool served = Objects.requireNonNull(
                ServerTools.originOf(new McpToolExecutor(client), null).served(),
                "the client does not tell its server");
        ObjectNode report = JSON.createObjectNode().put("version", 1);
        report.putObject("server")
                .put("name", served.server())
                .set("versions", JSON.createArrayNode().add(served.version()));
        ObjectNode tools = report.putObject("tools");
        for (ToolSpecification tool : client.listTools()) {
            ObjectNode entry = tools.putObject(tool.name());
            entry.put("schema", SchemaHash.of(tool.parameters()));
            ArrayNode parameters = entry.putArray("parameters");
            tool.parameters().properties().keySet().forEach(parameters::add);
        }
        return report;
    }

    static String text(ObjectNode report) throws JsonProcessingException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report);
    }
}
