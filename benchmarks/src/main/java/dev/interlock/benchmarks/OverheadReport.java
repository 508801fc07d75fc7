package dev.interlock.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.IntToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Compares Interlock with LangChain4j's own execution in one JVM by turns, since JMH measures one benchmark after
 * another and so takes the drift of a noisy machine for a difference.
 *
 * <p>Each block measures every mode once, in random order, for about a millisecond (or one batch if that takes longer).
 * What counts is the median over the blocks of the difference within a block, with its 95 % confidence interval; a
 * verdict is only given where the whole interval is on one side of what is allowed.
 */
@Command(name = "OverheadReport", mixinStandardHelpOptions = true, sortOptions = false)
public final class OverheadReport implements Callable<Integer> {

    private static final String ROW = "%-20s %11s %11s %11s %11s %11s %9s %9s %19s  %s%n";
    private static final long BATCH_NANOS = 1_000_000;

    @Option(names = "--warmup", defaultValue = "5", description = "seconds a workload; default ${DEFAULT-VALUE}")
    private double warmupSeconds;

    @Option(names = "--measure", defaultValue = "15", description = "seconds a workload; default ${DEFAULT-VALUE}")
    private double measureSeconds;

    @Option(names = "--blocks", defaultValue = "25", description = "at least; default ${DEFAULT-VALUE}")
    private int minBlocks;

    @Option(names = "--only", split = ",", description = "workloads: ${COMPLETION-CANDIDATES}")
    private List<Workload> only = List.of(Workload.values());

    private final Random random = new Random(1);

    private OverheadReport() {}

    /**
     * Prints the report.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new OverheadReport()).execute(args));
    }

    @Override
    public Integer call() {
        System.out.println("µs a batch, medians; over: Interlock - the better of LangChain4j's, median of paired differences");
        System.out.printf(
                ROW,
                "workload",
                "seq. A",
                "seq. B",
                "concurrent",
                "Interlock",
                "better",
                "allowed",
                "over",
                "95 % of over",
                "verdict");
        boolean met = true;
        for (Workload workload : only) {
            met &= measure(workload);
        }
        return met ? 0 : 1;
    }

    private boolean measure(Workload workload) {
        List<Mode> modes = new ArrayList<>(List.of(Mode.values()));
        if (!workload.isParallel()) {
            modes.remove(Mode.CONCURRENT);
        }
        Map<Mode, Assistant> assistants = new EnumMap<>(Mode.class);
        modes.forEach(mode -> assistants.put(mode, mode.assistant(workload)));
        run(modes, assistants, warmupSeconds / 2, 0, BATCH_NANOS);
        run(modes, assistants, warmupSeconds / 2, 0, BATCH_NANOS);
        Samples samples = run(modes, assistants, measureSeconds, minBlocks, BATCH_NANOS);
        return print(workload, samples);
    }

    /** Runs blocks for some time. */
    private Samples run(
            List<Mode> modes, Map<Mode, Assistant> assistants, double seconds, int atLeast, long batchNanos) {
        Samples samples = new Samples(modes);
        Map<Mode, Integer> repetitions = new EnumMap<>(Mode.class);
        for (Mode mode : modes) {
            Assistant assistant = assistants.get(mode);
            double once = Double.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                once = Math.min(once, micros(assistant, 1));
            }
            repetitions.put(mode, (int) Math.max(1, batchNanos / (1_000 * once)));
        }
        List<Mode> order = new ArrayList<>(modes);
        long start = System.nanoTime();
        while (samples.blocks() < atLeast || System.nanoTime() - start < seconds * 1e9) {
            Collections.shuffle(order, random);
            for (Mode mode : order) {
                samples.add(mode, micros(assistants.get(mode), repetitions.get(mode)));
            }
        }
        return samples;
    }

    private static double micros(Assistant assistant, int repetitions) {
        int length = 0;
        long start = System.nanoTime();
        for (int i = 0; i < repetitions; i++) {
            length += assistant.chat("go").length();
        }
        long nanos = System.nanoTime() - start;
        if (length != repetitions * "done".length()) {
            throw new IllegalStateException("the model's answer did not come through");
        }
        return nanos / 1e3 / repetitions;
    }

    private static boolean print(Workload workload, Samples samples) {
        double a = samples.median(Mode.SEQUENTIAL_A);
        double b = samples.median(Mode.SEQUENTIAL_B);
        double sequential = (a + b) / 2;
        double concurrent = workload.isParallel() ? samples.median(Mode.CONCURRENT) : Double.NaN;
        boolean concurrentIsBetter = concurrent < sequential;
        double better = concurrentIsBetter ? concurrent : sequential;
        double allowed = workload.allowedMicros(better);
        double[] over = samples.sorted(i -> samples.get(Mode.INTERLOCK, i)
                - (concurrentIsBetter
                        ? samples.get(Mode.CONCURRENT, i)
                        : (samples.get(Mode.SEQUENTIAL_A, i) + samples.get(Mode.SEQUENTIAL_B, i)) / 2));
        // The ranks between which the median lies with 95 % confidence, by the normal approximation of the binomial.
        double margin = 0.98 * Math.sqrt(over.length);
        double low = over[(int) Math.max(0, over.length / 2.0 - margin)];
        double high = over[(int) Math.min(over.length - 1, over.length / 2.0 + margin)];
        String verdict = high <= allowed ? "met" : low > allowed ? "MISSED" : "unclear";
        System.out.printf(
                ROW,
                workload.title(),
                text(a),
                text(b),
                text(concurrent),
                text(samples.median(Mode.INTERLOCK)),
                text(better),
                text(allowed),
                text(median(over)),
                text(low) + " .. " + text(high),
                verdict + " (" + over.length + " blocks)");
        return low <= allowed;
    }

    private static String text(double micros) {
        return Double.isNaN(micros) ? "-" : String.format(Locale.ROOT, "%.2f", micros);
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Times by mode and block. */
    private static final class Samples {

        private final Map<Mode, List<Double>> micros = new EnumMap<>(Mode.class);

        Samples(List<Mode> modes) {
            modes.forEach(mode -> micros.put(mode, new ArrayList<>()));
        }

        void add(Mode mode, double value) {
            micros.get(mode).add(value);
        }

        int blocks() {
            return micros.get(Mode.INTERLOCK).size();
        }

        double get(Mode mode, int block) {
            return micros.get(mode).get(block);
        }

        double median(Mode mode) {
            return OverheadReport.median(sorted(block -> get(mode, block)));
        }

        double[] sorted(IntToDoubleFunction ofBlock) {
            double[] values = new double[blocks()];
            Arrays.setAll(values, ofBlock);
            Arrays.sort(values);
            return values;
        }
    }
}
