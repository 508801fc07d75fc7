package dev.interlock.benchmarks;

import dev.interlock.benchmarks.Comparison.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Reports after how many chats of a JVM each workload meets G7. Each mode of each workload runs in JVMs of its own,
 * alternating, so that the code which one loads and compiles does not help another. For each number of chats, the
 * median of the following chats of a JVM counts, and of these the median over the JVMs. The range is that of the turns.
 * The figure for 0 chats is the first chat together with building the AI service.
 */
public final class ColdOverheadReport extends Program {

    @Option(
            names = "--after",
            split = ",",
            defaultValue = "0,10,100,1000,20000",
            description = "numbers of chats to measure after; default ${DEFAULT-VALUE}")
    private List<Integer> after = List.of();

    @Option(names = "--jvms", defaultValue = "3", description = "JVMs for each mode; default ${DEFAULT-VALUE}")
    private int jvms;

    @Option(
            names = "--seconds",
            defaultValue = "6",
            description = "most seconds of a JVM; later figures are then missing; default ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--only", split = ",", description = "workloads: ${COMPLETION-CANDIDATES}")
    private List<Workload> only = List.of(Workload.values());

    @Option(
            names = "--from",
            defaultValue = "100",
            description = "--check compares figures from this number of chats on; default ${DEFAULT-VALUE}")
    private int checkedFrom;

    @Mixin
    private final Bars bars = new Bars();

    private final Random random = new Random(1);

    private ColdOverheadReport() {}

    /**
     * Prints the report.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new ColdOverheadReport(), args);
    }

    @Override
    protected boolean report() throws IOException, InterruptedException {
        System.out.printf("%-10s%s%n", "after", Comparison.HEADER);
        boolean missed = false;
        for (Workload workload : only) {
            for (Map.Entry<Integer, Samples> each : measure(workload).entrySet()) {
                Comparison comparison = each.getValue().compareWithRange();
                System.out.printf(Locale.ROOT, "%-10d%s%n", each.getKey(), comparison);
                missed |= each.getKey() >= checkedFrom && comparison.verdict() == Verdict.MISSED;
            }
        }
        return bars.pass(!missed);
    }

    private Map<Integer, Samples> measure(Workload workload) throws IOException, InterruptedException {
        Map<Integer, Samples> byChats = new TreeMap<>();
        for (int jvm = 0; jvm < jvms; jvm++) {
            Map<Mode, Map<Integer, Double>> micros = new EnumMap<>(Mode.class);
            List<Mode> order = new ArrayList<>(Mode.of(workload));
            Collections.shuffle(order, random);
            for (Mode mode : order) {
                micros.put(mode, ColdRun.inNewJvm(workload, mode, seconds, after));
            }
            for (int chats : after) {
                if (micros.values().stream().allMatch(times -> times.containsKey(chats))) {
                    Samples samples = byChats.computeIfAbsent(chats, any -> new Samples(workload));
                    micros.forEach((mode, times) -> samples.add(mode, times.get(chats)));
                }
            }
        }
        return byChats;
    }
}
