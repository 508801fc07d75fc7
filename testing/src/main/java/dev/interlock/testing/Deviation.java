package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import dev.interlock.event.RoundEvent;
import java.util.List;

/** What a search has found to be wrong, before it is known which calls it takes. */
sealed interface Deviation {

    /**
     * A legal order came to something else than the serial run.
     *
     * @param calls the batch
     * @param expected what the serial run came to
     * @param order the order
     */
    record InOrder(List<ToolCall> calls, Run expected, List<Integer> order) implements Deviation {}

    /**
     * A call that says it writes nothing changed the state.
     *
     * @param calls the batch
     * @param call the call's place in it
     */
    record SilentWrite(List<ToolCall> calls, int call) implements Deviation {}

    /**
     * The batch came to something else than the serial run when its calls ran at the same time.
     *
     * @param calls the batch
     * @param expected what the serial run came to
     * @param actual what this one came to
     */
    record Concurrent(List<ToolCall> calls, Run expected, Run actual) implements Deviation {}

    /**
     * A call touched what its effects do not cover.
     *
     * @param event what the engine told
     */
    record Uncovered(RoundEvent.FootprintUncovered event) implements Deviation {}
}
