package dev.interlock.langchain4j.mcp;

import dev.langchain4j.agent.tool.ToolSpecification;
import java.util.Set;

/**
 * MCP's hints on a tool, which LangChain4j's client puts into the metadata. A hint that is no boolean is the default.
 */
final class McpHints {

    // The names are copied from McpToolMetadataKeys, since that class may be absent.
    private static final String READ_ONLY = "readOnlyHint";
    private static final String DESTRUCTIVE = "destructiveHint";
    private static final String IDEMPOTENT = "idempotentHint";
    private static final String OPEN_WORLD = "openWorldHint";
    private static final Set<String> ALL = Set.of(READ_ONLY, DESTRUCTIVE, IDEMPOTENT, OPEN_WORLD);

    private McpHints() {}

    /** Whether a tool has any hint, whatever its value. */
    static boolean areOn(ToolSpecification tool) {
        return tool.metadata().keySet().stream().anyMatch(ALL::contains);
    }

    static boolean isReadOnly(ToolSpecification tool) {
        return Boolean.TRUE.equals(tool.metadata().get(READ_ONLY));
    }

    static boolean isIdempotent(ToolSpecification tool) {
        return Boolean.TRUE.equals(tool.metadata().get(IDEMPOTENT));
    }

    static boolean isClosedWorld(ToolSpecification tool) {
        return Boolean.FALSE.equals(tool.metadata().get(OPEN_WORLD));
    }
}
