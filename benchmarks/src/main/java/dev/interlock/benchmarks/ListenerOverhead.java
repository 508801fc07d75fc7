package dev.interlock.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolBody;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import jdk.jfr.Recording;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures what listening costs each call: the CPU time of all Java threads (carriers, exporters), without collector
 * and compiler, alternating in one JVM. Each block measures every way of listening once, in random order. The median
 * over the blocks counts, of the difference to no listener within the block, with its 95 % confidence interval.
 */
public final class ListenerOverhead extends Program {

    private static final int CALLS = 8;
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    @Option(names = "--warmup", defaultValue = "30", description = "seconds of CPU time; default ${DEFAULT-VALUE}")
    private double warmupSeconds;

    @Option(names = "--blocks", defaultValue = "60", description = "default ${DEFAULT-VALUE}")
    private int blocks;

    @Option(names = "--rounds", defaultValue = "2000", description = "rounds of a turn; default ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--only", split = ",", description = "ways of listening: ${COMPLETION-CANDIDATES}")
    private List<ListenerMode> only = List.of(ListenerMode.values());

    @Option(names = "--ways", split = ",", description = "ways of running the calls: ${COMPLETION-CANDIDATES}")
    private List<Way> ways = List.of(Way.values());

    @Mixin
    private final Bars bars = new Bars();

    private final Random random = new Random(1);

    /** What the calls do, and on which threads. */
    private enum Way {
        BRIEF("calls that do nothing, on the calling thread"),
        WAITING("calls that wait 0.1 ms, on threads of their own"),
        DISPATCHED("calls that do nothing, on threads of their own");

        private final String title;

        Way(String title) {
            this.title = title;
        }

        ToolSet tools() {
            Effects effects = this == BRIEF ? Effects.pure() : Effects.reads("place");
            ToolBody body = this == WAITING
                    ? call -> {
                        Thread.sleep(Duration.ofNanos(100_000));
                        return "done";
                    }
                    : call -> "done";
            return ToolSet.of(ToolDefinition.of("noop", effects, body));
        }
    }

    private ListenerOverhead() {}

    /**
     * Prints the table.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new ListenerOverhead(), args);
    }

    @Override
    protected boolean report() throws IOException {
        List<ListenerMode> modes = new ArrayList<>(only);
        if (!modes.contains(ListenerMode.NONE)) {
            modes.add(0, ListenerMode.NONE);
        }
        boolean missed = false;
        PrintStream console = System.err;
        // Each round logs a line; discard it.
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        try {
            for (Way way : ways) {
                missed |= report(way, measure(way, modes));
            }
        } finally {
            System.setErr(console);
        }
        return bars.pass(!missed);
    }

    private Map<ListenerMode, List<Double>> measure(Way way, List<ListenerMode> modes) throws IOException {
        Map<ListenerMode, ToolCallExecutor> executors = new EnumMap<>(ListenerMode.class);
        Map<ListenerMode, List<Double>> micros = new EnumMap<>(ListenerMode.class);
        modes.forEach(mode -> {
            executors.put(mode, mode.executor());
            micros.put(mode, new ArrayList<>());
        });
        ToolSet tools = way.tools();
        long cpu = cpuNanos();
        while (cpuNanos() - cpu < warmupSeconds * 1e9 / ways.size()) {
            for (ListenerMode mode : modes) {
                turn(tools, mode, executors.get(mode));
            }
        }
        List<ListenerMode> order = new ArrayList<>(modes);
        for (int block = 0; block < blocks; block++) {
            Collections.shuffle(order, random);
            for (ListenerMode mode : order) {
                micros.get(mode).add(turn(tools, mode, executors.get(mode)));
            }
        }
        executors.values().forEach(ToolCallExecutor::close);
        return micros;
    }

    /** Returns the µs for each call. */
    private double turn(ToolSet tools, ListenerMode mode, ToolCallExecutor executor) throws IOException {
        List<ToolCall> calls = Collections.nCopies(CALLS, new ToolCall("id", "noop", null));
        try (Recording recording = mode == ListenerMode.JFR ? new Recording() : null) {
            if (recording != null) {
                for (String event : List.of("Round", "Call", "Wait", "Retry")) {
                    recording.enable("dev.interlock." + event);
                }
                recording.setToDisk(false);
                recording.start();
            }
            executor.execute(calls, tools);
            long cpu = cpuNanos();
            for (int i = 0; i < rounds; i++) {
                executor.execute(calls, tools);
            }
            return (cpuNanos() - cpu) / 1e3 / rounds / CALLS;
        }
    }

    /** The CPU time of all present threads; that of the process counts in steps of 10 ms. */
    private static long cpuNanos() {
        long sum = 0;
        for (long nanos : THREADS.getThreadCpuTime(THREADS.getAllThreadIds())) {
            sum += Math.max(0, nanos);
        }
        return sum;
    }

    /** Whether a bar was missed. */
    private static boolean report(Way way, Map<ListenerMode, List<Double>> micros) {
        List<Double> none = micros.get(ListenerMode.NONE);
        System.out.printf(
                Locale.ROOT,
                "%n%d %s: %.2f µs of CPU time a call, and with%n",
                CALLS,
                way.title,
                Comparison.median(array(none)));
        boolean missed = false;
        for (Map.Entry<ListenerMode, List<Double>> entry : micros.entrySet()) {
            ListenerMode mode = entry.getKey();
            if (mode != ListenerMode.NONE) {
                double[] over = new double[none.size()];
                for (int i = 0; i < over.length; i++) {
                    over[i] = entry.getValue().get(i) - none.get(i);
                }
                missed |= row(mode, over);
            }
        }
        return missed;
    }

    private static boolean row(ListenerMode mode, double... over) {
        double[] sorted = over.clone();
        java.util.Arrays.sort(sorted);
        // The ranks between which the median lies, by the normal approximation of the binomial distribution.
        double margin = 0.98 * Math.sqrt(sorted.length);
        double low = sorted[(int) Math.max(0, Math.floor(sorted.length / 2.0 - margin))];
        double high = sorted[(int) Math.min(sorted.length - 1.0, Math.ceil(sorted.length / 2.0 + margin))];
        boolean missed = low > mode.bar();
        String verdict = Double.isNaN(mode.bar()) ? "" : missed ? "missed" : high <= mode.bar() ? "met" : "unclear";
        System.out.printf(
                Locale.ROOT,
                "  %-38s %+6.2f  (%.2f .. %.2f)  bar %s %s%n",
                mode.title(),
                Comparison.median(over),
                low,
                high,
                Double.isNaN(mode.bar()) ? "-" : String.valueOf((int) mode.bar()),
                verdict);
        return missed;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
