package dev.interlock.langchain4j.mcp;

import dev.langchain4j.agent.tool.ToolSpecification;
import org.jspecify.annotations.Nullable;

/**
 * What the client of a server says of a tool, beside the tool's specification: which server it is, by its answer to
 * {@code initialize}, and by which name it knows the tool.
 *
 * @param server the name of the server
 * @param version that of the server, as the server says it
 * @param directly whether the model's arguments reach the server as they are; else something of the user's stands
 *     between, and may change them
 * @param local whether the server runs as a process of this machine
 * @param tool the name by which the server is asked for the tool; null for the name that the model uses
 */
public record ServedTool(
        String server,
        String version,
        boolean directly,
        boolean local,
        @Nullable String tool) {

    String nameOf(ToolSpecification specification) {
        return tool == null ? specification.name() : tool;
    }
}
