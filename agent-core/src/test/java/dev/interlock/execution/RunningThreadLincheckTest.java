package dev.interlock.execution;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * A call's thread comes and goes while its round interrupts it: every interleaving looks like some order of the two.
 */
public class RunningThreadLincheckTest {

    private final RunningThread running = new RunningThread();
    private final Probe probe = new Probe();
    private int attempt;

    /** Counts the interrupts that reach it. */
    private static final class Probe extends Thread {
        private final AtomicInteger interrupts = new AtomicInteger();

        @Override
        public void interrupt() {
            interrupts.incrementAndGet();
        }

        @Override
        public boolean isInterrupted() {
            return interrupts.get() > 0;
        }
    }

    /** The thread begins the call, or leaves it and tells what has reached it by then. */
    @Operation(nonParallelGroup = "thread")
    public String enterOrLeave() {
        if (running.thread() == null) {
            running.enter(probe);
            return "entered";
        }
        running.leave();
        return "left after " + probe.interrupts;
    }

    /** The thread begins the next attempt, or leaves the one that it is in. */
    @Operation(nonParallelGroup = "thread")
    public String nextAttempt() {
        if (attempt % 2 == 0) {
            running.enterAttempt(++attempt);
            return "attempt " + attempt;
        }
        attempt++;
        // All at one instant: the call goes on, so an interrupt could come between the end of the attempt and the
        // reads.
        synchronized (running) {
            running.leaveAttempt();
            return "left attempt after " + probe.interrupts + ", " + running.isInterruptedByRound();
        }
    }

    /** The round interrupts the call. */
    @Operation
    public int interruptCall() {
        running.interrupt(0, "tool 't'");
        return 0;
    }

    /** The round interrupts the first attempt. */
    @Operation
    public int interruptAttempt() {
        running.interrupt(1, "tool 't'");
        return 0;
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
