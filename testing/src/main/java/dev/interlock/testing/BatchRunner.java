package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import dev.interlock.event.RoundEvent;
import dev.interlock.plan.CallPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs batches, each time in a fresh world. Used by one thread. */
interface BatchRunner {

    /**
     * The serial run with what the state was in between.
     *
     * @param run what it came to
     * @param states before the first call, and after each
     */
    record Reference(Run run, List<@Nullable Object> states) {

        /** Copies the list. */
        public Reference {
            states = Collections.unmodifiableList(new ArrayList<>(states));
        }

        /** Whether a call has changed the state. */
        boolean changesState(int call) {
            return !Objects.deepEquals(states.get(call), states.get(call + 1));
        }
    }

    /** How many runs there were so far. */
    int runs();

    /** For each tool that was called one call after the other, whether a call of it has succeeded. */
    Map<String, Boolean> successes();

    /** Whether there is a state to be seen. */
    boolean seesState();

    /** Plans batches without running them. */
    List<CallPlan> plans(List<List<ToolCall>> batches);

    List<ToolShape> shapes();

    /** Runs the calls one after another in the model's order, and looks at the state in between. */
    Reference reference(List<ToolCall> calls);

    /** Runs the calls one after another in an order. */
    Run inOrder(List<ToolCall> calls, List<Integer> order);

    /**
     * Runs the calls as a batch.
     *
     * @param calledTogether how many of them may begin at once; their bodies begin as closely together as that goes
     */
    Run concurrently(List<ToolCall> calls, int calledTogether);

    /** The next footprint that effects do not cover, and that was not asked for before; null if there is none. */
    RoundEvent.@Nullable FootprintUncovered uncovered();
}
