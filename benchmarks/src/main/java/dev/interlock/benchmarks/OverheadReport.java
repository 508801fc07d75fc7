package dev.interlock.benchmarks;

import dev.interlock.benchmarks.Comparison.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Compares Interlock with LangChain4j's own execution, alternating in one JVM. It complements
 * {@link OverheadBenchmark}: JMH measures one benchmark after another, so the drift of a busy machine looks like a
 * difference there.
 *
 * <p>Each block measures every mode once, in random order, for about a millisecond (or one batch if that takes longer).
 * The median over the blocks of the difference within a block counts, with its 95 % confidence interval. G7 is met or
 * missed only if the whole interval lies on one side of the limit.
 */
public final class OverheadReport extends Program {

    private static final double MICROS_A_TURN = 1_000;

    /** How many times each workload's turn comes, so that a busy minute affects all of them. */
    private static final int PASSES = 3;

    @Option(
            names = "--warmup",
            defaultValue = "9",
            description = "seconds of CPU time for each workload (at most 3 times that on the clock); default"
                    + " ${DEFAULT-VALUE}")
    private double warmupSeconds;

    @Option(
            names = "--measure",
            defaultValue = "15",
            description = "seconds for each workload; default" + " ${DEFAULT-VALUE}")
    private double measureSeconds;

    @Option(
            names = "--blocks",
            defaultValue = "30",
            description = "least blocks of each workload; default" + " ${DEFAULT-VALUE}")
    private int minBlocks;

    @Option(names = "--only", split = ",", description = "workloads: ${COMPLETION-CANDIDATES}")
    private List<Workload> only = List.of(Workload.values());

    @Mixin
    private final Bars bars = new Bars();

    private final Random random = new Random(1);

    private OverheadReport() {}

    /**
     * Prints the report.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new OverheadReport(), args);
    }

    @Override
    protected boolean report() {
        Map<Workload, Map<Mode, Assistant>> services = new EnumMap<>(Workload.class);
        Map<Workload, Samples> samples = new EnumMap<>(Workload.class);
        for (Workload workload : only) {
            Map<Mode, Assistant> byMode = new EnumMap<>(Mode.class);
            Mode.of(workload).forEach(mode -> byMode.put(mode, mode.assistant(workload)));
            services.put(workload, byMode);
            samples.put(workload, new Samples(workload));
        }
        for (int pass = 0; pass < PASSES; pass++) {
            services.forEach((workload, byMode) -> warmUp(byMode, new Samples(workload)));
        }
        for (int pass = 0; pass < PASSES; pass++) {
            services.forEach((workload, byMode) -> measure(byMode, samples.get(workload)));
        }
        System.out.println(Comparison.HEADER);
        boolean missed = false;
        for (Samples each : samples.values()) {
            Comparison comparison = each.compareWithConfidence();
            System.out.println(comparison + " (" + each.blocks() + " blocks)");
            missed |= comparison.verdict() == Verdict.MISSED;
        }
        return bars.pass(!missed);
    }

    private void warmUp(Map<Mode, Assistant> assistants, Samples unused) {
        double seconds = warmupSeconds / PASSES;
        WarmUp.run(seconds, 3 * seconds, () -> block(assistants, repetitions(assistants), unused));
    }

    private void measure(Map<Mode, Assistant> assistants, Samples samples) {
        Map<Mode, Integer> repetitions = repetitions(assistants);
        int atLeast = samples.blocks() + (minBlocks + PASSES - 1) / PASSES;
        long start = System.nanoTime();
        while (samples.blocks() < atLeast || System.nanoTime() - start < measureSeconds * 1e9 / PASSES) {
            block(assistants, repetitions, samples);
        }
    }

    private void block(Map<Mode, Assistant> assistants, Map<Mode, Integer> repetitions, Samples samples) {
        List<Mode> order = new ArrayList<>(assistants.keySet());
        Collections.shuffle(order, random);
        for (Mode mode : order) {
            samples.add(mode, micros(assistants.get(mode), repetitions.get(mode)));
        }
    }

    /** How many batches fill about one turn, by the fastest of a few runs. */
    private static Map<Mode, Integer> repetitions(Map<Mode, Assistant> assistants) {
        Map<Mode, Integer> repetitions = new EnumMap<>(Mode.class);
        assistants.forEach((mode, assistant) -> {
            double once = Double.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                once = Math.min(once, micros(assistant, 1));
            }
            repetitions.put(mode, (int) Math.max(1, MICROS_A_TURN / once));
        });
        return repetitions;
    }

    private static double micros(Assistant assistant, int repetitions) {
        int length = 0;
        long start = System.nanoTime();
        for (int i = 0; i < repetitions; i++) {
            length += assistant.chat("go").length();
        }
        long nanos = System.nanoTime() - start;
        if (length != repetitions * ScriptedModel.ANSWER.length()) {
            throw new IllegalStateException("the model's answer did not come through");
        }
        return nanos / 1e3 / repetitions;
    }
}
