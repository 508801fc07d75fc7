package dev.interlock.benchmarks.faults;

import dev.interlock.call.ToolCall;
import dev.interlock.execution.RoundCall;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The tested executor with its tools, and the executors that users pass to it. Thread-safe. */
final class Subject {

    final ToolCallExecutor executor;
    final ToolSet tools;
    final CallExecutors callExecutors;

    private final Map<String, ToolBinding> bindings = new ConcurrentHashMap<>();

    Subject(ToolCallExecutor executor, ToolSet tools, CallExecutors callExecutors) {
        this.executor = executor;
        this.tools = tools;
        this.callExecutors = callExecutors;
    }

    /** Creates a call as an integration would. */
    RoundCall roundCall(ToolCall call) {
        ToolDefinition tool = tools.find(call.tool());
        ToolBinding binding = bindings.computeIfAbsent(
                call.tool(),
                name -> tool == null
                        ? executor.rounds().bindUnknown(name)
                        : executor.rounds().bind(tool));
        return new OwnCall(binding, call, tool);
    }

    private static final class OwnCall extends RoundCall {
        private final ToolCall call;
        private final ToolDefinition tool;

        OwnCall(ToolBinding binding, ToolCall call, ToolDefinition tool) {
            super(binding);
            this.call = call;
            this.tool = tool;
        }

        @Override
        protected ToolCall call() {
            return call;
        }

        @Override
        protected Object run() throws Exception {
            if (tool == null) {
                throw new IllegalArgumentException("there is no tool named '" + call.tool() + "'");
            }
            return tool.body().run(call);
        }
    }
}
