package dev.interlock.langchain4j.mcp;

import dev.langchain4j.agent.tool.ToolSpecification;
import org.jspecify.annotations.Nullable;

/**
 * A server's client's data on a tool, apart from the tool's specification: the server, by its answer to
 * {@code initialize}, and the server's name for the tool.
 *
 * @param server the name of the server
 * @param version the server's version, as the server gives it
 * @param directly whether the model's arguments reach the server unchanged; if not, the user's code stands between and
 *     may change them
 * @param local whether the server runs as a process of this machine
 * @param tool the server's name for the tool; null if it is the name that the model uses
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
