package dev.interlock.benchmarks.faults;

import dev.interlock.benchmarks.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs rounds of random batches with misbehaving tools, on executors with random configurations. It checks the
 * guarantees from a log of what the bodies did, with code that shares nothing with the engine.
 *
 * <p>The seed determines configurations, batches and faults. How threads interleave is up to the machine.
 */
public final class FaultHarness extends Program {

    private static final long LOOK_MILLIS = 500;

    @Parameters(index = "0", defaultValue = "200000", description = "rounds; default ${DEFAULT-VALUE}")
    private long rounds;

    @Parameters(index = "1", defaultValue = "1", description = "seed; default ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--parallel", defaultValue = "6", description = "episodes at a time; default ${DEFAULT-VALUE}")
    private int parallel;

    @Option(
            names = "--first",
            defaultValue = "0",
            description = "number of the first episode; default ${DEFAULT-VALUE}")
    private long first;

    @Option(names = "--stop", description = "stop at the first violation")
    private boolean stop;

    private final Tally tally = new Tally();
    private final AtomicLong episodes = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();

    private FaultHarness() {}

    /**
     * Runs the harness; exits with 1 if a guarantee was broken.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
        run(new FaultHarness(), args);
    }

    /** Runs rounds on six threads, and returns the tally. */
    static Tally run(long rounds, long seed) throws InterruptedException {
        FaultHarness harness = new FaultHarness();
        harness.rounds = rounds;
        harness.seed = seed;
        harness.parallel = 6;
        harness.run();
        return harness.tally;
    }

    @Override
    protected boolean report() throws InterruptedException {
        long start = System.nanoTime();
        System.out.println(rounds + " rounds, seed " + seed);
        run();
        System.out.print(tally.report());
        System.out.printf("%,12d  rounds in all, %,d violations%n", tally.rounds(), tally.violations());
        System.out.println((System.nanoTime() - start) / 1_000_000_000 + " s");
        return tally.violations() == 0;
    }

    private void run() throws InterruptedException {
        Watchdog watchdog = new Watchdog(hang -> over.set(true));
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(
                3, Thread.ofPlatform().daemon().name("harness-timer-", 1).factory());
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < parallel; i++) {
            workers.add(Thread.ofPlatform().daemon().name("harness-worker-" + i).start(() -> work(watchdog, timer)));
        }
        long reported = System.nanoTime();
        for (Thread worker : workers) {
            while (!over.get() && !worker.join(Duration.ofMillis(LOOK_MILLIS))) {
                watchdog.look();
                if (System.nanoTime() - reported > TimeUnit.SECONDS.toNanos(30)) {
                    reported = System.nanoTime();
                    System.out.println(tally.rounds() + " rounds, " + episodes + " episodes, " + tally.violations()
                            + " violations");
                }
            }
        }
        timer.shutdownNow();
        tally.add("episodes", episodes.get());
        checkThreads();
    }

    private void work(Watchdog watchdog, ScheduledExecutorService timer) {
        while (!over.get() && tally.rounds() < rounds && !(stop && tally.violations() > 0)) {
            long number = first + episodes.getAndIncrement();
            try {
                new Episode(seed, number, tally, watchdog, timer).run();
            } catch (Throwable e) {
                e.printStackTrace();
                tally.violation("no exception", "episode " + number + " of seed " + seed + ": " + e);
            }
        }
    }

    /** Checks that only the two threads that serve all rounds remain of the engine's threads. */
    private void checkThreads() throws InterruptedException {
        Set<String> left = Set.of();
        for (int i = 0; i < 100; i++) {
            left = Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(name -> name.startsWith("interlock-"))
                    .filter(name -> !name.equals("interlock-brief-watch") && !name.equals("interlock-timer"))
                    .collect(Collectors.toSet());
            if (left.isEmpty()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        tally.violation("no thread left", left.toString());
    }
}
