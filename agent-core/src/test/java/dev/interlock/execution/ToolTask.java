package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import org.jspecify.annotations.Nullable;

/** A call of a tool without arguments, as an integration makes it. */
final class ToolTask extends RoundCall {

    private final ToolCall call;
    private final ToolBody body;

    ToolTask(ToolCallExecutor executor, ToolDefinition tool) {
        super(executor.rounds().bind(tool));
        this.call = Fixtures.call(tool.name());
        this.body = tool.body();
    }

    @Override
    protected ToolCall call() {
        return call;
    }

    @Override
    protected @Nullable Object run() throws Exception {
        return body.run(call);
    }
}
