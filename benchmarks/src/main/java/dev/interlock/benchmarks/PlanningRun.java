package dev.interlock.benchmarks;

import dev.interlock.call.ToolCall;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.plan.CallPlan;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs {@link PlanningBenchmark} and compares it with the bars for a call's time, the growth of that time, and a call's
 * memory.
 */
@Command(name = "PlanningBenchmark")
final class PlanningRun extends Program {

    private static final String ROW = "%-32s %-10s %7s %7s %7s %7s %7s  %9s  %9s %9s  %s%n";
    private static final int[] SIZES = {10, 100, 1_000, 10_000, 100_000};
    private static final double MAX_MICROS = 2;
    private static final double MAX_GROWTH = 2;
    private static final double MAX_BYTES = 2_048;

    @Option(
            names = "--quick",
            description = "1 + 1 s a benchmark instead of 2 + 3 s: about 3 minutes in all instead of 7")
    private boolean quick;

    @Option(names = "--forks", defaultValue = "1", description = "forks of each benchmark; default ${DEFAULT-VALUE}")
    private int forks;

    @Option(names = "--only", split = ",", description = "shapes: ${COMPLETION-CANDIDATES}")
    private List<PlanningShape> only = List.of(PlanningShape.values());

    @Option(names = "--verbose", description = "print all that JMH prints")
    private boolean verbose;

    @Mixin
    private final Bars bars = new Bars();

    /** The figures of one batch size. */
    private record Figures(double micros, double cpuMicros, double allocatedBytes) {}

    @Override
    protected boolean report() throws RunnerException {
        System.out.println("walk: only reads the calls and leaves as many bytes as the plan keeps");
        System.out.println("µs a call by calls a batch, on the clock and of CPU; growth: 100,000 against 1,000;"
                + " bytes a call at 100,000");
        System.out.printf(
                ROW, "shape", "", "10", "100", "1000", "10000", "100000", "growth", "allocated", "retained", "");
        boolean met = true;
        for (PlanningShape shape : only) {
            double retained = retained(shape);
            met &= run(shape, "plan", retained, true);
            run(shape, "scoreboard", retained, false);
            run(shape, "walk", retained, false);
        }
        System.out.printf(
                Locale.ROOT,
                "bars for plans: <= %.0f µs a call, growth <= %.0f, <= %.0f bytes a call retained beyond the call"
                        + " itself%n",
                MAX_MICROS,
                MAX_GROWTH,
                MAX_BYTES);
        return bars.pass(met);
    }

    private boolean run(PlanningShape shape, String method, double retained, boolean barred) throws RunnerException {
        List<Figures> bySize = new ArrayList<>();
        for (int size : SIZES) {
            RunResult result = run(shape, method, size, retained);
            bySize.add(new Figures(
                    result.getPrimaryResult().getScore() / size,
                    secondary(result, "cpuNanos") / secondary(result, "batches") / 1_000 / size,
                    secondary(result, "gc.alloc.rate.norm") / size));
        }
        double allocated = bySize.get(SIZES.length - 1).allocatedBytes();
        double[] micros = bySize.stream().mapToDouble(Figures::micros).toArray();
        double[] cpuMicros = bySize.stream().mapToDouble(Figures::cpuMicros).toArray();
        boolean met = print(shape.title(), method, micros, allocated, barred ? retained : Double.NaN, barred);
        return print("", "CPU", cpuMicros, Double.NaN, Double.NaN, barred) && met;
    }

    private static boolean print(
            String shape, String what, double[] micros, double allocated, double retained, boolean barred) {
        double growth = micros[4] / micros[2];
        boolean met = Arrays.stream(micros).allMatch(each -> each <= MAX_MICROS)
                && growth <= MAX_GROWTH
                && !(retained > MAX_BYTES);
        System.out.printf(
                ROW,
                shape,
                what,
                text(micros[0]),
                text(micros[1]),
                text(micros[2]),
                text(micros[3]),
                text(micros[4]),
                text(growth),
                bytes(allocated),
                bytes(retained),
                barred ? (met ? "met" : "missed") : "");
        return met;
    }

    private static double secondary(RunResult result, String name) {
        return result.getSecondaryResults().get(name).getScore();
    }

    private RunResult run(PlanningShape shape, String method, int calls, double kept) throws RunnerException {
        List<String> jvmArgs = new ArrayList<>(List.of(Machine.quietForJmh()));
        jvmArgs.add("-D" + PlanningBenchmark.KEPT + "=" + Math.round(kept));
        return new Runner(new OptionsBuilder()
                        .include("^" + PlanningBenchmark.class.getName() + "." + method + "$")
                        .param("shape", shape.name())
                        .param("calls", Integer.toString(calls))
                        .forks(quick ? 1 : forks)
                        .jvmArgsAppend(jvmArgs.toArray(String[]::new))
                        .warmupIterations(quick ? 1 : 2)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(quick ? 1 : 3)
                        .measurementTime(TimeValue.seconds(1))
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .verbosity(verbose ? VerboseMode.NORMAL : VerboseMode.SILENT)
                        .build())
                .runSingle();
    }

    /** The heap that a plan of 100,000 calls keeps for each call, without the calls themselves. */
    private static double retained(PlanningShape shape) {
        int count = SIZES[SIZES.length - 1];
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        List<ToolCall> calls = shape.calls(count);
        CallPlan warmUp = executor.plan(shape.calls(10), PlanningShape.tools());
        long before = usedBytes();
        CallPlan plan = executor.plan(calls, PlanningShape.tools());
        long after = usedBytes();
        if (plan.calls().size() != calls.size() || warmUp.calls().size() != 10) {
            throw new IllegalStateException("the plan has lost calls");
        }
        return (after - before) / (double) count;
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static String bytes(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.0f", value);
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
