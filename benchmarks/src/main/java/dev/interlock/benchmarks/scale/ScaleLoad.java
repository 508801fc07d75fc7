package dev.interlock.benchmarks.scale;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

/** Runs conversations at the same time. Each has a thread of its own and sends one message after another. */
final class ScaleLoad {

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final ScaleTalks talks;
    private final ScaleTools tools;
    private final int conversations;
    private final Threads kind;
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();

    ScaleLoad(ScaleTalks talks, ScaleTools tools, int conversations, Threads kind) {
        this.talks = talks;
        this.tools = tools;
        this.conversations = conversations;
        this.kind = kind;
    }

    /**
     * The results of a period.
     *
     * @param nanos the time until the last conversation had ended
     * @param cpuNanos the CPU time of the process
     * @param pauseMillis how long the collector stopped all threads
     * @param over the time of each message beyond its longest call, in nanoseconds, ascending
     */
    record Result(long nanos, long cpuNanos, long pauseMillis, List<Long> over) {

        int messages() {
            return over.size();
        }

        double messagesASecond() {
            return messages() * 1e9 / nanos;
        }

        double cpuMicrosAMessage() {
            return cpuNanos / 1e3 / messages();
        }

        /** The pauses as a share of the time. */
        double shareOfPauses() {
            return pauseMillis * 1e6 / nanos;
        }

        /** The time in milliseconds that the given share of the messages does not exceed. */
        double overMillis(double share) {
            return over.get((int) Math.min(messages() - 1.0, share * messages())) / 1e6;
        }
    }

    /**
     * Talks for some time, and then until all messages under way are answered.
     *
     * @param spread the period over which the first messages are spread, so that conversations are not in step
     */
    Result run(Duration time, Duration spread) throws Exception {
        List<LongStream.Builder> over = new ArrayList<>(conversations);
        List<Thread> threads = new ArrayList<>(conversations);
        CountDownLatch go = new CountDownLatch(1);
        for (int i = 0; i < conversations; i++) {
            int conversation = i;
            LongStream.Builder mine = LongStream.builder();
            over.add(mine);
            threads.add(kind.start(() -> {
                try {
                    go.await();
                    Thread.sleep(spread.multipliedBy(conversation).dividedBy(conversations));
                    talk(conversation, time, mine);
                } catch (Exception e) {
                    failures.add(e);
                }
            }));
        }
        long cpu = PROCESS.getProcessCpuTime();
        long pauses = pauseMillis();
        long start = System.nanoTime();
        go.countDown();
        join(threads);
        long nanos = System.nanoTime() - start;
        cpu = PROCESS.getProcessCpuTime() - cpu;
        pauses = pauseMillis() - pauses;
        List<Long> all = over.stream()
                .flatMapToLong(LongStream.Builder::build)
                .sorted()
                .boxed()
                .toList();
        return new Result(nanos, cpu, pauses, all);
    }

    /** Skips beans with "Concurrent" in their names, which count a collector's work beside the program. */
    private static long pauseMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(bean -> !bean.getName().contains("Concurrent"))
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    private void talk(int conversation, Duration time, LongStream.Builder over) throws Exception {
        long begin = System.nanoTime();
        do {
            long start = System.nanoTime();
            talks.talk(conversation);
            over.add(System.nanoTime() - start - tools.takeLongest(conversation));
        } while (failures.isEmpty() && System.nanoTime() - begin < time.toNanos());
    }

    /** Starts one message in each conversation at once. */
    List<Thread> begin() {
        List<Thread> threads = new ArrayList<>(conversations);
        for (int i = 0; i < conversations; i++) {
            int conversation = i;
            threads.add(kind.start(() -> {
                try {
                    talks.talk(conversation);
                } catch (Exception e) {
                    failures.add(e);
                }
            }));
        }
        return threads;
    }

    /** Waits for the conversations; throws the failure of one of them. */
    void join(List<Thread> threads) throws Exception {
        for (Thread thread : threads) {
            thread.join();
        }
        Exception failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
    }
}
