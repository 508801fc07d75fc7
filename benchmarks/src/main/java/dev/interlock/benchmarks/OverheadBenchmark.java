package dev.interlock.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * One conversation of an AI service with a scripted model: a batch of calls, then the answer. G7 limits how much longer
 * Interlock may take than LangChain4j's faster mode.
 *
 * <p>{@link #main} runs all of it and prints the comparison.
 */
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(2)
public class OverheadBenchmark {

    /** The system property with the seconds of CPU time to warm up before JMH does. */
    static final String WARMUP = "interlock.warmup";

    /** The name of a workload. */
    @Param({
        "NOOP_1",
        "NOOP_2",
        "NOOP_8",
        "NOOP_64",
        "NOOP_512",
        "SPIN_10_US",
        "SPIN_1000_US",
        "SLEEP_1_MS",
        "SLEEP_10_MS",
        "UNDECLARED_1",
        "UNDECLARED_8"
    })
    public String workload = "";

    private Assistant assistant = message -> "";

    /**
     * Runs all workloads in all modes, and prints the comparison.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Program.run(new OverheadRun(), args);
    }

    /** The name of the benchmark method of a mode. */
    static String method(Mode mode) {
        return switch (mode) {
            case SEQUENTIAL_A -> "sequentialA";
            case SEQUENTIAL_B -> "sequentialB";
            case CONCURRENT -> "concurrent";
            case INTERLOCK -> "interlock";
        };
    }

    /**
     * Builds the AI service and warms it up.
     *
     * @param params the parameters, which name the measured method
     */
    @Setup
    public void build(BenchmarkParams params) {
        double warmupSeconds = Double.parseDouble(System.getProperty(WARMUP, "8"));
        for (Mode mode : Mode.values()) {
            if (params.getBenchmark().endsWith("." + method(mode))) {
                assistant = mode.assistant(Workload.valueOf(workload));
            }
        }
        WarmUp.run(warmupSeconds, 2 * warmupSeconds, () -> {
            for (int i = 0; i < 20; i++) {
                assistant.chat("go");
            }
        });
    }

    /**
     * LangChain4j, one call after another.
     *
     * @return the answer
     */
    @Benchmark
    public String sequentialA() {
        return assistant.chat("go");
    }

    /**
     * Runs LangChain4j's sequential mode again. Its difference from the first is noise.
     *
     * @return the answer
     */
    @Benchmark
    public String sequentialB() {
        return assistant.chat("go");
    }

    /**
     * LangChain4j, all calls at once.
     *
     * @return the answer
     */
    @Benchmark
    public String concurrent() {
        return assistant.chat("go");
    }

    /**
     * Interlock without a cap.
     *
     * @return the answer
     */
    @Benchmark
    public String interlock() {
        return assistant.chat("go");
    }
}
