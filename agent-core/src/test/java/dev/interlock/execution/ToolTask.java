package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A call of a tool, as an integration makes it. */
class ToolTask extends RoundCall {

    /** Open when the tool's body begins. */
    final CountDownLatch started = new CountDownLatch(1);

    private final ToolCall call;
    private final ToolBody body;

    private ToolTask(ToolBinding binding, ToolCall call, ToolBody body) {
        super(binding);
        this.call = call;
        this.body = body;
    }

    /** A call without arguments of a tool that may have other calls. */
    ToolTask(ToolBinding binding, ToolBody body) {
        this(binding, Fixtures.call(binding.name()), body);
    }

    ToolTask(ToolCallExecutor executor, ToolDefinition tool, ToolCall call) {
        this(executor.rounds().bind(tool), call, tool.body());
    }

    /** A call without arguments. */
    ToolTask(ToolCallExecutor executor, ToolDefinition tool) {
        this(executor, tool, Fixtures.call(tool.name()));
    }

    /** A call without arguments of a tool of its own. */
    ToolTask(ToolCallExecutor executor, String tool, Effects effects, ToolBody body) {
        this(executor, ToolDefinition.of(tool, effects, body));
    }

    @Override
    protected final ToolCall call() {
        return call;
    }

    @Override
    protected @Nullable Object run() throws Exception {
        started.countDown();
        ToolCall changed = changedCall();
        return body.run(changed == null ? call : changed);
    }

    final ToolBody body() {
        return body;
    }
}
