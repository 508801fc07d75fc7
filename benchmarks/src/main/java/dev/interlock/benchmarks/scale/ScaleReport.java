package dev.interlock.benchmarks.scale;

import dev.interlock.benchmarks.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import picocli.CommandLine.Option;

/**
 * Measures how one {@code ParallelTools} scales with the number of conversations at once: throughput, time beyond that
 * of the tools, CPU time and heap of a call, and waits for locks. It compares this with LangChain4j's concurrent mode,
 * and with a virtual thread for each call without any library. Each conversation is a virtual thread that sends one
 * message after another. Each message leads to one batch of calls that are independent of all others.
 *
 * <p>There are two kinds of tools. Tools that do nothing keep the processors busy, so throughput counts, and a message
 * takes as long as all others before it. Tools that sleep leave the processors idle, so the time of a message beyond
 * its longest call counts.
 */
public final class ScaleReport extends Program {

    /** With fewer messages the 99th percentile is unknown. */
    private static final int ENOUGH_FOR_P99 = 100;

    /** With fewer messages the JVM's other work would count. */
    private static final int ENOUGH_FOR_CPU = 1_000;

    /** With fewer calls other objects on the heap would count. */
    private static final int ENOUGH_FOR_HEAP = 800;

    @Option(
            names = "--conversations",
            split = ",",
            defaultValue = "1,10,100,1000,10000",
            description = "conversations at once; default ${DEFAULT-VALUE}")
    private List<Integer> conversations = List.of();

    @Option(names = "--calls", defaultValue = "8", description = "calls of each message; default ${DEFAULT-VALUE}")
    private int calls;

    @Option(names = "--sleep", defaultValue = "1000", description = "ms a call; default ${DEFAULT-VALUE}")
    private int sleepMillis;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            description = "seconds for each way, number of conversations and kind of tool; default ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--watched",
            defaultValue = "100",
            description = "conversations at once for the record of waits for locks; default ${DEFAULT-VALUE}")
    private int watched;

    @Option(names = "--warmup", defaultValue = "4", description = "seconds for each way; default ${DEFAULT-VALUE}")
    private int warmupSeconds;

    @Option(names = "--ways", split = ",", description = "ways of running the calls: ${COMPLETION-CANDIDATES}")
    private List<ScaleWay> ways = List.of(ScaleWay.values());

    private final Random random = new Random(1);

    private ScaleReport() {}

    /**
     * Prints the report.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new ScaleReport(), args);
    }

    @Override
    protected boolean report() throws Exception {
        for (ScaleWay way : ways) {
            load(way, 50, 0, Threads.VIRTUAL).run(Duration.ofSeconds(warmupSeconds), Duration.ZERO);
        }
        print("tools that do nothing", 0);
        print("tools that sleep " + sleepMillis + " ms", sleepMillis);
        printWaits();
        return true;
    }

    private ScaleLoad load(ScaleWay way, int count, int millis, Threads threads) {
        ScaleTools tools = new ScaleTools(count, millis == 0 ? () -> {} : () -> Thread.sleep(millis));
        return new ScaleLoad(way.open(tools, count, calls, threads), tools, count, threads);
    }

    private void print(String title, int millis) throws Exception {
        System.out.printf("%n%d calls a message, %s%n%n", calls, title);
        System.out.println(
                "| conversations | | calls/s | CPU a call, µs | GC pauses | beyond the tool: p50, ms | p99, ms |"
                        + " heap a waiting call, bytes |");
        System.out.println("| --: | --- | --: | --: | --: | --: | --: | --: |");
        for (int count : conversations) {
            List<ScaleWay> order = new ArrayList<>(ways);
            Collections.shuffle(order, random);
            Map<ScaleWay, String> rows = new EnumMap<>(ScaleWay.class);
            for (ScaleWay way : order) {
                rows.put(way, row(way, count, millis));
            }
            rows.values().forEach(System.out::println);
        }
    }

    private String row(ScaleWay way, int count, int millis) throws Exception {
        ScaleLoad.Result result =
                load(way, count, millis, Threads.VIRTUAL).run(Duration.ofSeconds(seconds), Duration.ofMillis(millis));
        boolean heap = millis > 0 && count * calls >= ENOUGH_FOR_HEAP;
        return String.format(
                Locale.ROOT,
                "| %,d | %s | %,.0f | %s | %.0f %% | %.3f | %s | %s |",
                count,
                way.title(),
                result.messagesASecond() * calls,
                result.messages() < ENOUGH_FOR_CPU
                        ? ""
                        : String.format(Locale.ROOT, "%.1f", result.cpuMicrosAMessage() / calls),
                100 * result.shareOfPauses(),
                result.overMillis(0.5),
                result.messages() < ENOUGH_FOR_P99 ? "" : String.format(Locale.ROOT, "%.3f", result.overMillis(0.99)),
                heap ? String.format(Locale.ROOT, "%,.0f", WaitingHeap.bytesACall(way, count, calls)) : "");
    }

    /** Uses tools that do nothing, which gives the most waits. */
    private void printWaits() throws Exception {
        System.out.printf(
                "%n%d conversations at once, tools that do nothing: waits a thousand calls (and µs waited a call) by"
                        + " what was waited for; with virtual threads only those of their carriers%n%n",
                watched);
        System.out.println("| | all threads of the platform | virtual |");
        System.out.println("| --- | --- | --- |");
        for (ScaleWay way : ways) {
            System.out.printf(
                    "| %s | %s | %s |%n", way.title(), waits(way, Threads.PLATFORM), waits(way, Threads.VIRTUAL));
        }
    }

    private String waits(ScaleWay way, Threads threads) throws Exception {
        // Load classes first, since threads that start at once wait for each other meanwhile.
        load(way, watched, 0, threads).run(Duration.ofSeconds(1), Duration.ZERO);
        long[] messages = new long[1];
        Contention contention = Contention.of(() -> messages[0] = load(way, watched, 0, threads)
                .run(Duration.ofSeconds(Math.max(1, seconds / 2)), Duration.ZERO)
                .messages());
        return contention.text(messages[0] * calls);
    }
}
