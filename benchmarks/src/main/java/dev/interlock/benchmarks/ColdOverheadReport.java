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
 * Says after how many chats of a JVM each workload is within G7. Each mode of each workload runs in JVMs of its own, by
 * turns: what one loads and compiles must not help the other. Of each JVM and each number of chats counts the median of the
 * chats that follow, of the JVMs the median; the range is that of the rounds of turns. After 0 chats it is what the first one
 * takes together with building the AI service.
 */
public final class ColdOverheadReport extends Program {

    @Option(
            names = "--after",
            split = ",",
            defaultValue = "0,10,100,1000,20000",
            description = "chats; default ${DEFAULT-VALUE}")
    private List<Integer> after = List.of();

    @Option(names = "--jvms", defaultValue = "3", description = "a mode; default ${DEFAULT-VALUE}")
    private int jvms;

    @Option(
            names = "--seconds",
            defaultValue = "6",
            description = "a JVM at most, after which what is left is not measured; default ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--only", split = ",", description = "workloads: ${COMPLETION-CANDIDATES}")
    private List<Workload> only = List.of(Workload.values());

    @Option(
            names = "--from",
            defaultValue = "100",
            description = "chats from which --check checks; default ${DEFAULT-VALUE}")
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
