package dev.interlock.benchmarks.scale;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What the calls of many conversations keep on the heap while they wait, with the threads that they and their callers have. */
final class WaitingHeap {

    private WaitingHeap() {}

    /** In bytes a call, when all calls of all conversations have begun and none goes on. */
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
