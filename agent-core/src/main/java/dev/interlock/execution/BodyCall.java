package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import org.jspecify.annotations.Nullable;

/** A call of a tool with a body. */
final class BodyCall extends RoundCall {

    private final ToolCall call;
    private final @Nullable ToolDefinition tool;
    private final ToolSet tools;

    BodyCall(ToolCall call, @Nullable ToolDefinition tool, ToolBinding binding, ToolSet tools) {
        super(binding);
        this.call = call;
        this.tool = tool;
        this.tools = tools;
    }

    @Override
    protected ToolCall call() {
        return call;
    }

    @Override
    protected @Nullable Object run() throws Exception {
        if (tool == null) {
            throw new IllegalArgumentException("there is no tool named '" + call.tool() + "'; the tools are "
                    + tools.names().stream().sorted().toList());
        }
        ToolCall changed = changedCall();
        return tool.body().run(changed == null ? call : changed);
    }
}
