package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.board.Scoreboard;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
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

/**
 * Plans large batches with parsed arguments: finds accesses and dependencies, and completes the calls.
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

    /** The CPU time of the measuring thread, without the collector's. A busy machine does not stretch it. */
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

    /** The system property with the bytes for each call that {@link #walk} leaves. */
    static final String KEPT = "interlock.planning.kept";

    /** The size of an empty array. */
    private static final int HEADER_BYTES = 16;

    private final int keptLongs = Math.max(1, (Integer.getInteger(KEPT, 0) - HEADER_BYTES) / Long.BYTES);

    private final ToolCallExecutor executor = ToolCallExecutor.builder().build();
    private List<ToolCall> batch = List.of();
    private List<List<Access>> accesses = List.of();

    /**
     * Runs all shapes and sizes, and prints time and memory a call.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Program.run(new PlanningRun(), args);
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
     * Makes a plan from calls: accesses from templates, then dependencies.
     *
     * @param cpu counts the CPU time
     * @return the plan
     */
    @Benchmark
    public CallPlan plan(Cpu cpu) {
        cpu.batches++;
        return executor.plan(batch, PlanningShape.tools());
    }

    /**
     * A yardstick for the growth of planning. It reads each call, and the arguments of calls that touch something, and
     * leaves as many bytes for each call as a plan keeps. Every algorithm must do this, and it takes longer too once
     * the data exceed the processor's cache.
     *
     * @param cpu counts
     * @return the bytes that it leaves
     */
    @Benchmark
    public List<long[]> walk(Cpu cpu) {
        cpu.batches++;
        List<long[]> kept = new ArrayList<>();
        for (ToolCall call : batch) {
            long[] left = new long[keptLongs];
            left[0] = call.tool().length();
            if (!shape.equals(PlanningShape.PURE.name())) {
                for (JsonNode value : call.arguments()) {
                    left[0] += value.hashCode();
                }
            }
            kept.add(left);
        }
        return kept;
    }

    /**
     * Runs a batch through the scoreboard as the engine does, from accesses to the last call's end, with calls that
     * take no time.
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
