package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import dev.interlock.event.RoundEvent;
import java.util.List;

/** A fault that a search found, before it knows which calls it takes. */
sealed interface Deviation {

    /**
     * A legal order gave something else than the serial run.
     *
     * @param calls the batch
     * @param expected the result of the serial run
     */
    record InOrder(List<ToolCall> calls, Run expected, List<Integer> order) implements Deviation {}

    /**
     * A call changed the state although it says that it writes nothing.
     *
     * @param calls the batch
     * @param call the call's place in the batch
     */
    record SilentWrite(List<ToolCall> calls, int call) implements Deviation {}

    /**
     * The batch gave something else than the serial run when its calls ran at the same time.
     *
     * @param calls the batch
     * @param expected the result of the serial run
     * @param actual the result of this run
     */
    record Concurrent(List<ToolCall> calls, Run expected, Run actual) implements Deviation {}

    /**
     * A call touched something that its effects do not cover.
     *
     * @param event the engine's event
     */
    record Uncovered(RoundEvent.FootprintUncovered event) implements Deviation {}
}
