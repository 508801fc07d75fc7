package dev.interlock.benchmarks;

import dev.interlock.benchmarks.Comparison.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs {@link OverheadBenchmark} fork by fork. The modes of a workload take turns in random order, so that a machine
 * which becomes slower or busier affects all of them.
 */
@Command(name = "OverheadBenchmark")
final class OverheadRun extends Program {

    @Option(
            names = "--quick",
            description = "one fork of 2 + 1 s: about 3 minutes in all instead of 15; too few on a busy machine")
    private boolean quick;

    @Option(names = "--forks", defaultValue = "2", description = "forks of each benchmark; default ${DEFAULT-VALUE}")
    private int forks;

    @Option(
            names = "--warmup",
            defaultValue = "8",
            description = "seconds of CPU time for each fork (at most twice that on the clock); default"
                    + " ${DEFAULT-VALUE}")
    private int warmupSeconds;

    @Option(names = "--measure", defaultValue = "3", description = "seconds for each fork; default ${DEFAULT-VALUE}")
    private int measureSeconds;

    @Option(names = "--only", split = ",", description = "workloads: ${COMPLETION-CANDIDATES}")
    private List<Workload> only = List.of(Workload.values());

    @Option(names = "--verbose", description = "print all that JMH prints")
    private boolean verbose;

    @Mixin
    private final Bars bars = new Bars();

    private final Random random = new Random(1);

    @Override
    protected boolean report() throws RunnerException {
        if (quick) {
            forks = 1;
            warmupSeconds = 2;
            measureSeconds = 1;
        }
        Map<Workload, Samples> samples = new EnumMap<>(Workload.class);
        only.forEach(workload -> samples.put(workload, new Samples(workload)));
        for (int fork = 1; fork <= forks; fork++) {
            for (Workload workload : only) {
                runFork(fork, workload, samples.get(workload));
            }
        }
        System.out.println(Comparison.HEADER);
        boolean missed = false;
        for (Samples each : samples.values()) {
            Comparison comparison = each.compareWithRange();
            System.out.println(comparison);
            missed |= comparison.verdict() == Verdict.MISSED;
        }
        return bars.pass(!missed);
    }

    private void runFork(int fork, Workload workload, Samples samples) throws RunnerException {
        List<Mode> order = new ArrayList<>(Mode.of(workload));
        Collections.shuffle(order, random);
        List<String> jvmArgs = new ArrayList<>(List.of(Machine.quietForJmh()));
        jvmArgs.add("-D" + OverheadBenchmark.WARMUP + "=" + warmupSeconds);
        for (Mode mode : order) {
            String method = OverheadBenchmark.method(mode);
            double micros = new Runner(new OptionsBuilder()
                            .include("^" + OverheadBenchmark.class.getName() + "." + method + "$")
                            .param("workload", workload.name())
                            .forks(1)
                            .jvmArgsAppend(jvmArgs.toArray(String[]::new))
                            .warmupIterations(1)
                            .warmupTime(TimeValue.seconds(1))
                            .measurementIterations(measureSeconds)
                            .measurementTime(TimeValue.seconds(1))
                            .shouldFailOnError(true)
                            .verbosity(verbose ? VerboseMode.NORMAL : VerboseMode.SILENT)
                            .build())
                    .runSingle()
                    .getPrimaryResult()
                    .getScore();
            samples.add(mode, micros);
            System.out.printf(Locale.ROOT, "fork %d  %-20s %-12s %12.2f µs%n", fork, workload.title(), method, micros);
        }
    }
}
