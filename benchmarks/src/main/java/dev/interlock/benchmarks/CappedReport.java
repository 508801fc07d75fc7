package dev.interlock.benchmarks;

import dev.interlock.execution.Concurrency;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Replays recorded batches with fewer permits than calls and tools of different latency. Interlock has learnt how long
 * each tool takes. The report compares it with a plain scheduler that knows the order and starts ready calls in call
 * order. It also compares it with the lower bound: the longest chain, or all work divided by the permits. No schedule
 * takes less, and the shortest one often takes more.
 */
public final class CappedReport extends Program {

    /** Latencies in thousandths of the mean; each tool's name determines one of them. */
    private static final int[] LATENCIES = {250, 500, 750, 1_000, 1_500, 2_000};

    private static final double WORSE = 1.01;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "recorded traces as JSON Lines")
    private List<Path> files = List.of();

    @Option(names = "--permits", split = ",", defaultValue = "2,4,5", description = "default ${DEFAULT-VALUE}")
    private List<Integer> permits = List.of();

    @Option(names = "--sleep", defaultValue = "40", description = "mean ms a call, about; default ${DEFAULT-VALUE}")
    private int sleepMillis;

    @Option(
            names = "--repeat",
            defaultValue = "3",
            description = "runs of each batch, alternating; the shortest counts; default ${DEFAULT-VALUE}")
    private int repetitions;

    private record Row(String batch, double interlock, double callOrder, double least, OptionalInt shortest) {

        double toCallOrder() {
            return interlock / callOrder;
        }
    }

    private CappedReport() {}

    /**
     * Prints the report. Exits with 1 if a run differs from the serial one.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new CappedReport(), args);
    }

    @Override
    protected boolean report() throws IOException, InterruptedException {
        System.out.println(
                "permits  batches  Interlock / least  call order / least  shortest / least (batches)  Interlock / call"
                        + " order  worst  better by 1 %  worse by 1 %");
        for (int most : permits) {
            List<Row> rows = new ArrayList<>();
            for (Path file : files) {
                rows.addAll(measure(TraceBatch.read(file), most));
            }
            print(most, rows);
        }
        return true;
    }

    private static void print(int permits, List<Row> rows) {
        if (rows.isEmpty()) {
            System.out.printf("%7d  no batch has more calls%n", permits);
            return;
        }
        double least = rows.stream().mapToDouble(Row::least).sum();
        double interlock = rows.stream().mapToDouble(Row::interlock).sum();
        double callOrder = rows.stream().mapToDouble(Row::callOrder).sum();
        List<Row> known =
                rows.stream().filter(row -> row.shortest().isPresent()).toList();
        Row worst =
                rows.stream().max(Comparator.comparingDouble(Row::toCallOrder)).orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "%7d  %7d  %17.3f  %18.3f  %16.3f (%7d)  %22.3f  %5.3f  %11d  %12d  (%s)%n",
                permits,
                rows.size(),
                interlock / least,
                callOrder / least,
                known.stream().mapToInt(row -> row.shortest().orElseThrow()).sum()
                        / known.stream().mapToDouble(Row::least).sum(),
                known.size(),
                interlock / callOrder,
                worst.toCallOrder(),
                rows.stream().filter(row -> row.toCallOrder() < 1 / WORSE).count(),
                rows.stream().filter(row -> row.toCallOrder() > WORSE).count(),
                worst.batch());
    }

    private List<Row> measure(List<TraceBatch> batches, int most) throws InterruptedException {
        ToolSet tools = TraceBatch.tools(batches);
        ToolCallExecutor learns =
                ToolCallExecutor.builder().maxConcurrency(Concurrency.UNLIMITED).build();
        ToolCallExecutor executor =
                ToolCallExecutor.builder().maxConcurrency(most).build();
        List<Row> rows = new ArrayList<>();
        for (TraceBatch batch : batches) {
            if (batch.calls().size() <= most || !batch.isOrderedAsRecorded(learns.plan(batch.calls(), tools))) {
                continue;
            }
            IntUnaryOperator millis = call -> millis(batch, call);
            // The executor learns from this run.
            interlock(batch, executor, tools, millis);
            double interlock = Double.MAX_VALUE;
            double callOrder = Double.MAX_VALUE;
            for (int i = 0; i < repetitions; i++) {
                interlock = Math.min(interlock, interlock(batch, executor, tools, millis));
                callOrder = Math.min(callOrder, InCallOrder.run(batch, most, millis) / 1e6);
            }
            rows.add(new Row(
                    batch.id(),
                    interlock,
                    callOrder,
                    least(batch, most, millis),
                    ShortestSchedule.millis(batch.calls().size(), most, millis, batch::recordedDependencies)));
        }
        return rows;
    }

    private int millis(TraceBatch batch, int call) {
        int latency = LATENCIES[Math.floorMod(batch.calls().get(call).tool().hashCode(), LATENCIES.length)];
        return Math.max(1, sleepMillis * latency / 1_000);
    }

    private static double interlock(
            TraceBatch batch, ToolCallExecutor executor, ToolSet tools, IntUnaryOperator millis) {
        batch.begin(millis);
        long start = System.nanoTime();
        executor.execute(batch.calls(), tools);
        long nanos = System.nanoTime() - start;
        if (!batch.isAsSerial()) {
            throw new IllegalStateException("not as the serial run: " + batch.id());
        }
        return nanos / 1e6;
    }

    private static double least(TraceBatch batch, int most, IntUnaryOperator millis) {
        double work = 0;
        double longest = 0;
        double[] until = new double[batch.calls().size()];
        for (int call = 0; call < until.length; call++) {
            for (int earlier : batch.recordedDependencies(call)) {
                until[call] = Math.max(until[call], until[earlier]);
            }
            until[call] += millis.applyAsInt(call);
            work += millis.applyAsInt(call);
            longest = Math.max(longest, until[call]);
        }
        return Math.max(longest, work / most);
    }
}
