package dev.interlock.langchain4j;

import dev.interlock.langchain4j.mcp.ServerTools;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.service.tool.ToolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * What an executor reveals about its tool's effects, apart from the specification.
 *
 * @param origin where the tool comes from
 * @param mayShare whether it gets objects that other calls may change, so that nothing is inferred
 */
record ExecutorTraits(ServerTools.Origin origin, boolean mayShare) {

    static ExecutorTraits of(ToolExecutor executor, @Nullable ToolSpecification specification) {
        ServerTools.Origin origin = ServerTools.originOf(executor, specification);
        return new ExecutorTraits(origin, !origin.ofServer() && HiddenParameters.mayBeShared(executor, specification));
    }
}
