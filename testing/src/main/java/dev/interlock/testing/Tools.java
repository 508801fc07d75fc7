package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import dev.interlock.plan.CallPlan;
import java.util.List;

/** The tools of one world, as the engine runs them. For one run; confined to one thread. */
interface Tools {

    /** Plans a batch without running it. */
    CallPlan plan(List<ToolCall> calls);

    /**
     * Runs a batch through the engine.
     *
     * @return each call's result in call order: a value with {@code equals} and a {@code toString} for people
     */
    List<Object> run(List<ToolCall> calls);

    /** What a generator must know of the tools. */
    List<ToolShape> shapes();
}
