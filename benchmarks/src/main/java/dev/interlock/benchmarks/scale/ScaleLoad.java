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

/** Has conversations talk at the same time, each on a thread of its own and one message after another. */
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
     * What came of some time.
     *
     * @param nanos until the last conversation had ended
     * @param cpuNanos of the process
     * @param pauseMillis in which the collector had all threads stopped
     * @param over what each message took beyond its longest call, in nanoseconds, ascending
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

        /** Of the time. */
        double shareOfPauses() {
            return pauseMillis * 1e6 / nanos;
        }

        /** Over which so great a share of the messages is not, in milliseconds. */
        double overMillis(double share) {
            return over.get((int) Math.min(messages() - 1.0, share * messages())) / 1e6;
        }
    }

    /**
     * Talks for some time, and as long as the messages that are under way then take.
     *
     * @param spread over which the first messages are spread, so that conversations are not all at the same point
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

    /** Collectors that work beside the program have a bean for that too, which has "Concurrent" in its name. */
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

    /** One message a conversation, started at once. */
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

    /** Waits for conversations; throws what one of them failed with. */
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
