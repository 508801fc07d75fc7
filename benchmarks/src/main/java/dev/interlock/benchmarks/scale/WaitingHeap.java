package dev.interlock.benchmarks.scale;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Measures the heap that the calls of many conversations use while they wait, including their threads and their
 * callers'.
 */
final class WaitingHeap {

    private WaitingHeap() {}

    /** Returns the bytes for each call, when all calls of all conversations have begun and wait. */
    static double bytesACall(ScaleWay way, int conversations, int calls) throws Exception {
        CountDownLatch begun = new CountDownLatch(conversations * calls);
        CountDownLatch release = new CountDownLatch(1);
        ScaleTools tools = new ScaleTools(conversations, () -> {
            begun.countDown();
            release.await();
        });
        ScaleLoad load = new ScaleLoad(
                way.open(tools, conversations, calls, Threads.VIRTUAL), tools, conversations, Threads.VIRTUAL);
        long before = usedBytes();
        List<Thread> threads = load.begin();
        long waiting;
        try {
            begun.await();
            waiting = usedBytes();
        } finally {
            release.countDown();
        }
        load.join(threads);
        return (waiting - before) / (double) conversations / calls;
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
