package dev.interlock.execution;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The owner ends calls while rescuers try to take over: every interleaving looks like some order of the two. */
public class TakeOverLincheckTest {

    private final TakeOver<String> slot = new TakeOver<>();
    private int next;
    private boolean running;

    /** One step of the owner. */
    @Operation(nonParallelGroup = "owner")
    public @Nullable String owner() {
        if (!running) {
            slot.begin(next, next);
            running = true;
            return "began " + next;
        }
        String rescuer = slot.end(next);
        if (rescuer != null) {
            return "taken over by " + rescuer;
        }
        running = false;
        next++;
        return "ended";
    }

    /** A rescuer that saw the first call run. */
    @Operation
    public boolean rescueFirst() {
        return slot.takeOver(0, "rescuer of 0");
    }

    /** A rescuer that saw the second call run. */
    @Operation
    public boolean rescueSecond() {
        return slot.takeOver(1, "rescuer of 1");
    }

    /** The watch: within 0 ns of any time before, nothing has run too long. */
    @Operation
    public int watch() {
        return slot.runningFor(Long.MAX_VALUE >> 1, 0);
    }

    @Test
    void every_interleaving_is_some_order_by_model_checking() {
        new ModelCheckingOptions()
                .iterations(5)
                .threads(3)
                .actorsPerThread(3)
                .invocationsPerIteration(100)
                .check(getClass());
    }

    @Test
    void every_interleaving_is_some_order_under_stress() {
        new StressOptions()
                .iterations(3)
                .threads(2)
                .actorsPerThread(4)
                .invocationsPerIteration(500)
                .check(getClass());
    }
}
