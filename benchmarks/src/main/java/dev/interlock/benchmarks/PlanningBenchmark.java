package dev.interlock.benchmarks;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import dev.interlock.plan.Scoreboard;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import picocli.CommandLine;

/**
 * Planning of large batches whose arguments are parsed: finding accesses and dependencies, and working them off.
 *
 * <p>{@link #main} runs all of it and prints time and memory a call.
 */
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch"})
public class PlanningBenchmark {

    /** The name of a shape. */
    @Param({"PURE", "LEAVES", "READS_THEN_WRITES", "WRITES_THEN_READS", "ALTERNATING", "CHAIN", "HIERARCHY"})
    public String shape = "";

    /** The calls of a batch. */
    @Param({"10", "100", "1000", "10000", "100000"})
    public int calls;

    /** The CPU time of the measuring thread: what a busy machine cannot stretch. Without that of the collector. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Cpu {

        /** In an iteration. */
        public long cpuNanos;

        /** Batches in an iteration. */
        public long batches;

        private long start;

        /** Called on the measuring thread. */
        @Setup(Level.Iteration)
        public void start() {
            start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }

        /** Called on the measuring thread. */
        @TearDown(Level.Iteration)
        public void stop() {
            cpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        }
    }

    private final ToolCallExecutor executor = ToolCallExecutor.builder().build();
    private List<ToolCall> batch = List.of();
    private List<List<Access>> accesses = List.of();

    /**
     * Runs all shapes and sizes, and prints time and memory a call.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new PlanningRun()).execute(args));
    }

    /** Makes the batch. */
    @Setup
    public void build() {
        batch = PlanningShape.valueOf(shape).calls(calls);
        accesses = executor.plan(batch, PlanningShape.tools()).calls().stream()
                .map(PlannedCall::accesses)
                .toList();
    }

    /**
     * From calls to a plan: accesses by templates, then dependencies.
     *
     * @param cpu counts
     * @return the plan
     */
    @Benchmark
    public CallPlan plan(Cpu cpu) {
        cpu.batches++;
        return executor.plan(batch, PlanningShape.tools());
    }

    /**
     * From accesses to the last call's end: what the engine does with a batch, with calls that take no time.
     *
     * @param cpu counts
     * @return the number of calls
     */
    @Benchmark
    public int scoreboard(Cpu cpu) {
        cpu.batches++;
        Scoreboard board = new Scoreboard();
        for (List<Access> each : accesses) {
            board.admit(each);
        }
        int ended = 0;
        for (int ticket = board.nextReady(); ticket >= 0; ticket = board.nextReady()) {
            board.complete(ticket);
            ended++;
        }
        if (ended != accesses.size()) {
            throw new IllegalStateException(ended + " of " + accesses.size() + " calls became ready");
        }
        return ended;
    }
}
