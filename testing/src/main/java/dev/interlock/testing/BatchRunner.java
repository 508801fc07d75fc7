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

/** Runs batches, each in a fresh world. Confined to one thread. */
interface BatchRunner {

    /**
     * The serial run with the states between its calls.
     *
     * @param run the result of the run
     * @param states the states before the first call and after each call
     */
    record Reference(Run run, List<@Nullable Object> states) {

        /** Copies the list. */
        public Reference {
            states = Collections.unmodifiableList(new ArrayList<>(states));
        }

        /** Whether a call has changed the state. */
        boolean changesState(int call) {
            return !Objects.equals(states.get(call), states.get(call + 1));
        }
    }

    /** Returns the number of runs so far. */
    int runs();

    /** Returns for each tool with a serial call whether one of its calls has succeeded. */
    Map<String, Boolean> successes();

    /** Whether the check can see a state. */
    boolean seesState();

    /** Plans batches without running them. */
    List<CallPlan> plans(List<List<ToolCall>> batches);

    List<ToolShape> shapes();

    /** Runs the calls one after another in the model's order, and looks at the state between them. */
    Reference reference(List<ToolCall> calls);

    /** Runs the calls one after another in the given order. */
    Run inOrder(List<ToolCall> calls, List<Integer> order);

    /**
     * Runs the calls as a batch.
     *
     * @param calledTogether how many calls may begin at once; their bodies then begin as close together as possible
     */
    Run concurrently(List<ToolCall> calls, int calledTogether);

    /** Returns the next footprint that effects do not cover; null if there is none. Each comes once. */
    RoundEvent.@Nullable FootprintUncovered uncovered();
}
