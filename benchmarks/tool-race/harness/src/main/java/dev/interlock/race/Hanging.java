package dev.interlock.race;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The body of a tool that hangs. It counts its starts and interrupts. Thread-safe. */
final class Hanging {

    private final Duration longest;
    private final CountDownLatch never = new CountDownLatch(1);
    private int starts;
    private int ends;
    private int interrupted;

    /** Hangs at most this long, so that a framework that waits for it goes on eventually. */
    Hanging(Duration longest) {
        this.longest = longest;
    }

    String call() throws InterruptedException {
        begun();
        boolean stopped = true;
        try {
            boolean released = never.await(longest.toMillis(), TimeUnit.MILLISECONDS);
            stopped = false;
            return released ? "released" : "hung";
        } finally {
            ended(stopped);
        }
    }

    private synchronized void begun() {
        starts++;
        notifyAll();
    }

    private synchronized void ended(boolean stopped) {
        ends++;
        if (stopped) {
            interrupted++;
        }
        notifyAll();
    }

    /** Waits for a number of starts, up to the limit; returns how many there were. */
    synchronized int awaitStarts(int count, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (starts < count && end - System.nanoTime() > 0) {
            wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
        return starts;
    }

    /** Waits until all started runs have ended. */
    synchronized void awaitEnd() throws InterruptedException {
        while (ends < starts) {
            wait();
        }
    }

    synchronized int starts() {
        return starts;
    }

    synchronized int interrupted() {
        return interrupted;
    }
}
