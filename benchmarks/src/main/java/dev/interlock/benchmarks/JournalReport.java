package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.journal.FileJournal;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what a journal in a file costs each call, against no journal, alternating in one JVM. The calls of its
 * rounds only return 100 characters. The time of a call is that of a turn's rounds divided by their calls. The median
 * over the blocks counts, and for the cost the median difference to no journal within a block.
 */
@Command(name = "JournalReport", mixinStandardHelpOptions = true, sortOptions = false)
public final class JournalReport implements Callable<Integer> {

    /** The bar for calls that do not wait for the disk. */
    private static final double MOST_MICROS = 50;

    @Option(names = "--blocks", defaultValue = "15", description = "default ${DEFAULT-VALUE}")
    private int blocks;

    @Option(names = "--millis", defaultValue = "150", description = "milliseconds of a turn; default ${DEFAULT-VALUE}")
    private int millis;

    @Option(
            names = "--calls",
            split = ",",
            defaultValue = "1,8,64",
            description = "calls of a round; default" + " ${DEFAULT-VALUE}")
    private List<Integer> sizes = List.of();

    @Option(names = "--folder", description = "folder of the journals; default: the one for temporary files")
    private @Nullable Path folder;

    @Option(names = "--check", description = "exit with 1 if the bar is missed")
    private boolean check;

    /** The journal of a turn, and how it syncs. */
    private enum Mode {
        NONE("no journal"),
        BATCHED("synced each 10 ms"),
        FORCED("calls wait for the disk");

        private final String title;

        Mode(String title) {
            this.title = title;
        }

        @Nullable
        FileJournal open(Path folder) {
            FileJournal.Builder builder = FileJournal.at(folder.resolve(name()));
            return switch (this) {
                case NONE -> null;
                case BATCHED -> builder.syncEvery(Duration.ofMillis(10)).open();
                case FORCED -> builder.open();
            };
        }
    }

    /** The kinds of calls of a round. */
    @SuppressWarnings("ImmutableEnumChecker") // effects are immutable
    private enum Shape {
        WRITES("independent writes", Effects.writes("thing/{n}")),
        READS("reads", Effects.reads("thing/{n}")),
        BARRIERS("undeclared tools, one after another", Effects.exclusive());

        private final String title;
        private final Effects effects;

        Shape(String title, Effects effects) {
            this.title = title;
            this.effects = effects;
        }
    }

    private JournalReport() {}

    /**
     * Prints the report.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new JournalReport()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Path place = folder == null ? Files.createTempDirectory("interlock-journal") : folder;
        System.out.println(Machine.describe());
        System.out.println("us a call; more than without a journal in brackets");
        System.out.printf(Locale.ROOT, "%-38s %6s", "round of", "calls");
        for (Mode mode : Mode.values()) {
            System.out.printf(Locale.ROOT, " %26s", mode.title);
        }
        System.out.println();
        double worst = 0;
        for (Shape shape : Shape.values()) {
            for (int size : sizes) {
                worst = Math.max(worst, report(shape, size, place));
            }
        }
        System.out.println(Machine.describe());
        System.out.printf(
                Locale.ROOT,
                "%s: with a sync each 10 ms a call takes at most %.1f us more than without a journal (bar %.0f us)%n",
                worst > MOST_MICROS ? "MISSED" : "met",
                worst,
                MOST_MICROS);
        return worst > MOST_MICROS && check ? 1 : 0;
    }

    /** How much more a call takes that does not wait for the disk. */
    private double report(Shape shape, int size, Path place) {
        ToolSet tools = ToolSet.of(ToolDefinition.of("tool", shape.effects, call -> "x".repeat(100)));
        List<ToolCall> calls = IntStream.range(0, size)
                .mapToObj(n -> new ToolCall(
                        "call-" + n,
                        "tool",
                        JsonNodeFactory.instance.objectNode().put("n", n).put("text", "some words of an argument")))
                .toList();
        Map<Mode, FileJournal> journals = new EnumMap<>(Mode.class);
        Map<Mode, ToolCallExecutor> executors = new EnumMap<>(Mode.class);
        for (Mode mode : Mode.values()) {
            ToolCallExecutor.Builder builder = ToolCallExecutor.builder();
            FileJournal journal = mode.open(place);
            if (journal != null) {
                journals.put(mode, journal);
                builder.journal(journal);
            }
            executors.put(mode, builder.build());
        }
        Map<Mode, List<Double>> micros = measure(executors, calls, tools);
        journals.values().forEach(FileJournal::close);
        List<Double> without = micros.getOrDefault(Mode.NONE, List.of());
        System.out.printf(Locale.ROOT, "%-38s %6d", shape.title, size);
        double batched = Double.NaN;
        for (Mode mode : Mode.values()) {
            List<Double> with = micros.getOrDefault(mode, List.of());
            double more = median(IntStream.range(0, with.size())
                    .mapToObj(i -> with.get(i) - without.get(i))
                    .toList());
            System.out.printf(Locale.ROOT, " %26s", String.format(Locale.ROOT, "%.1f (%+.1f)", median(with), more));
            batched = mode == Mode.BATCHED ? more : batched;
        }
        System.out.println(batched > MOST_MICROS ? "  over " + MOST_MICROS : "");
        return batched;
    }

    private Map<Mode, List<Double>> measure(
            Map<Mode, ToolCallExecutor> executors, List<ToolCall> calls, ToolSet tools) {
        Map<Mode, List<Double>> micros = new EnumMap<>(Mode.class);
        // The first third warms up.
        for (int block = -blocks / 2; block < blocks; block++) {
            for (Mode mode : Mode.values()) {
                double each = turn(executors.get(mode), calls, tools);
                if (block >= 0) {
                    micros.computeIfAbsent(mode, unused -> new ArrayList<>()).add(each);
                }
            }
        }
        return micros;
    }

    private double turn(@Nullable ToolCallExecutor executor, List<ToolCall> calls, ToolSet tools) {
        if (executor == null) {
            throw new IllegalArgumentException("no executor");
        }
        long start = System.nanoTime();
        long end = start;
        int rounds = 0;
        while (end - start < millis * 1_000_000L) {
            executor.execute(calls, tools);
            rounds++;
            end = System.nanoTime();
        }
        return (end - start) / 1e3 / rounds / calls.size();
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0
                ? Double.NaN
                : Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElse(Double.NaN);
    }
}
