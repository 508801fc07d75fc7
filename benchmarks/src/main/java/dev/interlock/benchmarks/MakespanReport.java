package dev.interlock.benchmarks;

import dev.interlock.execution.Concurrency;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Replays recorded batches with tools that sleep, without a cap. Interlock finds the order by the keys that each call
 * reads and writes; plain virtual threads know the order beforehand. The report checks that both give the serial run's
 * state and results.
 *
 * <p>If a batch's recorded order is not that of the keys, the two would do different things. The report lists such
 * batches and leaves them out of the times.
 */
public final class MakespanReport extends Program {

    private static final double BAR = 1.05;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "recorded traces as JSON Lines")
    private List<Path> files = List.of();

    @Option(names = "--sleep", defaultValue = "20", description = "ms a call; default ${DEFAULT-VALUE}")
    private int sleepMillis;

    @Option(names = "--repeat", defaultValue = "5", description = "runs of each batch; default ${DEFAULT-VALUE}")
    private int repetitions;

    @Option(
            names = "--warmup",
            defaultValue = "3",
            description = "warm-up runs of each batch, with 1 ms for each call; default ${DEFAULT-VALUE}")
    private int warmups;

    @Mixin
    private final Bars bars = new Bars();

    private MakespanReport() {}

    /**
     * Prints the report. Exits with 1 if a run differs from the serial one.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new MakespanReport(), args);
    }

    @Override
    protected boolean report() throws IOException, InterruptedException {
        boolean good = true;
        for (Path file : files) {
            good &= report(file);
        }
        return good;
    }

    private boolean report(Path file) throws IOException, InterruptedException {
        List<TraceBatch> batches = TraceBatch.read(file);
        ToolCallExecutor executor =
                ToolCallExecutor.builder().maxConcurrency(Concurrency.UNLIMITED).build();
        ToolSet tools = TraceBatch.tools(batches);
        List<TraceBatch> asRecorded = new ArrayList<>();
        for (TraceBatch batch : batches) {
            if (batch.isOrderedAsRecorded(executor.plan(batch.calls(), tools))) {
                asRecorded.add(batch);
            } else {
                System.out.println("recorded order is not that of the keys: " + batch.id());
            }
        }
        int wrong = 0;
        for (int i = 0; i < warmups; i++) {
            // Warms up with separate tools, so that the engine learns nothing from calls that take 1 ms.
            wrong += run(batches, executor, TraceBatch.tools(batches), 1, false).wrong();
        }
        Totals all = new Totals(0, 0, 0);
        for (int i = 0; i < repetitions; i++) {
            Totals totals = run(asRecorded, executor, tools, sleepMillis, i % 2 == 0);
            System.out.printf(
                    Locale.ROOT,
                    "  run %d: Interlock %.0f ms, threads that know the order %.0f ms, ratio %.4f%n",
                    i + 1,
                    totals.interlockNanos() / 1e6,
                    totals.threadsNanos() / 1e6,
                    totals.ratio());
            all = all.plus(totals);
        }
        wrong += all.wrong();
        print(file, batches.size(), asRecorded, all, wrong);
        return wrong == 0 && bars.pass(all.ratio() <= BAR);
    }

    private void print(Path file, int batches, List<TraceBatch> measured, Totals totals, int wrong) {
        int calls = measured.stream().mapToInt(batch -> batch.calls().size()).sum();
        double critical = measured.stream().mapToInt(TraceBatch::criticalPath).sum() * 1e6 * sleepMillis * repetitions;
        System.out.printf(
                Locale.ROOT,
                "%s: %d batches, %d of them measured (%d calls), %d times, %d ms a call%n",
                file.getFileName(),
                batches,
                measured.size(),
                calls,
                repetitions,
                sleepMillis);
        System.out.printf(
                Locale.ROOT,
                "  makespan, Interlock / threads that know the order: %.4f (bar: <= %.2f, %s)%n",
                totals.ratio(),
                BAR,
                totals.ratio() <= BAR ? "met" : "MISSED");
        System.out.printf(
                Locale.ROOT,
                "  against the critical path: Interlock %.4f, threads %.4f; one after another: %.4f%n",
                totals.interlockNanos() / critical,
                totals.threadsNanos() / critical,
                calls * 1e6 * sleepMillis * repetitions / critical);
        System.out.printf(
                "  state and what each call saw as in the serial run: %s%n",
                wrong == 0 ? "in all runs" : "NOT IN " + wrong + " RUNS");
    }

    private static Totals run(
            List<TraceBatch> batches, ToolCallExecutor executor, ToolSet tools, int millis, boolean threadsFirst)
            throws InterruptedException {
        Totals totals = new Totals(0, 0, 0);
        for (TraceBatch batch : batches) {
            long threads = threadsFirst ? onThreads(batch, millis) : 0;
            batch.begin(millis);
            long start = System.nanoTime();
            executor.execute(batch.calls(), tools);
            long interlock = System.nanoTime() - start;
            int wrong = batch.isAsSerial() ? 0 : 1;
            threads = threadsFirst ? threads : onThreads(batch, millis);
            totals = totals.plus(new Totals(interlock, threads, wrong));
        }
        return totals;
    }

    /**
     * The yardstick: each call has a virtual thread, which first joins the threads of all calls before it in the
     * recorded order.
     */
    private static long onThreads(TraceBatch batch, int millis) throws InterruptedException {
        batch.begin(millis);
        Thread[] threads = new Thread[batch.calls().size()];
        long start = System.nanoTime();
        for (int i = 0; i < threads.length; i++) {
            int call = i;
            threads[i] = Thread.ofVirtual().unstarted(() -> {
                try {
                    for (int earlier : batch.recordedDependencies(call)) {
                        threads[earlier].join();
                    }
                    batch.runCall(call);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long nanos = System.nanoTime() - start;
        if (!batch.isAsSerial()) {
            throw new IllegalStateException("the recorded order does not give the serial result: " + batch.id());
        }
        return nanos;
    }

    private record Totals(long interlockNanos, long threadsNanos, int wrong) {

        Totals plus(Totals other) {
            return new Totals(
                    interlockNanos + other.interlockNanos, threadsNanos + other.threadsNanos, wrong + other.wrong);
        }

        double ratio() {
            return (double) interlockNanos / threadsNanos;
        }
    }
}
