package dev.interlock.benchmarks.faults;

import dev.interlock.benchmarks.Program;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Keeps the machine busy with the fault harness's rounds and with one lasting executor, and checks that the heap after
 * a collection and the number of threads do not grow. It reads both while nothing runs, so whatever remains is a leak.
 */
public final class Soak extends Program {

    private static final double SECONDS_A_SAMPLE = 10;

    /**
     * How much the heap may grow from the second fifth of a soak to the last one, for code and for the harness's
     * counts.
     */
    private static final double MOST_GROWTH_MIB = 4;

    private static final double MOST_MORE_THREADS = 2;

    private static final int LASTING = 2;

    private record Sample(double seconds, long rounds, double roundsASecond, double heapMib, double threads) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%6.0f s %,12d rounds %,8.0f a second %8.1f MiB after GC %5.0f threads",
                    seconds,
                    rounds,
                    roundsASecond,
                    heapMib,
                    threads);
        }
    }

    @Parameters(index = "0", defaultValue = "10", description = "minutes; default ${DEFAULT-VALUE}")
    private double minutes;

    @Option(names = "--parallel", defaultValue = "8", description = "episodes at a time; default ${DEFAULT-VALUE}")
    private int parallel;

    @Option(names = "--seed", defaultValue = "1", description = "default ${DEFAULT-VALUE}")
    private long seed;

    private Consumer<String> out = System.out::println;

    private final Tally tally = new Tally();
    private final AtomicLong episodes = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final LongAdder lastingRounds = new LongAdder();
    private final LastingLoad lasting = new LastingLoad();
    private final List<Sample> samples = new ArrayList<>();

    private Soak() {}

    /**
     * Runs the soak; exits with 1 if something grows, or a guarantee is broken.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
        run(new Soak(), args);
    }

    /** Runs a soak; returns whether nothing grows and no guarantee is broken. */
    static boolean run(double minutes, long seed, Consumer<String> out) throws InterruptedException {
        Soak soak = new Soak();
        soak.minutes = minutes;
        soak.parallel = 6;
        soak.seed = seed;
        soak.out = out;
        return soak.report();
    }

    @Override
    protected boolean report() throws InterruptedException {
        Watchdog watchdog = new Watchdog(hang -> over.set(true));
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(
                3, Thread.ofPlatform().daemon().name("harness-timer-", 1).factory());
        long start = System.nanoTime();
        double seconds = 0;
        while (!over.get() && seconds < minutes * 60) {
            long rounds = rounds();
            long from = System.nanoTime();
            load(watchdog, timer, Math.min(SECONDS_A_SAMPLE, minutes * 60 - seconds));
            double took = (System.nanoTime() - from) / 1e9;
            seconds = (System.nanoTime() - start) / 1e9;
            sample(seconds, (rounds() - rounds) / took);
        }
        timer.shutdownNow();
        return verdict();
    }

    /** Runs at full load for some seconds. When it returns, nothing runs. */
    private void load(Watchdog watchdog, ScheduledExecutorService timer, double seconds) throws InterruptedException {
        long until = System.nanoTime() + (long) (seconds * 1e9);
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < parallel; i++) {
            workers.add(Thread.ofPlatform().daemon().name("harness-worker-" + i).start(() -> {
                while (!over.get() && System.nanoTime() - until < 0) {
                    new Episode(seed, episodes.getAndIncrement(), tally, watchdog, timer).run();
                }
            }));
        }
        for (int i = 0; i < LASTING; i++) {
            SplittableRandom random = new SplittableRandom(seed + (long) samples.size() * LASTING + i);
            workers.add(Thread.ofPlatform()
                    .daemon()
                    .name("harness-lasting-" + i)
                    .start(() -> {
                        while (!over.get() && System.nanoTime() - until < 0) {
                            lasting.round(random);
                            lastingRounds.increment();
                        }
                    }));
        }
        for (Thread worker : workers) {
            while (!over.get() && !worker.join(Duration.ofMillis(500))) {
                watchdog.look();
            }
        }
    }

    private void sample(double seconds, double roundsASecond) throws InterruptedException {
        while (lasting.abandoned() > 0) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        long heap = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            MemoryUsage usage = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
            heap = Math.min(heap, usage.getUsed());
            TimeUnit.MILLISECONDS.sleep(50);
        }
        Sample sample = new Sample(
                seconds,
                rounds(),
                roundsASecond,
                heap / 1_048_576.0,
                ManagementFactory.getThreadMXBean().getThreadCount());
        samples.add(sample);
        out.accept(sample.toString());
    }

    private long rounds() {
        return tally.rounds() + lastingRounds.sum();
    }

    private boolean verdict() {
        double heap = growth(Sample::heapMib);
        double threads = growth(Sample::threads);
        boolean flat = heap <= MOST_GROWTH_MIB && threads <= MOST_MORE_THREADS;
        out.accept(String.format(
                Locale.ROOT,
                "from the second fifth to the last: heap %+.2f MiB, threads %+.1f: %s; %,d rounds, %d violations",
                heap,
                threads,
                flat ? "flat" : "NOT FLAT",
                rounds(),
                tally.violations()));
        return flat && tally.violations() == 0 && !over.get();
    }

    /** How much higher the mean of the last fifth of the samples is than that of the second. */
    private double growth(ToDoubleFunction<Sample> what) {
        int fifth = Math.max(1, samples.size() / 5);
        int second = Math.min(fifth, samples.size() - 1);
        return mean(samples.subList(samples.size() - fifth, samples.size()), what)
                - mean(samples.subList(second, Math.min(samples.size(), second + fifth)), what);
    }

    private static double mean(List<Sample> samples, ToDoubleFunction<Sample> what) {
        return samples.stream().mapToDouble(what).average().orElse(0);
    }
}
