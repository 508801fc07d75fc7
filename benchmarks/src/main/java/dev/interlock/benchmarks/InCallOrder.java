package dev.interlock.benchmarks;

import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntUnaryOperator;

/** A plain scheduler as a yardstick. It knows the order, and starts ready calls in call order. */
final class InCallOrder {

    private final TraceBatch batch;
    private final CountDownLatch left;

    // Guarded by this.
    private final TreeSet<Integer> waiting = new TreeSet<>();
    private final TreeSet<Integer> unended = new TreeSet<>();
    private int permits;

    private InCallOrder(TraceBatch batch, int permits) {
        this.batch = batch;
        this.permits = permits;
        this.left = new CountDownLatch(batch.calls().size());
        for (int call = 0; call < batch.calls().size(); call++) {
            waiting.add(call);
            unended.add(call);
        }
    }

    /** Runs a batch; returns the time in nanoseconds. */
    static long run(TraceBatch batch, int permits, IntUnaryOperator millis) throws InterruptedException {
        batch.begin(millis);
        long start = System.nanoTime();
        InCallOrder run = new InCallOrder(batch, permits);
        run.startReady();
        run.left.await();
        long nanos = System.nanoTime() - start;
        if (!batch.isAsSerial()) {
            throw new IllegalStateException("the recorded order does not give the serial result: " + batch.id());
        }
        return nanos;
    }

    private synchronized void startReady() {
        for (int call : waiting.toArray(Integer[]::new)) {
            if (permits > 0 && batch.recordedDependencies(call).stream().noneMatch(unended::contains)) {
                permits--;
                waiting.remove(call);
                Thread.startVirtualThread(() -> runCall(call));
            }
        }
    }

    private void runCall(int call) {
        try {
            batch.runCall(call);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            synchronized (this) {
                permits++;
                unended.remove(call);
                startReady();
            }
            left.countDown();
        }
    }
}
