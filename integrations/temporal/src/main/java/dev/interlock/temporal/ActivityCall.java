package dev.interlock.temporal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.OutcomeJson;
import dev.interlock.execution.RoundCall;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolDefinition;
import java.util.AbstractList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One attempt of a call on a worker, run as a round of its own. */
final class ActivityCall extends RoundCall {

    private final ToolCall call;
    private final boolean literal;
    private final Body body;

    /** The round and the place that tools are told; null of a call that is not run. */
    private final Activities.@Nullable Task task;

    /** Taken while the tool runs, and when it is not to start any more. */
    private final Semaphore free = new Semaphore(1);

    private volatile boolean begun;

    /** The work that the call does in its turn. */
    interface Body {
        @Nullable
        Object run(ToolCall call) throws Exception;
    }

    private ActivityCall(
            ToolBinding binding, ToolCall call, boolean literal, Body body, Activities.@Nullable Task task) {
        super(binding);
        this.task = task;
        this.call = call;
        this.literal = literal;
        this.body = body;
    }

    /** Creates a call with a body. It uses the results of the task's producers. */
    static ActivityCall of(Activities.Task task, Function<String, ToolBinding> bindings, boolean chaining, Body body) {
        ToolCall written = task.call().toCall();
        ActivityCall call = new ActivityCall(bindings.apply(written.tool()), written, task.literal(), body, task);
        if (chaining && !task.literal()) {
            call.referTo(batch(call, task, bindings), task.place());
        }
        return call;
    }

    /** Creates a call only for planning. */
    static ActivityCall toPlan(ToolCall call, boolean literal, Function<String, ToolBinding> bindings) {
        return new ActivityCall(bindings.apply(call.tool()), call, literal, never -> null, null);
    }

    static Body of(ToolDefinition tool, TemporalCall scope) {
        return call -> scope.around(() -> tool.body().run(call));
    }

    /** Returns the round's calls as a list, with only the calls whose results this one uses. */
    private static List<RoundCall> batch(
            ActivityCall own, Activities.Task task, Function<String, ToolBinding> bindings) {
        Map<Integer, RoundCall> known = new HashMap<>();
        known.put(task.place(), own);
        for (Activities.Producer producer : task.producers()) {
            ActivityCall ended = toPlan(producer.call().toCall(), true, bindings);
            ended.setEarlierOutcome(OutcomeJson.read(producer.outcome()));
            known.put(producer.place(), ended);
        }
        return new AbstractList<>() {
            @Override
            public RoundCall get(int place) {
                return known.computeIfAbsent(
                        place,
                        none -> toPlan(
                                new ToolCall(null, own.call.tool(), (JsonNode) null), true, tool -> own.binding()));
            }

            @Override
            public int size() {
                return task.calls();
            }
        };
    }

    @Override
    protected ToolCall call() {
        return call;
    }

    @Override
    protected boolean mayHoldReferences() {
        return !literal;
    }

    @Override
    protected @Nullable String roundForTool() {
        return task == null ? null : task.round();
    }

    @Override
    protected int indexForTool(int index) {
        return task == null ? index : task.place();
    }

    @Override
    protected @Nullable Object run() throws Exception {
        if (!free.tryAcquire()) {
            throw new InterruptedException("tool '" + call.tool() + "' was not started: its attempt is over");
        }
        begun = true;
        try {
            ToolCall changed = changedCall();
            return body.run(changed == null ? call : changed);
        } finally {
            free.release();
        }
    }

    /** Whether the tool has started. */
    boolean hasBegun() {
        return begun;
    }

    /**
     * Waits for the tool's thread to finish the call; only an abandoned call can still run. The tool does not start any
     * more after this.
     *
     * @return false if the tool still runs
     */
    boolean awaitEnd(long atMostNanos) throws InterruptedException {
        return free.tryAcquire(atMostNanos, TimeUnit.NANOSECONDS);
    }
}
