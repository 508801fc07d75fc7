package dev.interlock.langchain4j;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** Waits that fail the test instead of hanging it, and do not fail it because the machine is busy. */
final class Waiting {

    /** Long for a busy machine: only a test that fails waits for it. */
    private static final long LIMIT_SECONDS = 30;

    /** A grace period within which interrupted calls end also on a busy machine. */
    static final Duration PATIENCE = Duration.ofSeconds(LIMIT_SECONDS);

    private Waiting() {}

    /** Waits for interrupted calls however long a busy machine takes to stop them: none is abandoned. */
    static ParallelTools.Builder patientTools() {
        return ParallelTools.builder().gracePeriod(PATIENCE);
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("waited in vain for " + latch);
        }
    }

    /** For tools that do not stop when they are to. */
    static void awaitIgnoringInterrupts(CountDownLatch latch) {
        while (true) {
            try {
                await(latch);
                return;
            } catch (InterruptedException e) {
                // Ignored.
            }
        }
    }

    /** Returns when as many calls as the barrier has parties are here at the same time. */
    static void meet(CyclicBarrier barrier) throws Exception {
        barrier.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** For tests in which a tool is to be stopped: waits for what never comes. */
    static void forInterrupt() throws InterruptedException {
        await(new CountDownLatch(1));
    }
}
