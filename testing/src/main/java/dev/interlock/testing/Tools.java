package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import dev.interlock.plan.CallPlan;
import java.util.List;

/** The tools of one world, as the engine runs them. For one run; used by one thread. */
interface Tools {

    /** Plans a batch without running it. */
    CallPlan plan(List<ToolCall> calls);

    /**
     * Runs a batch through the engine.
     *
     * @return what each call came to, in call order: a value with {@code equals} and a {@code toString} for people
     */
    List<Object> run(List<ToolCall> calls);

    /** What a generator has to know of them. */
    List<ToolShape> shapes();
}
